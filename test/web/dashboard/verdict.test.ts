import { describe, expect, test } from 'vitest'
import { minutesLeft, type Situation, verdictOf } from '../../../src/web/dashboard/verdict.ts'

const WELL: Situation = {
  ...{ alerts: 0, failing: 0, late: 0, sources: 100, failures: 0, waitedMinutes: 0 },
  ...{ pausedStages: [], blockers: 0, digests: 1 },
}

describe('one sentence says whether all is right', () => {
  test.each([
    { name: 'nothing is wrong', now: {}, tone: 'good', text: 'All is well.' },
    { name: 'a source fails', now: { failing: 1 }, tone: 'warn', text: '1 source failing.' },
    {
      name: 'a third of the sources fail',
      ...{
        now: { failing: 30, late: 4 },
        tone: 'bad',
        text: '30 sources failing and 4 sources late.',
      },
    },
    {
      name: 'what is bad goes before what is not',
      now: { alerts: 2, failing: 1, blockers: 1, failures: 7 },
      ...{ tone: 'bad', text: '2 alerts open and 1 thing in the way of the next edition.' },
    },
    {
      name: 'small things are told together',
      now: { failures: 2, failing: 1, pausedStages: ['page'] },
      ...{ tone: 'warn', text: 'Page paused, 1 source failing and 2 runs failed.' },
    },
    {
      name: 'a job is stuck',
      now: { waitedMinutes: 12 },
      tone: 'bad',
      text: 'Work has waited for 12 minutes.',
    },
    {
      name: 'a fresh house',
      now: { sources: 0, digests: 0 },
      tone: 'warn',
      text: 'Nothing is read yet: add a source.',
    },
  ])('$name', ({ now, tone, text }) => {
    expect(verdictOf({ ...WELL, ...now })).toEqual({ tone, text })
  })
})

test('how long a sending takes is reckoned from the last minutes', () => {
  expect(minutesLeft(900, 300, 10)).toBe(30)
  expect(minutesLeft(1, 300, 10)).toBe(1)
  expect(minutesLeft(900, 0, 10)).toBeNull()
})
