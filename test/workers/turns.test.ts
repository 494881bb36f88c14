import { describe, expect, test } from 'vitest'
import { nextFiring } from '../../src/delivery/schedule.ts'
import { localDate, wallClock } from '../../src/delivery/zone.ts'
import type { Instant } from '../../src/model.ts'
import { type Issued, issueOf, turnOf } from '../../src/workers/turns.ts'

/**
 * What readers get over the changes of a clock, by the plans that editions are frozen with: every zone
 * of this Node, both directions, two years on.
 */
const DAY_MS = 86_400_000
const FROM = Date.parse('2026-11-25T00:00:00.000Z')
const TWO_YEARS = 731
const RULES = { window: null, deadlineHour: null }
const iso = (time: number): Instant => new Date(time).toISOString()

/** Instants within a day before a zone's clock changes, as what its wall shows a day later tells. */
function changesOf(zone: string): number[] {
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
  })
  const days = Array.from({ length: TWO_YEARS + 1 }, (_, day) => FROM + day * DAY_MS)
  const shown = days.map((at) => clock.format(at))
  return days.slice(0, -1).filter((_, day) => shown[day] !== shown[day + 1])
}

/** A digest's editions, each frozen some seconds after it fired. */
function freezes(schedule: string, timeZone: string, from: number, days: number): Issued[] {
  const found: Issued[] = []
  for (let at = iso(from); at < iso(from + days * DAY_MS); ) {
    at = nextFiring(schedule, timeZone, at)
    const frozenAt = iso(Date.parse(at) + 20_000)
    found.push(issueOf({ schedule, timeZone }, { frozenAt, firedAt: at }))
  }
  return found
}

/** When a daily reader's mails leave: of editions that fall due together the newest only. */
function mailsOf(frozen: readonly Issued[], hour: number, zone: string): Instant[] {
  const due = frozen.map((issue, i) => {
    const plan = turnOf(RULES, issue, frozen[i - 1] ?? null, hour, zone)
    expect(plan.paces).toContain('daily')
    return plan.dueAt
  })
  return [...new Set(due)]
}

const changing = Intl.supportedValuesOf('timeZone')
  .map((zone) => ({ zone, changes: changesOf(zone) }))
  .filter(({ changes }) => changes.length > 0)

test('there are many such zones, and their clocks go both ways', () => {
  expect(changing.length).toBeGreaterThan(100)
  expect(changing.every(({ changes }) => changes.length >= 2)).toBe(true)
})

/** Zones whose walls show the same around every change are one: what is due depends on nothing else. */
const distinct = [
  ...Map.groupBy(changing, ({ zone, changes }) =>
    changes
      .flatMap((at) => Array.from({ length: 192 }, (_, i) => iso(at + (i - 96) * 1_800_000)))
      .map((at) => `${at} ${wallClock(at, zone)}`)
      .join(),
  ).values(),
].map((zones) => ({
  names: zones.map(({ zone }) => zone).join(' '),
  zone: zones[0]?.zone ?? '',
  changes: zones[0]?.changes ?? [],
}))

describe('one mail a day at the right local hour', () => {
  test.each(distinct)('$names', ({ zone, changes }) => {
    for (const change of changes) {
      // A digest of their own zone, one of another hour of it, and one on a clock that never changes.
      const digests = [
        freezes('30 3 * * *', zone, change - 3 * DAY_MS, 6),
        freezes('0 0 * * *', zone, change - 3 * DAY_MS, 6),
        freezes('30 3 * * *', 'UTC', change - 3 * DAY_MS, 6),
      ]
      for (const frozen of digests)
        for (let hour = 0; hour < 24; hour++) {
          const at = `${zone} ${hour}:00 around ${iso(change)}`
          const mails = mailsOf(frozen, hour, zone)
          expect(mails, at).toHaveLength(
            new Set(mails.map((mail) => slotDay(mail, hour, zone))).size,
          )
          expectEveryDay(mails, hour, zone, at, frozen)
          const off = mails.filter((mail) => Number(wallClock(mail, zone).slice(11, 13)) !== hour)
          expect(off.length, `${at}: off the hour where the clock leaves it out`).toBeLessThan(2)
          for (const mail of off) expectLeftOut(mail, hour, zone)
        }
    }
  })
})

/** The day a mail is of: one whose 23:00 was left out leaves at the next midnight. */
function slotDay(mail: Instant, hour: number, zone: string): string {
  const shown = Number(wallClock(mail, zone).slice(11, 13))
  return localDate(shown < hour ? iso(Date.parse(mail) - 3 * 3_600_000) : mail, zone)
}

/** No day between the first and the last mail is without one, unless no edition was frozen for it. */
function expectEveryDay(
  mails: readonly Instant[],
  hour: number,
  zone: string,
  at: string,
  frozen: readonly Issued[],
): void {
  const days = mails.map((mail) => Date.parse(`${slotDay(mail, hour, zone)}T00:00:00Z`) / DAY_MS)
  for (const [i, day] of days.entries()) {
    const last = days[i - 1]
    if (last === undefined || day - last === 1) continue
    const [from = '', to = ''] = [mails[i - 1], mails[i]]
    // The hour came on the day between before the day's edition was there.
    expect(day - last, at).toBe(2)
    const between = frozen.filter(({ frozenAt }) => frozenAt > from && frozenAt <= to)
    expect(between, at).toHaveLength(1)
  }
}

/** The wall never showed that hour on that day: the mail left at the end of the gap. */
function expectLeftOut(mail: Instant, hour: number, zone: string): void {
  const before = wallClock(iso(Date.parse(mail) - 60_000), zone)
  const after = wallClock(mail, zone)
  const wanted = `${slotDay(mail, hour, zone)}T${String(hour).padStart(2, '0')}:00`
  expect(before < wanted && wanted < after, `${zone}: ${before} ${wanted} ${after}`).toBe(true)
}
