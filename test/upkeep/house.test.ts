import { describe, expect, test } from 'vitest'
import { cutoff, faultOfDays, KEEP, keepRules, keptDays } from '../../src/upkeep/retention.ts'
import { whyStop } from '../../src/upkeep/room.ts'

const MIB = 1_024 ** 2

describe('what is kept', () => {
  test('an operator’s word is above the settings, and these above the program', () => {
    const kept = keptDays(
      [
        { rule: 'texts', days: 180 },
        { rule: 'jobs', days: null },
      ],
      14,
    )
    expect(kept).toMatchObject({ texts: 180, jobs: null, runs: 14, letters: 30 })
    expect(keptDays([{ rule: 'runs', days: 7 }], 14).runs).toBe(7)
  })

  test.each(keepRules)('%s keeps to its own bounds', (rule) => {
    expect(faultOfDays(rule, KEEP[rule].days)).toBeNull()
  })

  test.each([
    { rule: 'texts' as const, days: 30, fault: 'texts are kept for 90 days or more, or ever' },
    { rule: 'letters' as const, days: null, fault: 'letters are kept for 8 to 30 days' },
    { rule: 'letters' as const, days: 31, fault: 'letters are kept for 8 to 30 days' },
    { rule: 'deliveries' as const, days: null, fault: null },
  ])('$rule for $days days: $fault', ({ rule, days, fault }) => {
    expect(faultOfDays(rule, days)).toBe(fault)
  })

  test('days end at an instant, and ever never', () => {
    expect(cutoff(2, '2026-11-20T07:00:00.000Z')).toBe('2026-11-18T07:00:00.000Z')
    expect(cutoff(null, '2026-11-20T07:00:00.000Z')).toBeNull()
  })
})

test.each([
  { mib: 600, stopped: false, why: null },
  { mib: 511, stopped: false, why: 'DATA_DIR has 511 MiB left' },
  { mib: 600, stopped: true, why: 'DATA_DIR has 600 MiB left' },
  { mib: 800, stopped: true, why: null },
  { mib: -5, stopped: false, why: 'DATA_DIR has 0 MiB left' },
])('with $mib MiB, stopped before: $stopped → $why', ({ mib, stopped, why }) => {
  expect(whyStop([{ name: 'DATA_DIR', freeBytes: mib * MIB }], stopped)).toBe(why)
})
