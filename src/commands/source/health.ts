import { z } from 'zod'
import type { Outage } from '../../store/outage.ts'
import type { Source } from '../../store/sources.ts'
import type { Deps } from '../../workers/stage.ts'
import { command, type Row } from '../command.ts'

/** How a source does, in a word. */
export type Health = 'ok' | 'new' | 'failing' | 'no feed' | 'gone' | 'paused'

export function healthOf(source: Source): Health {
  if (source.state !== 'active') return source.state
  if (source.no_feed !== null) return 'no feed'
  if (source.failures > 0) return 'failing'
  return source.succeeded_at === null && source.kind !== 'push' ? 'new' : 'ok'
}

/** What its silence cost; `null` for a source that is read, or that nobody wants to read. */
export const outageOf = async (
  source: Source,
  { store, clock }: Pick<Deps, 'store' | 'clock'>,
): Promise<Outage | null> =>
  source.failing_since === null
    ? null
    : store.sources.outage(source.id, source.failing_since, clock.now())

export const health = command({
  name: 'source health',
  summary: 'List the sources that are not read as they should be, since when, and what that cost.',
  input: z.object({
    all: z.boolean().default(false).describe('Those that do well, too'),
  }),
  positional: [],
  changes: false,
  async run({ all }, { deps, out }) {
    for (const source of await deps.store.sources.list()) {
      const word = healthOf(source)
      if (!all && (word === 'ok' || word === 'new' || word === 'paused')) continue
      out({
        id: source.id,
        name: source.name,
        url: source.url,
        health: word,
        since: source.failing_since,
        failures: source.failures,
        status: source.last_status,
        error: source.last_error,
        succeededAt: source.succeeded_at,
        nextFetchAt: source.state === 'active' ? source.next_fetch_at : null,
        proposed: source.proposed,
        outage: await outageOf(source, deps),
      })
    }
    return 0
  },
  show: (row) =>
    [row.id, row.health, row.name, row.since ?? '-', shownOutage(row), row.error ?? '-'].join('\t'),
})

/** `3 stories lost a source, 12 articles missed`. */
export function shownOutage({ outage }: Row): string {
  if (!outage) return '-'
  const { articles, stories } = outage as Outage
  const of = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`
  return `${of(stories, 'story', 'stories')} lost a source, ${of(articles, 'article', 'articles')} missed`
}
