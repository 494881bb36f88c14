import { z } from 'zod'
import { DoseError } from '../../errors.ts'
import { columns, command } from '../command.ts'
import { shownText } from '../inputs.ts'
import { findEdition } from './find.ts'

export const correct = command({
  name: 'edition correct',
  summary:
    'Say what was wrong in an edition that was sent: on its page, in the feeds, and in the next edition.',
  input: z.object({
    id: z.string().describe('Id of the edition, or `latest`'),
    story: z.string().describe('Id of the story, as `edition show` tells it'),
    text: shownText.describe('What was wrong, and what is right: one or two sentences'),
  }),
  positional: ['id'],
  changes: true,
  needs: 'editor',
  async run({ id, story, text }, { deps, out, record }) {
    const { store, clock } = deps
    const { id: editionId } = await findEdition(deps, id)
    const edition = await store.editions.get(editionId)
    if (!edition?.number) throw new DoseError('USAGE', `edition ${editionId} was not sent.`)
    const card = edition.pool.find(({ storyId }) => storyId === story)
    if (!card) throw new DoseError('NOT_FOUND', `story ${story} in edition ${editionId}`)
    const { headline } = card
    const at = clock.now()
    const made = await store.corrections.add({ editionId, storyId: story, headline, text, at })
    record({ correction: made, story, text })
    out({ id: made, editionId, story, headline, text })
    return 0
  },
  show: columns('id', 'headline', 'text'),
})

export const corrections = command({
  name: 'edition corrections',
  summary: 'List the corrections of an edition.',
  input: z.object({ id: z.string().describe('Id of the edition, or `latest`') }),
  positional: ['id'],
  changes: false,
  async run({ id }, { deps, out }) {
    const { id: editionId } = await findEdition(deps, id)
    for (const row of await deps.store.corrections.of(editionId)) out(row)
    return 0
  },
  show: columns('id', 'at', 'headline', 'text'),
})

export const uncorrect = command({
  name: 'edition uncorrect',
  summary: 'Take a correction back, as long as no edition has told it.',
  input: z.object({ id: z.string().describe('Id of the correction') }),
  positional: ['id'],
  changes: true,
  needs: 'editor',
  async run({ id }, { deps, out }) {
    if (!(await deps.store.corrections.remove(id)))
      throw new DoseError('NOT_FOUND', `correction ${id} that no edition has told yet`)
    out({ id, removed: true })
    return 0
  },
  show: columns('id'),
})
