import { z } from 'zod'
import type { Changes } from './changes.ts'
import { command, type Row } from './command.ts'
import { wholeNumber } from './inputs.ts'

const SHOWN = 50
const SHOWN_MAX = 1_000

export const list = command({
  name: 'audit list',
  summary: 'List who did what, when and from where; the newest first.',
  input: z.object({
    actor: z.string().optional().describe('Name of an account, `token:NAME`, `command line`'),
    action: z.string().optional().describe('A command such as `source set`, or its noun'),
    object: z.string().optional().describe('What it was done to'),
    since: z.iso
      .datetime({ offset: true, error: 'expected an instant like 2026-11-20T06:00:00Z' })
      .optional()
      .describe('Nothing older than this instant'),
    after: z.string().optional().describe('Goes on behind the entry with this id'),
    limit: wholeNumber(1, SHOWN_MAX).default(SHOWN).describe('Entries at most'),
  }),
  positional: [],
  changes: false,
  async run(input, { deps, out }) {
    for (const entry of await deps.store.audit.list(input)) out(entry)
    return 0
  },
  show: ({ at, actor, address, action, object, detail }) =>
    [at, actor, address ?? '-', action, object, told(detail as Row)].join('\t'),
})

/** Old and new values where a command told them, and how it ended where not well. */
function told({ changed, exit }: Row): string {
  const values = Object.entries((changed ?? {}) as Changes).map(
    ([key, { from, to }]) => `${key}: ${JSON.stringify(from)} → ${JSON.stringify(to)}`,
  )
  return [...values, ...(exit ? [`exit ${exit}`] : [])].join('; ')
}
