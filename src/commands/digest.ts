import { z } from 'zod'
import { oneLine, parseMailbox } from '../delivery/mailbox.ts'
import { checkSchedule, nextFiring } from '../delivery/schedule.ts'
import { localDate } from '../delivery/zone.ts'
import { DoseError } from '../errors.ts'
import type { Digest } from '../model.ts'
import { planRun, runDigest } from '../workers/digest-run.ts'
import { setDigestClock } from '../workers/run.ts'
import type { Deps } from '../workers/stage.ts'
import { difference, showChanged } from './changes.ts'
import { columns, command } from './command.ts'
import { approvalRule, deadlineHour, quietRule, sendWindow } from './digest-rules.ts'
import { day, nameList, requireTopics, shownName, wholeNumber } from './inputs.ts'

/** Editions shown by `digest show`. */
const LAST_EDITIONS = 5
/** Firings shown by `digest schedule`. */
const SHOWN_FIRINGS = 5

export async function findDigest({ store }: Pick<Deps, 'store'>, name: string): Promise<Digest> {
  const digest = await store.digests.find(oneLine(name))
  if (!digest) throw new DoseError('NOT_FOUND', `digest ${name}`)
  return digest
}

export const add = command({
  name: 'digest add',
  summary: 'Make a digest, or change the one with that name.',
  input: z.object({
    name: shownName.describe('Name shown to readers'),
    schedule: z
      .string()
      .optional()
      .describe('Cron expression of five fields; "0 7 * * *" by default'),
    tz: z.string().optional().describe('IANA time zone the schedule is read in; UTC by default'),
    topics: nameList.optional().describe('Topics it covers, comma-separated; `all` by default'),
    size: wholeNumber(1, 100).optional().describe('Stories in a full issue'),
    from: z.string().optional().describe('Sender, `Name <address>`; MAIL_FROM by default'),
    postal: z.string().optional().describe("Sender's postal address; POSTAL_ADDRESS by default"),
    quiet: quietRule
      .optional()
      .describe('Fewer stories are a quiet day: `3` says so in a short issue, `3:skip` sends none'),
    deadline: deadlineHour
      .optional()
      .describe('Hour on the reader’s clock after which a late mail is merged into the next'),
    window: sendWindow
      .optional()
      .describe('Hours on the reader’s clock between which mails leave, e.g. 6-22'),
    approve: approvalRule
      .optional()
      .describe(
        'Hours an edition waits for a yes, and what then: `2:send` sends it without one, `2:skip` does not',
      ),
  }),
  positional: ['name'],
  changes: true,
  async run({ name, schedule, tz, topics, size, from, postal, ...rules }, { deps, out }) {
    const known = await deps.store.digests.find(name)
    const choices = {
      name,
      schedule: schedule ?? known?.schedule ?? '0 7 * * *',
      timeZone: tz ?? known?.timeZone ?? 'UTC',
      ...(topics ? { topics: requireTopics(topics, deps.taxonomy) } : {}),
      ...(size ? { size } : {}),
      ...(from ? { from } : {}),
      ...(postal ? { postal } : {}),
      ...(rules.quiet === undefined ? {} : { quiet: rules.quiet }),
      ...(rules.deadline === undefined ? {} : { deadlineHour: rules.deadline }),
      ...(rules.window === undefined ? {} : { window: rules.window }),
      ...(rules.approve === undefined ? {} : { approval: rules.approve }),
    }
    checkSchedule(choices.schedule, choices.timeZone)
    if (from) parseMailbox(from, '--from')
    const { before, after } = await deps.store.digests.put(choices, deps.clock.now())
    await setDigestClock(after, deps.queues)
    out({ ...after, changed: before ? difference(before, after) : null, added: !before })
    return 0
  },
  show: showChanged,
})

export const list = command({
  name: 'digest list',
  summary: 'List the digests with their next edition.',
  input: z.object({}),
  positional: [],
  changes: false,
  async run(_input, { deps, out }) {
    const now = deps.clock.now()
    for (const digest of await deps.store.digests.list())
      out({ ...digest, nextAt: nextFiring(digest.schedule, digest.timeZone, now) })
    return 0
  },
  show: columns('id', 'name', 'schedule', 'timeZone', 'nextAt'),
})

export const show = command({
  name: 'digest show',
  summary: 'Show one digest: settings, next and last editions, readers.',
  input: z.object({ name: z.string().describe('Name of the digest') }),
  positional: ['name'],
  changes: false,
  async run({ name }, { deps, out }) {
    const digest = await findDigest(deps, name)
    const editions = await deps.store.archive.heads(LAST_EDITIONS, digest.id)
    out({
      ...digest,
      nextAt: nextFiring(digest.schedule, digest.timeZone, deps.clock.now()),
      editions: editions.map(({ id, date, state, number, subject }) => ({
        id,
        date,
        state,
        number,
        subject,
      })),
      readers: await deps.store.subscribers.confirmed(digest.id),
    })
    return 0
  },
})

export const schedule = command({
  name: 'digest schedule',
  summary: 'Show the next firings of a digest, in its zone and in UTC.',
  input: z.object({ name: z.string().describe('Name of the digest') }),
  positional: ['name'],
  changes: false,
  async run({ name }, { deps, out }) {
    const digest = await findDigest(deps, name)
    let at = deps.clock.now()
    for (let i = 0; i < SHOWN_FIRINGS; i++) {
      at = nextFiring(digest.schedule, digest.timeZone, at)
      const local = new Intl.DateTimeFormat('sv-SE', {
        timeZone: digest.timeZone,
        dateStyle: 'short',
        timeStyle: 'short',
      }).format(new Date(at))
      out({ at, local, timeZone: digest.timeZone, date: localDate(at, digest.timeZone) })
    }
    return 0
  },
  show: columns('local', 'timeZone', 'at'),
})

export const run = command({
  name: 'digest run',
  summary: 'Make an edition now: fetch, process, compose, freeze, deliver.',
  input: z.object({
    name: z.string().describe('Name of the digest'),
    date: day
      .optional()
      .describe('The edition the schedule fires on that day, by publication date'),
    deliver: z.boolean().default(false).describe('With --date: send it as well'),
    wait: z.boolean().default(false).describe('Wait for the end and print the outcome'),
  }),
  positional: ['name'],
  changes: true,
  works: true,
  confirm: async ({ name, date, deliver }) =>
    date === undefined || deliver
      ? `An edition of ${name} would be made now and sent to its readers.`
      : null,
  async run({ name, date, deliver, wait }, { deps, out, note, alone }) {
    const digest = await findDigest(deps, name)
    const request = { digest, date: date ?? null, deliver: date === undefined || deliver }
    const { editionId } = planRun(request, deps)
    if (!wait) out({ runId: editionId })
    const report = runDigest(request, deps, note)
    if (!wait && !alone) {
      report.catch((error: unknown) =>
        deps.log.error('digest run failed', { error, run_id: editionId }),
      )
      return 0
    }
    const { counts, ...edition } = await report
    if (wait) out({ ...edition, counts })
    if (counts.deferred) note(`${counts.deferred} put off by their mail server; tried again later.`)
    return counts.bounced || counts.unknown || counts.deferred ? 1 : 0
  },
  show: (row) => ('runId' in row ? String(row.runId) : JSON.stringify(row)),
})
