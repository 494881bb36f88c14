import { describe, expect, test } from 'vitest'
import { compareGroups } from '../../bench/quality/bcubed.ts'
import { clusterArticles } from '../../src/story/batch.ts'
import { tellEvents } from './events.ts'

describe('clusterArticles', () => {
  const articles = tellEvents(300, 2, 0.1)
  const grouped = clusterArticles(articles)

  test('finds the events', () => {
    const agreement = compareGroups(
      grouped.map(({ story }) => story),
      articles.map(({ event }) => String(event)),
    )
    expect(agreement.f1).toBeGreaterThan(0.9)
  })
  test('every story bears the name of its first article', () => {
    const order = new Map(grouped.map(({ id }, i) => [id, i]))
    for (const [story, members] of Map.groupBy(grouped, ({ story }) => story)) {
      expect(members[0]?.id).toBe(story)
    }
    expect(order.size).toBe(300)
  })
  test('decides first without looking ahead', () => {
    const part = clusterArticles(articles.slice(0, 150))
    expect(part.map(({ firstStory }) => firstStory)).toEqual(
      grouped.slice(0, 150).map(({ firstStory }) => firstStory),
    )
  })
  test('no articles', () => expect(clusterArticles([])).toEqual([]))
})

describe('compareGroups', () => {
  test.each([
    { name: 'agreement', groups: 'aabb', gold: 'xxyy', precision: 1, recall: 1, pairF1: 1 },
    { name: 'all in one', groups: 'aaaa', gold: 'xxyy', precision: 0.5, recall: 1, pairF1: 0.5 },
    { name: 'all alone', groups: 'abcd', gold: 'xxyy', precision: 1, recall: 0.5, pairF1: 0 },
    // Bagga & Baldwin's kind of example, worked by hand: {1 2 3} {4 5} against {1 2} {3 4 5}.
    {
      name: 'one astray',
      groups: 'aaabb',
      gold: 'xxyyy',
      precision: 11 / 15,
      recall: 11 / 15,
      pairF1: 0.5,
    },
  ])('$name', ({ groups, gold, precision, recall, pairF1 }) => {
    const agreement = compareGroups([...groups], [...gold])
    expect(agreement.precision).toBeCloseTo(precision, 12)
    expect(agreement.recall).toBeCloseTo(recall, 12)
    expect(agreement.pairF1).toBeCloseTo(pairF1, 12)
  })
})
