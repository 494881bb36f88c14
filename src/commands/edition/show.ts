import { z } from 'zod'
import { type BlindSpots, tellBlindSpots } from '../../edition/blind.ts'
import { cardsOf, selectIssue } from '../../edition/select.ts'
import { blindSpotsOf } from '../../workers/blind.ts'
import { command } from '../command.ts'
import { findEdition } from './find.ts'

export const show = command({
  name: 'edition show',
  summary:
    'Show an edition: its stories with their sources and scores, and what it usually has and lacks.',
  input: z.object({ id: z.string().describe('Id of the edition, or `latest`') }),
  positional: ['id'],
  changes: false,
  async run({ id }, { deps, out }) {
    const found = await findEdition(deps, id)
    const edition = await deps.store.editions.get(found.id)
    if (!edition) return 0 // removed this moment
    const { pool, ...head } = edition
    const counts = await deps.store.deliveries.counts(edition.id)
    out({ ...head, counts, blindSpots: await blindSpotsOf(edition.id, deps) })
    const issue = selectIssue(pool, { topics: [] }, edition.size)
    const shown = new Set(issue ? cardsOf(issue) : [])
    for (const card of pool) out({ ...card, shown: shown.has(card) })
    return 0
  },
  show: (row) => {
    if (!('storyId' in row))
      return [
        `${row.digestName} ${row.date} no. ${row.number} (${row.state}): ${row.subject}`,
        ...tellBlindSpots(row.blindSpots as BlindSpots).map((line) => `  ${line}`),
      ].join('\n')
    const sentences = (row.sentences as { text: string; cites: number }[]).map(
      ({ text, cites }) => `     ${text} [${cites}]`,
    )
    return [
      `${row.shown ? '  ' : ' ·'}${row.rank}. ${row.headline} (${row.sourceCount} sources, ${row.score})`,
      ...sentences,
    ].join('\n')
  },
})
