import { z } from 'zod'
import type { HubSubscription } from '../../store/hubs.ts'
import { columns, command } from '../command.ts'

export const list = command({
  name: 'source list',
  summary: 'List the sources with their state and last error.',
  input: z.object({}),
  positional: [],
  changes: false,
  async run(_input, { deps, out }) {
    const hubs = new Map((await deps.store.hubs.list()).map((hub) => [hub.source_id, hub]))
    for (const source of await deps.store.sources.list())
      out({
        id: source.id,
        kind: source.kind,
        name: source.name,
        url: source.url,
        state: source.state,
        topics: source.topics,
        authority: source.authority,
        intervalSeconds: source.interval_seconds,
        intervalFixed: source.interval_fixed,
        folder: source.folder,
        list: source.list_rules,
        fullText: source.full_text,
        hasAccess: source.secrets !== null,
        hub: shownHub(hubs.get(source.id)),
        succeededAt: source.succeeded_at,
        nextFetchAt: source.next_fetch_at,
        failures: source.failures,
        error: source.last_error,
      })
    return 0
  },
  show: columns('id', 'state', 'name', 'url', 'error'),
})

/** What its hub was asked for, where it has one. */
const shownHub = (row: HubSubscription | undefined) =>
  row
    ? {
        url: row.hub,
        state: row.state,
        leaseEndsAt: row.lease_ends_at,
        deliveredAt: row.delivered_at,
        error: row.error,
      }
    : null
