import { describe, expect, test } from 'vitest'
import type { Alert, Trouble } from '../../src/model.ts'
import { isQuietHour, reviewAlerts, selectNotice } from '../../src/upkeep/alerts.ts'
import { describeNotice, noticeBody } from '../../src/upkeep/notice.ts'

const at = (minutes: number) => new Date(Date.UTC(2026, 10, 20, 7, minutes)).toISOString()

const trouble: Trouble = { rule: 'disk', subject: 'DATA_DIR', urgent: true, detail: '1 GiB left' }
const alert = (changed: Partial<Alert> = {}): Alert => ({
  ...trouble,
  since: at(0),
  seenAt: at(0),
  toldAt: null,
  resolvedAt: null,
  mutedUntil: null,
  ...changed,
})

describe('reviewAlerts', () => {
  test('a trouble is an alert from when it is seen', () => {
    expect(reviewAlerts([], [trouble], at(0))).toEqual([alert()])
  })

  test('it goes on with what it says now', () => {
    const known = alert({ toldAt: at(1) })
    const worse = { ...trouble, detail: '0.5 GiB left' }
    expect(reviewAlerts([known], [worse], at(5))).toEqual([
      { ...known, seenAt: at(5), detail: '0.5 GiB left' },
    ])
  })

  test('it is over once it has stayed away for ten minutes', () => {
    expect(reviewAlerts([alert()], [], at(9))).toEqual([])
    expect(reviewAlerts([alert()], [], at(10))).toEqual([alert({ resolvedAt: at(10) })])
  })

  test('what is over and comes back begins anew', () => {
    const over = alert({ toldAt: at(1), resolvedAt: at(20), mutedUntil: at(50) })
    expect(reviewAlerts([over], [trouble], at(30))).toEqual([
      alert({ since: at(30), seenAt: at(30), mutedUntil: at(50) }),
    ])
  })
})

describe('selectNotice', () => {
  const rule = { repeatHours: 12, quiet: false }
  const told = (alerts: readonly Alert[], minutes: number, quiet = false) => {
    const notice = selectNotice(alerts, { ...rule, quiet }, at(minutes))
    return notice && { firing: notice.firing.length, resolved: notice.resolved.length }
  }

  test('all that is new is one notice', () => {
    const many = Array.from({ length: 50 }, (_, n) =>
      alert({ rule: 'source-down', subject: `s${n}` }),
    )
    expect(told(many, 0)).toEqual({ firing: 50, resolved: 0 })
  })

  test('the next waits ten minutes', () => {
    const alerts = [alert({ toldAt: at(0) }), alert({ subject: 'other' })]
    expect(told(alerts, 9)).toBeNull()
    expect(told(alerts, 10)).toEqual({ firing: 1, resolved: 0 })
  })

  test('what holds is told again after some hours', () => {
    expect(told([alert({ toldAt: at(0) })], 11 * 60)).toBeNull()
    expect(told([alert({ toldAt: at(0) })], 12 * 60)).toEqual({ firing: 1, resolved: 0 })
  })

  test('what is over is told once, and only where its beginning was', () => {
    const over = alert({ toldAt: at(0), resolvedAt: at(30) })
    expect(told([over], 30)).toEqual({ firing: 0, resolved: 1 })
    expect(told([{ ...over, toldAt: at(30) }], 60)).toBeNull()
    expect(told([{ ...over, toldAt: null }], 60)).toBeNull()
  })

  test('in quiet hours only what is urgent is told', () => {
    const mild = alert({ rule: 'source-down', subject: 's1', urgent: false })
    const over = alert({ subject: 'other', toldAt: at(0), resolvedAt: at(30) })
    expect(told([mild, over], 40, true)).toBeNull()
    expect(told([mild, over, alert()], 40, true)).toEqual({ firing: 1, resolved: 0 })
    expect(told([mild, over], 60)).toEqual({ firing: 1, resolved: 1 })
  })

  test('nobody is told of what is muted, until it is no more', () => {
    expect(told([alert({ mutedUntil: at(30) })], 29)).toBeNull()
    expect(told([alert({ mutedUntil: at(30) })], 30)).toEqual({ firing: 1, resolved: 0 })
  })
})

test.each([
  { hour: 23, hours: { from: 22, to: 7 }, is: true },
  { hour: 6, hours: { from: 22, to: 7 }, is: true },
  { hour: 7, hours: { from: 22, to: 7 }, is: false },
  { hour: 13, hours: { from: 12, to: 14 }, is: true },
  { hour: 14, hours: { from: 12, to: 14 }, is: false },
])('$hour:00 within $hours.from-$hours.to: $is', ({ hour, hours, is }) => {
  expect(isQuietHour(hour, hours)).toBe(is)
})

test('a notice names what is wrong, what is well again, and not more than can be read', () => {
  const firing = Array.from({ length: 30 }, (_, n) => alert({ subject: `disk ${n}` }))
  const resolved = [alert({ rule: 'edition-late', subject: 'Morning', resolvedAt: at(9) })]
  const { subject, text, lines } = describeNotice({ firing, resolved })
  expect(subject).toMatch(/^30 alerts: disk:disk 0, /)
  expect(subject.length).toBeLessThanOrEqual(120)
  expect(text).toBe('Needing a look: 30; well again: 1.')
  expect(lines).toHaveLength(21)
  expect(lines.at(-1)).toBe('and 11 more')
  expect(noticeBody({ firing: [], resolved })).toMatchObject({
    text: 'Resolved: edition-late:Morning\nResolved: edition-late:Morning, since 2026-11-20T07:00:00.000Z',
    resolved: [{ rule: 'edition-late', subject: 'Morning', resolvedAt: at(9) }],
  })
})
