import { join } from 'node:path'
import { z } from 'zod'
import { addressKey } from '../delivery/address.ts'
import { DoseError } from '../errors.ts'
import { removeMails } from '../io/outbox.ts'
import { COMPLAINED } from '../store/reports.ts'
import type { Deps } from '../workers/stage.ts'
import { command } from './command.ts'
import { shownText } from './inputs.ts'

const target = z.object({ email: z.string().describe('Address') })

export const data = command({
  name: 'subscriber data',
  summary: 'Print all that is stored of a reader, as their own page gives it.',
  input: target,
  positional: ['email'],
  changes: false,
  needs: 'operator',
  async run({ email }, { deps, actor, out }) {
    const { store, clock } = deps
    const { id } = await findReader(email, deps)
    const known = await store.readers.known(id)
    // Nothing changes; but whoever looks into what is stored of somebody is told of.
    await store.audit.write(actor, 'subscriber data', addressKey(email.trim()), {}, clock.now())
    out({ ...known })
    return 0
  },
})

export const forget = command({
  name: 'subscriber forget',
  summary: 'Delete a reader and all that is stored of them, as their own page does; for ever.',
  input: target,
  positional: ['email'],
  changes: true,
  forgets: true,
  async run({ email }, { deps, out }) {
    const { store, clock, config } = deps
    const { id } = await findReader(email, deps)
    const mails = await store.readers.forget(id, clock.now())
    await removeMails(join(config.DATA_DIR, 'outbox'), mails)
    out({ email, deleted: true })
    return 0
  },
  show: (row) => `${row.email} deleted`,
})

export const unsuppress = command({
  name: 'subscriber unsuppress',
  summary: 'Let an address be written to again that had bounced or complained.',
  input: target.extend({
    consent: shownText
      .optional()
      .describe('When and where they asked for mail again; needed after a complaint'),
  }),
  positional: ['email'],
  changes: true,
  async run({ email, consent }, { deps, out, record }) {
    const { readers } = deps.store
    const emailKey = addressKey(email.trim())
    const reason = await readers.suppression(emailKey)
    if (reason === undefined) throw new DoseError('NOT_FOUND', `a bounce or complaint of ${email}`)
    if (reason === COMPLAINED && consent === undefined)
      throw new DoseError(
        'USAGE',
        `${email} complained; --consent tells when and where they asked for mail again.`,
      )
    await readers.unsuppress(emailKey)
    record({ reason, consent })
    out({ email, was: reason })
    return 0
  },
  show: (row) => `${row.email} was suppressed: ${row.was}`,
})

async function findReader(email: string, { store }: Deps) {
  const reader = await store.readers.findByAddress(addressKey(email.trim()))
  if (!reader) throw new DoseError('NOT_FOUND', `reader ${email}`)
  return reader
}
