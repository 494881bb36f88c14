import type { Config } from '../config.ts'
import { blameOf } from '../delivery/bounce.ts'
import { deliveryOf } from '../delivery/message.ts'
import { type Report, type ReturnedMail, readReport } from '../delivery/report.ts'
import { LEFT } from '../delivery/state.ts'
import {
  findReturnAddresses,
  type ReturnAddress,
  type ReturnPurpose,
  readReturnAddress,
  returnAddress,
} from '../delivery/verp.ts'
import type { ReportOutcome } from '../store/reports.ts'
import type { ReportWay } from '../store/tables.ts'
import type { Deps } from './stage.ts'

export type ReportDeps = Pick<Deps, 'store' | 'config' | 'clock' | 'log' | 'threads'>

/** A bounce is read in milliseconds; lines without end take a second. */
const READ_MS = 10_000

/** Whom a mail came from and to, as its envelope says; absent where only the mail is left. */
export type Envelope = { readonly from: string; readonly to: string }

/** An address of ours that only answers to this mail come to; `undefined` where there are none. */
export const returnPathOf = (
  purpose: ReturnPurpose,
  id: string,
  secret: string,
  { BOUNCE_DOMAIN }: Pick<Config, 'BOUNCE_DOMAIN'>,
): string | undefined =>
  BOUNCE_DOMAIN === undefined ? undefined : returnAddress(secret, purpose, id, BOUNCE_DOMAIN)

/** Tells our own addresses from all others. */
export async function openAddresses({ store, config }: Pick<Deps, 'store' | 'config'>) {
  const secret = await store.settings.signingSecret()
  return (address: string): ReturnAddress | null =>
    config.BOUNCE_DOMAIN === undefined
      ? null
      : readReturnAddress(secret, config.BOUNCE_DOMAIN, address)
}

export type Returned = Pick<Report, 'kind' | 'status' | 'reason'> & {
  readonly outcome: ReportOutcome
  /** `null` where it is about a letter, or about no mail of ours. */
  readonly deliveryId: string | null
}

/**
 * Takes in a mail that came back. What is no answer to a mail of ours changes nothing.
 *
 * @param via an operator is believed that a mail is what it says; where mails have sealed addresses, nobody
 *   else is who has none.
 */
export async function takeReturned(
  bytes: Uint8Array,
  envelope: Envelope | null,
  deps: ReportDeps,
  via: ReportWay = envelope ? 'mail' : 'operator',
): Promise<Returned> {
  const { store, clock, config, log } = deps
  const addressOf = await openAddresses(deps)
  const mail = await readMail(bytes, deps)
  const came = envelope === null ? cameTo(mail) : [envelope.to]
  const own = came.map(addressOf).find((address) => address !== null) ?? null
  const from = envelope?.from ?? senderOf(mail)
  const said = readReport(mail, { from, purpose: own?.purpose ?? null })
  const isBelieved = own !== null || via === 'operator' || !config.BOUNCE_DOMAIN
  const report = isBelieved ? said : { ...said, messageId: null }
  const { kind, status, reason } = report
  const now = clock.now()
  const told = { kind, status, reason, via, at: now }
  const blame = blameOf(status ?? kind, kind === 'hard')
  const { deliveryId, letterId } = aboutOf(report, own, addressOf)
  const outcome = letterId
    ? await store.reports.takeOfLetter(letterId, told, blame, LEFT, now)
    : deliveryId
      ? await store.reports.take(deliveryId, told, blame, LEFT, now)
      : 'missing'
  log.info('a mail came back', { kind, status, outcome, delivery: deliveryId })
  return { kind, status, reason, outcome, deliveryId }
}

type About = { readonly deliveryId: string | null; readonly letterId?: string }

/**
 * Which mail of ours a report is about: what the address says that it came to, else what stands in it. Within
 * it only the address of bounces counts: that of unsubscriptions is meant for whoever has a copy.
 */
function aboutOf(
  { addresses, messageId }: Report,
  own: ReturnAddress | null,
  addressOf: (address: string) => ReturnAddress | null,
): About {
  const isBounce = (address: ReturnAddress | null) =>
    address?.purpose === 'bounce' || address?.purpose === 'letter'
  const named =
    own === null || own.purpose === 'reports' ? addresses.map(addressOf).find(isBounce) : own
  if (named?.purpose === 'letter') return { deliveryId: null, letterId: named.id }
  return { deliveryId: named?.id ?? (messageId === null ? null : deliveryOf(messageId)) }
}

/** What cannot be read is still known to have come. */
async function readMail(bytes: Uint8Array, { threads }: ReportDeps): Promise<ReturnedMail> {
  const mail = await threads
    .run<ReturnedMail | null>('readReturned', bytes, READ_MS)
    .catch((error: unknown) => {
      if (error instanceof RangeError) return null // it took too long
      throw error
    })
  return mail ?? { headers: [], attachments: [] }
}

/** Where a mail says that it went, without its envelope. */
const cameTo = ({ headers }: ReturnedMail): string[] =>
  headers
    .filter(({ key }) => ['to', 'delivered-to', 'x-original-to'].includes(key))
    .flatMap(({ value }) => findReturnAddresses(value))

/** The sender of the envelope as the last server noted it. */
const senderOf = ({ headers, from }: ReturnedMail): string =>
  headers.find(({ key }) => key === 'return-path')?.value.replace(/[<>\s]/g, '') ??
  from?.address ??
  'unknown'
