import { z } from 'zod'
import { checkSenders } from '../workers/sender-check.ts'
import { columns, command } from './command.ts'

export const doctorMail = command({
  name: 'doctor mail',
  summary:
    'Check what receivers look at: SPF, DKIM, DMARC, MX, PTR and TLS; print what the DNS lacks.',
  input: z.object({}),
  positional: [],
  changes: false,
  async run(_input, { deps, out }) {
    const findings = await checkSenders(deps)
    for (const finding of findings) out(finding)
    return findings.some(({ status }) => status === 'fail') ? 1 : 0
  },
  show(row) {
    const line = columns('status', 'check', 'about', 'detail')(row)
    return row.record === null ? line : `${line}\n\tadd\t${row.record}`
  },
})
