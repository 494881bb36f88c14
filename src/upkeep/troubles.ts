import type { AlertRule, EditionState, Instant, Trouble } from '../model.ts'
import { ALERT_RULES, type Limits } from './alert-rules.ts'

/** What is looked at, read at one moment. */
export type Figures = {
  readonly now: Instant
  /** The newest firing of each digest that goes by itself, and what became of its edition. */
  readonly firings: readonly {
    readonly digest: string
    readonly at: Instant
    readonly state: EditionState | null
  }[]
  /** When each digest fires next. */
  readonly next: readonly { readonly digest: string; readonly at: Instant }[]
  /** Mails that are due and have not left: how many, and since when the first is. */
  readonly overdue: readonly {
    readonly digest: string
    readonly since: Instant
    readonly n: number
  }[]
  readonly sources: readonly {
    readonly id: string
    readonly name: string
    readonly failingSince: Instant
    readonly error: string | null
  }[]
  readonly stages: readonly {
    readonly stage: string
    /** Since when its oldest waiting job waits. */
    readonly waitingSince: Instant | null
    /** Of the last hour. */
    readonly done: number
    readonly failed: number
  }[]
  /** Of the last 24 hours. */
  readonly mail: {
    readonly accepted: number
    readonly bounced: number
    readonly complained: number
  }
  /** Mail servers that are left alone for a while. */
  readonly pausedMail: readonly string[]
  /** That of bounces, where it cannot be read. */
  readonly mailboxes: readonly {
    readonly name: string
    readonly since: Instant
    readonly error: string
  }[]
  readonly disks: readonly { readonly name: string; readonly freeBytes: number }[]
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const GIB = 1_024 ** 3
/** With fewer of them a share says nothing. */
const RUNS_MIN = 20
const MAILS_MIN = 50

/** The sum of what is not as it should be: every rule over all its subjects. */
export function findTroubles(figures: Figures, limits: Limits): Trouble[] {
  return (Object.keys(FIND) as AlertRule[])
    .filter((rule) => limits[rule].active)
    .flatMap((rule) =>
      FIND[rule](figures, limits[rule].limit).map(({ subject, detail }) => {
        return { rule, subject, detail, urgent: ALERT_RULES[rule].urgent }
      }),
    )
}

type Found = Pick<Trouble, 'subject' | 'detail'>

const FIND: Readonly<Record<AlertRule, (figures: Figures, limit: number) => readonly Found[]>> = {
  'edition-late': ({ firings, now }, minutes) =>
    firings
      .filter(({ state, at }) => isOpen(state) && since(at, now) >= minutes * MINUTE_MS)
      .map(({ digest, at, state }) => ({
        subject: digest,
        detail: `the edition of ${at} is ${state === null ? 'not begun' : 'not frozen'}`,
      })),

  'edition-at-risk'(figures, minutes) {
    const reasons = hindrances(figures)
    if (reasons.length === 0) return []
    return figures.next
      .filter(({ at }) => since(figures.now, at) <= minutes * MINUTE_MS)
      .map(({ digest, at }) => ({
        subject: digest,
        detail: `due ${at}, and ${reasons.join('; ')}`,
      }))
  },

  'delivery-late': ({ overdue, now }, minutes) =>
    overdue
      .filter((mails) => since(mails.since, now) >= minutes * MINUTE_MS)
      .map((mails) => ({
        subject: mails.digest,
        detail: `${mails.n} mails have not left, the first was due ${mails.since}`,
      })),

  'source-down': ({ sources, now }, hours) =>
    sources
      .filter(({ failingSince }) => since(failingSince, now) >= hours * HOUR_MS)
      .map(({ id, name, failingSince, error }) => ({
        subject: id,
        detail: `${name} cannot be read since ${failingSince}${error ? `: ${error}` : ''}`,
      })),

  'queue-age': ({ stages, now }, minutes) =>
    stages.flatMap(({ stage, waitingSince }) =>
      waitingSince !== null && since(waitingSince, now) >= minutes * MINUTE_MS
        ? [{ subject: stage, detail: `a job waits since ${waitingSince}` }]
        : [],
    ),

  'failure-rate': ({ stages }, percent) =>
    stages
      .filter(({ done, failed }) => done + failed >= RUNS_MIN)
      .filter(({ done, failed }) => share(failed, done + failed) >= percent)
      .map(({ stage, done, failed }) => ({
        subject: stage,
        detail: `${failed} of ${done + failed} runs of the last hour failed for good`,
      })),

  'bounce-rate': ({ mail }, percent) =>
    rateOf('bounced', mail.bounced, mail.accepted + mail.bounced, percent),

  'complaint-rate': ({ mail }, percent) =>
    rateOf('were reported as unwanted', mail.complained, mail.accepted + mail.complained, percent),

  'mailbox-down': ({ mailboxes, now }, minutes) =>
    mailboxes
      .filter((mailbox) => since(mailbox.since, now) >= minutes * MINUTE_MS)
      .map(({ name, since, error }) => ({
        subject: name,
        detail: `is not taken in as a whole since ${since}: ${error}`,
      })),

  disk: ({ disks }, gib) =>
    disks
      .filter(({ freeBytes }) => freeBytes < gib * GIB)
      .map(({ name, freeBytes }) => ({
        subject: name,
        detail: `${(freeBytes / GIB).toFixed(2)} GiB are left`,
      })),
}

/** Nobody has frozen it yet; one that was skipped had nothing to tell. */
const isOpen = (state: EditionState | null): boolean => state === null || state === 'draft'

/** A job that waits so long before an edition's hour may well be missing in it. */
const BACKLOG_MS = 10 * MINUTE_MS
/** Stages whose work an edition is made of. */
const NEEDED = ['fetch', 'ingest', 'page', 'score', 'cluster', 'summarise', 'compose']

/** What stands in the way of the next edition, whichever it is. */
function hindrances({ stages, pausedMail, now }: Figures): string[] {
  const behind = stages
    .filter(({ stage }) => NEEDED.includes(stage))
    .filter(({ waitingSince }) => waitingSince !== null && since(waitingSince, now) >= BACKLOG_MS)
  return [
    ...behind.map(({ stage, waitingSince }) => `${stage} is behind since ${waitingSince}`),
    ...pausedMail.map((name) => `${name} takes no mail`),
  ]
}

function rateOf(what: string, n: number, of: number, percent: number): Found[] {
  if (of < MAILS_MIN || share(n, of) < percent) return []
  return [{ subject: 'mail', detail: `${n} of ${of} mails of the last 24 hours ${what}` }]
}

const share = (part: number, all: number): number => (100 * part) / all

const since = (from: Instant, to: Instant): number => Date.parse(to) - Date.parse(from)
