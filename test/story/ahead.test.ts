import { describe, expect, test } from 'vitest'
import { isOvertaken } from '../../src/story/ahead.ts'
import { candidatesOf } from '../../src/story/candidates.ts'
import { article, hoursAgo } from './articles.ts'

const early = article('a', { publishedAt: hoursAgo(20) })
const late = article('b', { publishedAt: hoursAgo(2) })
const close = article('c', { publishedAt: hoursAgo(2.5) })

/** Whether the only sentence of the first of `articles` is overtaken. */
const overtakes = (articles: readonly (typeof early)[], text: string) =>
  candidatesOf({ text }, 0, 1).map(isOvertaken(articles))

describe('isOvertaken', () => {
  test.each([
    'The council is expected to vote on the harbour bridge.',
    'The council will vote on the harbour bridge on Monday.',
    'The council on Monday will vote on the harbour bridge.',
    'The council will vote on the harbour bridge on Nov. 3.',
    'On Monday, Mayor Ada Lind will open the harbour bridge.',
    'The council is barreling toward a vote on the harbour bridge.',
    'The council is preparing a vote on the harbour bridge.',
    'The council has yet to vote on the harbour bridge.',
    'The minister arrives in Harwick on Monday.',
    'The council might be gearing up to vote on the harbour bridge.',
    'The vote on the harbour bridge is only hours away now.',
  ])('by a much later article: %s', (text) => {
    expect(overtakes([early, late], text)).toEqual([true])
    expect(overtakes([close, late], text)).toEqual([false])
    expect(overtakes([late, early], text)).toEqual([false])
  })

  test.each([
    'The council voted for the harbour bridge on Monday evening.',
    'The bridge will cost 48 million crowns, the council said.',
  ])('never: %s', (text) => {
    expect(overtakes([early, late], text)).toEqual([false])
  })
})
