import { describe, expect, test } from 'vitest'
import { limitsOf } from '../../src/upkeep/alert-rules.ts'
import { type Figures, findTroubles } from '../../src/upkeep/troubles.ts'

const NOW = '2026-11-20T07:20:00.000Z'
const GIB = 1_024 ** 3

/** A house in which all is well, but for `odd`. */
const house = (odd: Partial<Figures> = {}): Figures => ({
  now: NOW,
  firings: [{ digest: 'Morning', at: '2026-11-20T07:00:00.000Z', state: 'sent' }],
  next: [{ digest: 'Morning', at: '2026-11-21T07:00:00.000Z' }],
  overdue: [],
  sources: [],
  stages: [{ stage: 'fetch', waitingSince: null, done: 400, failed: 1 }],
  mail: { accepted: 1_000, bounced: 3, complained: 0 },
  pausedMail: [],
  mailboxes: [],
  disks: [{ name: 'DATA_DIR', freeBytes: 40 * GIB }],
  ...odd,
})

const found = (odd: Partial<Figures>, limits = limitsOf([])) =>
  findTroubles(house(odd), limits).map(({ rule, subject }) => `${rule}:${subject}`)

test('a house in which all is well has no troubles', () => expect(found({})).toEqual([]))

describe('findTroubles', () => {
  const at = '2026-11-20T07:00:00.000Z'
  const early = '2026-11-20T07:10:00.000Z'
  const behind = { stage: 'cluster', waitingSince: '2026-11-20T07:06:00.000Z', done: 0, failed: 0 }
  const soon = [{ digest: 'Noon', at: '2026-11-20T08:00:00.000Z' }]
  const source = { id: 's1', name: 'Valley Post', error: 'HTTP 503' }

  test.each([
    [
      'an edition nobody began',
      { firings: [{ digest: 'M', at, state: null }] },
      ['edition-late:M'],
    ],
    ['a draft', { firings: [{ digest: 'M', at, state: 'draft' }] }, ['edition-late:M']],
    ['a draft of ten minutes', { firings: [{ digest: 'M', at: early, state: 'draft' }] }, []],
    ['a day without stories', { firings: [{ digest: 'M', at, state: 'skipped' }] }, []],
    ['a backlog before an edition', { next: soon, stages: [behind] }, ['edition-at-risk:Noon']],
    ['a paused mail server before it', { next: soon, pausedMail: ['a'] }, ['edition-at-risk:Noon']],
    ['a backlog long before', { stages: [behind] }, []],
    [
      'a job that waits for long',
      { stages: [{ ...behind, waitingSince: '2026-11-20T07:04:00.000Z' }] },
      ['queue-age:cluster'],
    ],
    [
      'mails that have not left',
      { overdue: [{ digest: 'M', since: '2026-11-20T06:00:00.000Z', n: 9 }] },
      ['delivery-late:M'],
    ],
    [
      'a mailbox that cannot be read',
      { mailboxes: [{ name: 'mx/INBOX', since: at, error: 'refused' }] },
      ['mailbox-down:mx/INBOX'],
    ],
    [
      'a source down',
      { sources: [{ ...source, failingSince: '2026-11-19T07:00:00.000Z' }] },
      ['source-down:s1'],
    ],
    [
      'a source down today',
      { sources: [{ ...source, failingSince: '2026-11-20T01:00:00.000Z' }] },
      [],
    ],
    [
      'failures',
      { stages: [{ ...behind, waitingSince: null, done: 15, failed: 5 }] },
      ['failure-rate:cluster'],
    ],
    [
      'two failures of three',
      { stages: [{ ...behind, waitingSince: null, done: 1, failed: 2 }] },
      [],
    ],
    ['bounces', { mail: { accepted: 950, bounced: 50, complained: 0 } }, ['bounce-rate:mail']],
    ['one bounce of ten', { mail: { accepted: 9, bounced: 1, complained: 0 } }, []],
    [
      'complaints',
      { mail: { accepted: 1_000, bounced: 0, complained: 4 } },
      ['complaint-rate:mail'],
    ],
    ['a full disk', { disks: [{ name: 'DATA_DIR', freeBytes: GIB }] }, ['disk:DATA_DIR']],
  ] satisfies readonly [string, Partial<Figures>, readonly string[]][])(
    '%s → %s',
    (_name, odd, expected) => expect(found(odd)).toEqual(expected),
  )

  test('an operator moves a limit or takes a rule away', () => {
    const odd = { disks: [{ name: 'DATA_DIR', freeBytes: 3 * GIB }] }
    const set = (limit: number | null, active: boolean) =>
      limitsOf([{ rule: 'disk', limit, active }])
    expect(found(odd, set(5, true))).toEqual(['disk:DATA_DIR'])
    expect(found(odd, set(5, false))).toEqual([])
    expect(found(odd, set(null, true))).toEqual([])
  })
})
