import { z } from 'zod'
import { type Returned, takeReturned } from '../workers/reports.ts'
import { columns, command } from './command.ts'
import { readBytes } from './text-file.ts'

const MEANING: Readonly<Record<Returned['outcome'], string>> = {
  taken: 'taken in',
  known: 'known already',
  missing: 'about no mail of ours',
}

export const report = command({
  name: 'delivery report',
  summary: 'Take in a mail that came back: a bounce, a complaint, an unsubscription.',
  input: z.object({
    file: z.string().describe('File with the mail as it came, or `-` for stdin'),
    content: z
      .base64()
      .optional()
      .describe('The mail in base64; read from `file` by the command line'),
  }),
  positional: ['file'],
  changes: true,
  prepare: async (input) => ({
    ...input,
    content: (await readBytes(input.file)).toString('base64'),
  }),
  async run({ file, content = '' }, { deps, out, record }) {
    const taken = await takeReturned(Buffer.from(content, 'base64'), null, deps)
    record({ kind: taken.kind, outcome: taken.outcome, delivery: taken.deliveryId })
    out({ file, ...taken, because: MEANING[taken.outcome] })
    return taken.outcome === 'missing' ? 1 : 0
  },
  show: columns('file', 'kind', 'status', 'because', 'deliveryId'),
})
