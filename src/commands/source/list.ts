import { z } from 'zod'
import { columns, command } from '../command.ts'

export const list = command({
  name: 'source list',
  summary: 'List the sources with their state and last error.',
  input: z.object({}),
  positional: [],
  changes: false,
  async run(_input, { deps, out }) {
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
        folder: source.folder,
        list: source.list_rules,
        fullText: source.full_text,
        hasAccess: source.secrets !== null,
        succeededAt: source.succeeded_at,
        nextFetchAt: source.next_fetch_at,
        failures: source.failures,
        error: source.last_error,
      })
    return 0
  },
  show: columns('id', 'state', 'name', 'url', 'error'),
})
