import { z } from 'zod'
import { type BlindSpots, tellBlindSpots } from '../edition/blind.ts'
import { cardsOf, selectIssue } from '../edition/select.ts'
import { DoseError } from '../errors.ts'
import { blindSpotsOf } from '../workers/blind.ts'
import type { Deps } from '../workers/stage.ts'
import { columns, command } from './command.ts'
import { findDigest } from './digest.ts'
import { wholeNumber } from './inputs.ts'

/** An edition by id, or the newest public one of a digest or of all; without its pool. */
export async function findEdition({ store }: Pick<Deps, 'store'>, id: string, digestId?: string) {
  const newest = id === 'latest' ? (await store.archive.list({ limit: 1, digestId }))[0] : { id }
  const edition = newest && (await store.archive.head(newest.id))
  if (!edition) throw new DoseError('NOT_FOUND', `edition ${id}`)
  return edition
}

export const list = command({
  name: 'edition list',
  summary: 'List the editions, the newest first.',
  input: z.object({
    digest: z.string().optional().describe('Name of one digest'),
    limit: wholeNumber(1, 10_000).default(30).describe('How many'),
  }),
  positional: [],
  changes: false,
  async run({ digest: name, limit }, { deps, out }) {
    const digest = name ? await findDigest(deps, name) : null
    for (const edition of await deps.store.archive.heads(limit, digest?.id)) {
      const { id, digestName, date, number, state, stories, subject, hash, span } = edition
      out({ id, digest: digestName, date, number, state, stories, subject, hash, span })
    }
    return 0
  },
  show: columns('id', 'date', 'state', 'stories', 'subject'),
})

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
