import {
  clockWarnings,
  type FiringOutcome,
  nextFirings,
  outcomesOf,
  pastFirings,
} from '../../delivery/calendar.ts'
import { wallClock } from '../../delivery/zone.ts'
import type { Digest } from '../../model.ts'
import { pipeline } from '../../workers/pipeline.ts'
import type { Stage } from '../../workers/stage.ts'
import type { Actions } from './action.ts'
import { type Frame, lookPage, type Room } from './room.ts'
import { runUrl } from './runs.ts'
import { spanOf, type Times } from './times.ts'

const NEXT = 5
const LAST = 7
/** Firings that are looked through for changes of the clock: some months of a daily digest. */
const WARNED = 60
/** Editions asked for besides those of the schedule may lie between these. */
const EDITIONS = 40
const RUNS = 5
const DAY_MS = 86_400_000
const TONES = { sent: 'good', missed: 'bad', skipped: 'warn' } as Readonly<Record<string, string>>

/** What rings by the clock, when it does next, and what came of it. */
export const schedules: Room = {
  url: '/admin/schedules',
  label: 'Schedules',
  key: 'c', // clock
  pages: (frame) => [
    lookPage('/admin/schedules', 'What rings by the clock', async (request, reply) => {
      const times = frame.times(request)
      const actions = frame.actions(request)
      const digests = await frame.web.deps.store.digests.list()
      return frame.page(request, reply, 'dashboard/schedules', {
        title: 'Schedules',
        digests: await Promise.all(
          digests.map((digest) => viewDigest(digest, frame, times, actions)),
        ),
        stages: await Promise.all(
          pipeline
            .filter(({ everyMs }) => everyMs)
            .map((stage) => viewStage(stage, frame, times, actions)),
        ),
      })
    }),
  ],
}

async function viewDigest(digest: Digest, frame: Frame, times: Times, { button }: Actions) {
  const { name, schedule, timeZone, scheduledSince } = digest
  const editions = await frame.web.deps.store.calendar.editions(digest.id, EDITIONS)
  const past = pastFirings(schedule, timeZone, times.now, LAST)
  const [warning] = clockWarnings(schedule, timeZone, times.now, WARNED)
  return {
    ...{ name, schedule, timeZone, active: digest.active },
    // Beside the digest's own zone; none is shown twice.
    zones: { yours: times.zone !== timeZone, utc: ![timeZone, times.zone].includes('UTC') },
    next: nextFirings(schedule, timeZone, times.now, NEXT).map((at) => ({
      own: wallClock(at, timeZone).replace('T', ' '),
      yours: times.show(at),
    })),
    warning: warning && { text: warning.text, time: times.show(warning.at) },
    history: outcomesOf(past, editions, scheduledSince, times.now).map((one) =>
      viewOutcome(one, times),
    ),
    actions: [
      button('digest run', 'Run now', { name }),
      digest.active
        ? button('digest pause', 'Pause', { name })
        : button('digest resume', 'Resume', { name }),
    ],
  }
}

const viewOutcome = ({ at, date, editionId, state, late }: FiringOutcome, times: Times) => ({
  ...{ date, state, tone: TONES[state] ?? 'soft' },
  time: times.show(at),
  url: editionId && `/editions/${editionId}`,
  note: noteOf(state, late, Date.parse(times.now) - Date.parse(at)),
})

/** What was done about what was missed. */
function noteOf(state: FiringOutcome['state'], late: number, agoMs: number): string | null {
  if (state === 'missed')
    return agoMs < DAY_MS
      ? 'made up as soon as a scheduler runs'
      : 'nothing ran within a day of it, so its news went into the next'
  if (state === 'coming') return 'its hour has just come'
  return late > 0 ? `missed, and made up ${spanOf(late)} later` : null
}

async function viewStage(stage: Stage, frame: Frame, times: Times, { button }: Actions) {
  const { queues, store } = frame.web.deps
  const { name, does, everyMs = 0 } = stage
  const [next, paused, last] = await Promise.all([
    queues.nextRing(name),
    queues.isPaused(name),
    store.runList.page({ stage: name }, null, RUNS),
  ])
  return {
    ...{ name, does, paused, every: spanOf(Math.max(1, Math.round(everyMs / 60_000))) },
    next: times.showIf(next),
    last: last.map((run) => ({
      state: run.state,
      url: runUrl(run),
      time: times.show(run.startedAt),
    })),
    actions: [
      button('queue ring', 'Run now', { stage: name }),
      paused
        ? button('queue resume', 'Resume', { stage: name })
        : button('queue pause', 'Pause', { stage: name }),
    ],
  }
}
