import { nextFiring } from '../delivery/schedule.ts'
import { wallClock } from '../delivery/zone.ts'
import { parseImapUrl } from '../io/imap.ts'
import { limitsOf } from '../upkeep/alert-rules.ts'
import { isQuietHour, reviewAlerts, selectNotice } from '../upkeep/alerts.ts'
import { describeNotice, noticeBody } from '../upkeep/notice.ts'
import type { Room } from '../upkeep/room.ts'
import { type Figures, findTroubles } from '../upkeep/troubles.ts'
import { hookOf, noticeLetters, sendNotices } from './notice.ts'
import { dueFiring } from './reconcile.ts'
import { keepRoom, roomsOf } from './rooms.ts'
import type { Deps, Stage, StageContext } from './stage.ts'

const EVERY_MS = 60_000
/** One looks at a time; whoever died looking is not waited for longer. */
const LEASE_MS = 5 * 60_000
/** More sources than this are not told one by one anyway. */
const SOURCES_MAX = 200

/** Looks whether all is as it should be, and tells the operator where not, and when it is again. */
export const watch: Stage = {
  name: 'watch',
  does: 'looks whether all is well',
  takes: 'nothing',
  gives: 'nothing',
  concurrency: 1,
  wakeUp: true,
  everyMs: EVERY_MS,

  async run(_key, context) {
    const lease = await context.store.leases.take('watch', context.processId, LEASE_MS)
    if (!lease) return []
    try {
      await look(context)
      await sendNotices(context, context.trace)
    } finally {
      await context.store.leases.release(lease)
    }
    return []
  },
}

async function look(context: StageContext): Promise<void> {
  const { store, clock, log } = context
  const now = clock.now()
  const limits = limitsOf(await store.alerts.rules())
  const rooms = await roomsOf(context)
  await keepRoom(rooms, context)
  const troubles = findTroubles(await readFigures(rooms, context), limits)
  const known = await store.alerts.list()
  const changed = reviewAlerts(known, troubles, now)
  await store.alerts.save(changed)
  for (const { rule, subject, since, resolvedAt, detail } of changed)
    if (since === now || resolvedAt === now)
      log.warn(resolvedAt === now ? 'an alert is over' : 'an alert', { rule, subject, detail })
  await tell(await store.alerts.list(), context)
}

/** One notice of all there is to tell, where anybody wants to be told. */
async function tell(
  alerts: Awaited<ReturnType<StageContext['store']['alerts']['list']>>,
  context: StageContext,
): Promise<void> {
  const { store, clock, config } = context
  const hook = hookOf(context)
  if (config.ALERT_MAIL.length === 0 && !hook) return
  const now = clock.now()
  const rule = { repeatHours: config.ALERT_REPEAT_HOURS, quiet: isQuiet(config, now) }
  const notice = selectNotice(alerts, rule, now)
  if (!notice) return
  const letters = noticeLetters(describeNotice(notice), context)
  const note = hook ? noticeBody(notice) : null
  await store.alerts.tell([...notice.firing, ...notice.resolved], { letters, note }, now)
}

function isQuiet({ ALERT_QUIET }: Deps['config'], now: string): boolean {
  if (!ALERT_QUIET) return false
  const hour = Number(wallClock(now, ALERT_QUIET.timeZone).slice(11, 13))
  return isQuietHour(hour, ALERT_QUIET)
}

/** All that the rules are about, as it is now. */
async function readFigures(rooms: readonly Room[], context: StageContext): Promise<Figures> {
  const { store, clock, config } = context
  const now = clock.now()
  const digests = (await store.digests.list()).filter(({ active }) => active)
  return {
    now,
    firings: await firingsOf(digests, now, context),
    next: digests.map(({ name, schedule, timeZone }) => {
      return { digest: name, at: nextFiring(schedule, timeZone, now) }
    }),
    overdue: await store.figures.overdue(now),
    sources: await store.figures.failing(SOURCES_MAX),
    stages: await stagesNow(context, now),
    mail: await store.figures.mail(now),
    pausedMail: (await store.quota.paused()).map(({ name }) => name),
    mailboxes: config.BOUNCE_IMAP
      ? await store.mailboxes.failing(parseImapUrl(config.BOUNCE_IMAP).name)
      : [],
    disks: rooms,
  }
}

type Digests = Awaited<ReturnType<StageContext['store']['digests']['list']>>

async function firingsOf(digests: Digests, now: string, { store }: StageContext) {
  const firings = []
  for (const digest of digests) {
    const firing = dueFiring(digest, now)
    if (!firing) continue
    const edition = await store.archive.head(
      store.editions.idOf({ digestId: digest.id, ...firing }),
    )
    firings.push({ digest: digest.name, at: firing.span.to, state: edition?.state ?? null })
  }
  return firings
}

/** Every stage has a queue, and BullMQ's list of these is the list of stages. */
async function stagesNow({ store, queues }: StageContext, now: string) {
  const ended = await store.figures.ended(now)
  return Promise.all(
    queues.list().map(async ({ name: stage }) => {
      const { done = 0, failed = 0 } = ended.find((one) => one.stage === stage) ?? {}
      return { stage, waitingSince: await queues.waitingSince(stage), done, failed }
    }),
  )
}
