import { z } from 'zod'
import type { LedgerLine } from '../../store/sources.ts'
import { command, type Row } from '../command.ts'
import { path, withPath } from '../path.ts'
import { healthOf, outageOf, shownOutage } from './health.ts'
import { findSource, TARGET } from './target.ts'

/** Warnings shown, those of the newest documents first. */
const MOST_WARNINGS = 10

export const show = command({
  name: 'source show',
  summary:
    'Show how a source does, when it is asked next and why then, what is odd about it, and its last requests.',
  input: z.object({ target: z.string().describe(TARGET), path }),
  positional: ['target'],
  changes: false,
  prepare: withPath('target'),
  async run({ target, path }, { deps, out }) {
    const { store } = deps
    const source = await findSource(deps, target, path)
    out({
      id: source.id,
      kind: source.kind,
      name: source.name,
      url: source.url,
      firstUrl: source.ref,
      state: source.state,
      health: healthOf(source),
      succeededAt: source.succeeded_at,
      failingSince: source.failing_since,
      failures: source.failures,
      status: source.last_status,
      error: source.last_error,
      outage: await outageOf(source, deps),
      moving: source.moved_to && { to: source.moved_to, times: source.moved_times },
      proposed: source.proposed,
      publishesEverySeconds: source.gap_seconds,
      newestAt: source.newest_at,
      pacing: source.pacing,
      next:
        source.state === 'active'
          ? { at: source.next_fetch_at, why: source.next_reason ?? 'it was never asked' }
          : null,
      counts: await store.documents.counts(source.id),
      warnings: await store.documents.warnings(source.id, MOST_WARNINGS),
      requests: await store.sources.ledger(source.id),
    })
    return 0
  },
  show: shownSource,
})

type Shown = {
  readonly moving: { readonly to: string; readonly times: number } | null
  readonly proposed: readonly { readonly url: string; readonly title: string | null }[]
  readonly next: { readonly at: string; readonly why: string } | null
  readonly warnings: readonly string[]
  readonly requests: readonly LedgerLine[]
}

/** A line a fact; what does not apply is left out. */
function shownSource(row: Row): string {
  const { moving, proposed, next, warnings, requests } = row as unknown as Shown
  const lines: (string | null)[] = [
    `${row.id}\t${row.name}\t${row.url}`,
    `health\t${row.health}${row.error ? `: ${row.error}` : ''}`,
    row.succeededAt ? `last read\t${row.succeededAt}` : null,
    row.failingSince ? `failing since\t${row.failingSince}\t${shownOutage(row)}` : null,
    ...proposed.map(({ url, title }) => `it names\t${url}\t${title ?? '-'}`),
    moving ? `moving to\t${moving.to}\tsaid ${moving.times} times` : null,
    next ? `next\t${next.at}\t${next.why}` : null,
    ...warnings.map((warning) => `warning\t${warning}`),
    ...requests.map(shownRequest),
  ]
  return lines.filter((line) => line !== null).join('\n')
}

function shownRequest(line: LedgerLine): string {
  const { at, answer, status, bytes, ms, waitedMs, conditional, cameFrom, asked, note } = line
  const facts = [
    `${bytes} bytes in ${ms} ms`,
    waitedMs > 0 ? `after ${waitedMs} ms in line` : '',
    conditional ? 'asked for news only' : '',
    cameFrom && cameFrom !== asked ? `from ${cameFrom}` : '',
    note ?? '',
  ]
  return `${at}\t${answer}${status ? ` ${status}` : ''}\t${facts.filter(Boolean).join(', ')}`
}
