import { z } from 'zod'
import { addressKey } from '../delivery/address.ts'
import type { SkipReason } from '../delivery/state.ts'
import { DoseError } from '../errors.ts'
import type { DeliveryState, Instant, Pace, ReportKind, Span } from '../model.ts'
import type { DeliveryHistory, Step } from '../store/deliveries.ts'
import type { DeliveryReport } from '../store/reports.ts'
import type { Deps } from '../workers/stage.ts'
import { columns, command } from './command.ts'
import { findDigest } from './digest.ts'
import { findEdition } from './edition/find.ts'

/** What each state says of a reader; `delivery list` takes these states. */
const MEANING: Readonly<Record<DeliveryState, string>> = {
  planned: 'its hour has not come, or the sender has not come to it yet',
  deferred: 'the mail server put it off; it is tried again',
  claimed: 'a sender is about to send it',
  submitted: 'it is being sent right now',
  accepted: 'the mail server took it',
  bounced: 'the mail server refused it, or it came back',
  complained: 'the reader reported it as unwanted',
  unknown: 'it may have arrived or not; it is not sent again by itself',
  skipped: 'it was not to be sent',
}

const SKIPPED: Readonly<Record<SkipReason, string>> = {
  suppressed: 'the address is suppressed: it bounced, complained or was deleted',
  paused: 'the reader had paused',
  quiet:
    'no story of this edition is of the topics the reader chose, or fewer than its digest sends',
  deadline: 'its deadline passed before it could be sent; its stories come with the next edition',
  merged: 'the next edition was due as well; the reader gets that one instead',
  recalled: 'an operator called it back before it had left; no later edition tells its stories',
  unsubscribed: 'the reader had unsubscribed',
}

/** What came back about a mail. */
const CAME_BACK: Readonly<Record<ReportKind, string>> = {
  hard: 'it came back: the address is of no use',
  soft: 'it came back; the next one may arrive',
  complaint: 'its reader reported it as unwanted',
  unsubscribe: 'its reader unsubscribed by mail',
  'auto-reply': 'an automatic reply',
  notice: 'a notice that it is late, or has arrived',
  unknown: 'a mail in answer to it',
}
const WAY: Readonly<Record<DeliveryReport['via'], string>> = {
  mail: 'by mail',
  api: 'told over the API',
  operator: 'brought by an operator',
}

type SaidReport = DeliveryReport & { readonly says: string }

function sayReport({ kind, status, reason, via }: DeliveryReport): string {
  const words = [status, reason].filter(Boolean).join(' ')
  return `${CAME_BACK[kind]} (${WAY[via]})${words && `: ${words}`}`
}

/** A sentence, with the words of the mail server where it said some. */
export function becauseOf(state: DeliveryState, reason: string | null): string {
  if (reason === null) return MEANING[state]
  if (state === 'skipped' && Object.hasOwn(SKIPPED, reason)) return SKIPPED[reason as SkipReason]
  return `${MEANING[state]}: ${reason}`
}

export const list = command({
  name: 'delivery list',
  summary: 'List the deliveries of an edition.',
  input: z.object({
    edition: z.string().default('latest').describe('Id of the edition, or `latest`'),
    digest: z.string().optional().describe('With `latest`: of this digest'),
    state: z
      .enum(Object.keys(MEANING) as DeliveryState[])
      .optional()
      .describe('Only those in this state'),
  }),
  positional: [],
  changes: false,
  async run({ edition: id, digest: name, state }, { deps, out }) {
    const digest = name ? await findDigest(deps, name) : null
    const edition = await findEdition(deps, id, digest?.id).catch((error: unknown) => {
      if (id === 'latest') return null // no edition yet is an empty list
      throw error
    })
    const rows = edition ? await deps.store.deliveries.list(edition.id, state) : []
    for (const { editionId, subscriber, state, reason, messageId, at } of rows)
      out({ editionId, subscriber, state, reason, messageId, at })
    return 0
  },
  show: columns('subscriber', 'state', 'reason', 'at'),
})

export const why = command({
  name: 'delivery why',
  summary: 'Tell why a reader got an edition, or why not.',
  input: z.object({
    address: z.string().describe('Address of the reader'),
    edition: z.string().describe('Id of the edition, or `latest`'),
  }),
  positional: ['address', 'edition'],
  changes: false,
  async run({ address, edition: id }, { deps, out }) {
    const edition = await findEdition(deps, id)
    const told = await whyDelivery(edition.id, addressKey(address.trim()), deps)
    if (told) {
      out(told)
      return 0
    }
    const subscriptions = await deps.store.ways.readerSubscriptions(addressKey(address.trim()))
    const reader = subscriptions.find(({ digestId }) => digestId === edition.digestId)
    if (!reader)
      throw new DoseError('NOT_FOUND', `a reader of ${edition.digestName} with ${address}`)
    out({
      editionId: edition.id,
      subscriber: reader.email,
      state: 'none',
      because: absence(reader, edition),
    })
    return 0
  },
  show: (row) =>
    [
      columns('subscriber', 'state', 'because', 'at')(row),
      ...((row.trail ?? []) as readonly Step[]).map(
        ({ at, state, reason }) => `  ${at}  ${state}${reason ? `: ${reason}` : ''}`,
      ),
      ...((row.reports ?? []) as readonly SaidReport[]).map(({ at, says }) => `  ${at}  ${says}`),
    ].join('\n'),
})

/** What the ledger says of a reader's mail, with what holds it where it is still to be sent. */
export async function whyDelivery(editionId: string, emailKey: string, deps: Deps) {
  const row = await deps.store.deliveries.of(editionId, emailKey)
  if (!row) return null
  const { trail, ...delivery } = row
  const held = OPEN.has(row.state)
    ? await whatHolds(row, deps)
    : await whatKept(row, emailKey, deps)
  const sentence = becauseOf(row.state, row.reason)
  const reports = (await deps.store.reports.of(row.id)).map(
    (report): SaidReport => ({ ...report, says: sayReport(report) }),
  )
  return { ...delivery, because: held ? `${sentence}; ${held}` : sentence, trail, reports }
}

/** States that something may stand in the way of. */
const OPEN: ReadonlySet<DeliveryState> = new Set(['planned', 'deferred'])

/** What keeps a delivery that is still to be sent. */
async function whatHolds(row: DeliveryHistory, { store, clock }: Deps): Promise<string> {
  const { stopped, firstLeft, restMinutes, restAt } = await store.sending.steering(row.editionId)
  const now = clock.now()
  if (stopped) return 'an operator has stopped the edition'
  if (row.attempt === 0 && firstLeft === 0 && (restAt === null || restAt > now))
    return `the first readers have it, the rest follow ${restAt ?? afterFirst(restMinutes)}`
  return row.dueAt > now ? `not before ${row.dueAt}` : 'it is due'
}

const afterFirst = (minutes: number | null): string =>
  minutes === null ? 'at an operator’s word' : `${minutes} minutes after the last of them`

/** Why an address was not sent to, where it still is not: in the words that came back. */
async function whatKept(row: DeliveryHistory, emailKey: string, { store }: Deps) {
  if (row.state !== 'skipped' || row.reason !== 'suppressed') return null
  const [reader] = await store.ways.readerSubscriptions(emailKey)
  return reader?.suppressed ? `${reader.suppressed}, ${reader.suppressedAt}` : null
}

type Reader = { state: string; pace: Pace; suppressed: string | null; createdAt: Instant }
type Made = { state: string; deliver: boolean; span: Span }

function absence(reader: Reader, edition: Made): string {
  if (edition.state === 'skipped')
    return 'the edition had no story or was declined, and was not sent'
  if (!edition.deliver) return 'the edition was made for its date and not sent; add --deliver'
  if (reader.state === 'unsubscribed') return 'the reader had unsubscribed'
  if (reader.suppressed) return `the address is suppressed: ${reader.suppressed}`
  if (reader.pace !== 'daily' && reader.createdAt <= edition.span.to)
    return `the reader takes it ${reader.pace}, and it fell due on no such day of theirs`
  return 'the reader signed up after the edition was frozen'
}
