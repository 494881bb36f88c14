import { describe, expect, test } from 'vitest'
import { findBlockers, type Readiness } from '../../src/edition/blockers.ts'

const READY: Readiness = {
  digest: { active: true, quiet: null, from: null, postal: 'Tarn 1' },
  stories: 12,
  isFarOff: false,
  unresolved: null,
  failed: null,
  hasReaders: true,
  sends: true,
  sender: 'Morning <morning@paper.org>',
  postal: '',
  pausedStages: [],
  pausedAccounts: [],
  noRoom: false,
  sources: { all: 10, late: 0, failing: 1 },
  unlogged: 0,
  misplaced: [],
  waitsForYes: false,
  waitSends: false,
}

describe('findBlockers', () => {
  test('what nobody has composed yet is not said to be empty', () => {
    expect(findBlockers({ ...READY, stories: null })).toEqual([])
  })

  test('nothing stands between an edition that is ready and its readers', () => {
    expect(findBlockers(READY)).toEqual([])
  })

  test.each<{ name: string; found: Partial<Readiness>; weight: string; says: string }>([
    { name: 'nobody reads', found: { hasReaders: false }, weight: 'stops', says: 'Nobody' },
    {
      name: 'a paused stage',
      found: { pausedStages: ['deliver'] },
      weight: 'stops',
      says: 'deliver',
    },
    { name: 'a full disk', found: { noRoom: true }, weight: 'waits', says: 'disk' },
    { name: 'no story', found: { stories: 0 }, weight: 'stops', says: 'no story yet' },
    {
      name: 'no story, with hours to go',
      found: { stories: 0, isFarOff: true },
      weight: 'note',
      says: 'no story yet',
    },
    {
      name: 'paused',
      found: { digest: { ...READY.digest, active: false } },
      weight: 'stops',
      says: 'paused',
    },
    { name: 'a fault', found: { failed: 'out of memory' }, weight: 'stops', says: 'out of memory' },
    { name: 'a citation', found: { unresolved: 'story s1' }, weight: 'stops', says: 'story s1' },
    {
      name: 'no sender',
      found: { sender: 'dose@localhost' },
      weight: 'stops',
      says: 'dose@localhost',
    },
    {
      name: 'a paused server',
      found: { pausedAccounts: ['a: 421'] },
      weight: 'waits',
      says: 'a: 421',
    },
    {
      name: 'a quiet day that is skipped',
      found: { stories: 2, digest: { ...READY.digest, quiet: { below: 3, rule: 'skip' } } },
      weight: 'waits',
      says: 'fewer than 3',
    },
    {
      name: 'waiting',
      found: { waitsForYes: true },
      weight: 'waits',
      says: 'not sent',
    },
    {
      name: 'late sources',
      found: { sources: { all: 10, late: 2, failing: 0 } },
      weight: 'note',
      says: '2 of 10',
    },
    {
      name: 'failing sources',
      found: { sources: { all: 10, late: 0, failing: 5 } },
      weight: 'note',
      says: '5 of 10',
    },
    { name: 'a place in vain', found: { misplaced: ['s1'] }, weight: 'note', says: 's1' },
    {
      name: 'no address',
      found: { digest: { ...READY.digest, postal: null } },
      weight: 'note',
      says: 'postal',
    },
  ])('$name → $weight', ({ found, weight, says }) => {
    const [blocker, ...more] = findBlockers({ ...READY, ...found })
    expect(more).toEqual([])
    expect(blocker).toMatchObject({ weight })
    expect(blocker?.what).toContain(says)
    expect(blocker?.fix).not.toBe('')
  })

  test('mails that stay on this machine need no sender', () => {
    expect(findBlockers({ ...READY, sends: false, sender: 'dose@localhost' })).toEqual([])
  })
})
