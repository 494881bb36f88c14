import { z } from 'zod'
import { addressKey, readAddress } from '../delivery/address.ts'
import { DoseError } from '../errors.ts'
import type { Digest } from '../model.ts'
import type { EditionRecord } from '../store/editions.ts'
import { previewEdition } from '../workers/preview.ts'
import type { Deps } from '../workers/stage.ts'
import { sendTestMail } from '../workers/test-mail.ts'
import { columns, command } from './command.ts'
import { findDigest } from './digest.ts'
import { findEdition } from './edition/find.ts'

export const audience = command({
  name: 'digest audience',
  summary: 'Count the readers of a digest by state, pace, topic, hour and time zone.',
  input: z.object({ name: z.string().describe('Name of the digest') }),
  positional: ['name'],
  changes: false,
  async run({ name }, { deps, out }) {
    const { id, timeZone } = await findDigest(deps, name)
    for (const share of await deps.store.subscribers.audience(id, timeZone)) out(share)
    return 0
  },
  show: columns('by', 'value', 'readers'),
})

export const sendTest = command({
  name: 'digest send-test',
  summary:
    'Send the next edition as it stands to one address, marked as a test; the ledger has none.',
  input: z.object({
    name: z.string().describe('Name of the digest'),
    to: z.string().describe('Address'),
    edition: z.string().optional().describe('Id of a frozen edition to send instead, or `latest`'),
  }),
  positional: ['name'],
  changes: true,
  async run({ name, to, edition: id }, { deps, out, note }) {
    const digest = await findDigest(deps, name)
    const { address, fault } = readAddress(to)
    if (fault !== undefined) throw new DoseError('USAGE', `--to ${to}: ${fault}.`)
    const suppression = await deps.store.readers.suppression(addressKey(address))
    if (suppression) throw new DoseError('USAGE', `--to ${address} is suppressed: ${suppression}.`)
    const edition = id
      ? await frozen(id, digest, deps)
      : (await previewEdition(digest, deps)).edition
    const mail = await sendTestMail(edition, digest, address, deps)
    if (!mail) throw new DoseError('NOT_FOUND', `a story for an edition of ${digest.name}`)
    const { kind: state, ...said } = mail.result
    const reason = 'reason' in said ? said.reason : null
    out({ digest: digest.name, to: address, subject: mail.subject, state, reason })
    if (state === 'accepted') return 0
    note(`It was not accepted: ${reason ?? state}.`)
    return 1
  },
  show: columns('to', 'state', 'subject'),
})

async function frozen(id: string, digest: Digest, deps: Deps): Promise<EditionRecord> {
  const found = await findEdition(deps, id, digest.id)
  const edition = await deps.store.editions.get(found.id)
  if (!edition?.frozenAt || edition.digestId !== digest.id)
    throw new DoseError('NOT_FOUND', `a frozen edition ${id} of ${digest.name}`)
  return edition
}
