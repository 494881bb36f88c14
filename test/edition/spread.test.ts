import { describe, expect, test } from 'vitest'
import { makeCard } from '../../src/edition/card.ts'
import { entryOf, entryOfCard, spreadStories } from '../../src/edition/spread.ts'
import { makeRanked } from '../support/edition.ts'

const ranked = (headline: string, topic: string, score: number, by: string) =>
  entryOf(makeRanked({ headline, topic, score, reports: [{ by, says: ['*It happened.'] }] }))

const headlines = (stories: readonly ReturnType<typeof ranked>[], limit?: number) =>
  spreadStories(stories, limit).map((placed) => placed.entry.story.headline)

const WORDS = ['alpha', 'bravo', 'charlie', 'delta', 'echo', 'foxtrot']

describe('spreadStories', () => {
  test('the best story leads, and a near double of it waits', () => {
    const placed = spreadStories([
      ranked('Bridge closed after storm damage', 'Transport', 90, 'One'),
      ranked('Bridge closed after storm damage found', 'Transport', 89, 'Two'),
      ranked('Orchestra wins prize', 'Culture', 80, 'Three'),
    ])
    expect(placed.map((one) => one.entry.score)).toEqual([90, 80, 89])
    expect(placed[2]?.costs).toMatchObject([
      { name: 'alike', note: 'like “Bridge closed after storm damage”' },
    ])
  })

  test('a neighbouring event in other words waits too, one that shares a name hardly', () => {
    const placed = spreadStories([
      ranked('Mayor Harwick denies bridge payments', 'City', 90, 'One'),
      ranked('Payments to Harwick: council asks the mayor to explain a bridge', 'City', 89, 'Two'),
      ranked('Harwick wins a chess cup', 'Sport', 76, 'Three'),
      ranked('Orchestra wins prize', 'Culture', 72, 'Four'),
    ])
    expect(placed.map((one) => one.entry.score)).toEqual([90, 76, 72, 89])
  })

  test.each([
    { name: 'topic', of: (word: string) => ({ topic: 'Sport', by: `By ${word}` }), cap: 3 },
    { name: 'lead provider', of: (word: string) => ({ topic: word, by: 'Same' }), cap: 2 },
  ])('of one $name at most $cap come first while equals wait', ({ of, cap }) => {
    const same = WORDS.map((word) => ranked(word, of(word).topic, 90, of(word).by))
    const others = WORDS.map((word) => ranked(`o${word}`, `o ${word}`, 88, `Else ${word}`))
    const first = headlines([...same, ...others]).slice(0, 8)
    expect(first.filter((headline) => !headline.startsWith('o')).length).toBe(cap)
  })

  test('a cap never lifts a trifle over the news of the day', () => {
    const news = WORDS.map((word) => ranked(word, 'Policy', 70, `By ${word}`))
    const trifle = ranked('Cat found', 'Life', 45, 'Local')
    expect(headlines([...news, trifle]).at(-1)).toBe('Cat found')
  })

  test('no topic is no common topic: stories without one are not held back', () => {
    const plain = WORDS.map((word) => ranked(`Story${word}`, '', 90, `By ${word}`))
    const weaker = WORDS.map((word) => ranked(`Match${word}`, word, 88, `Else ${word}`))
    const first = headlines([...plain, ...weaker]).slice(0, 5)
    expect(first.every((headline) => headline.startsWith('Story'))).toBe(true)
  })

  test('value is the score and its costs, to the cent', () => {
    const many = WORDS.flatMap((word, i) => [
      ranked(`Council ${word} speaks`, 'Policy', 70 - i * 1.37, 'One'),
      ranked(`Match ${word} is over`, 'Sport', 66 - i * 2.11, 'Two'),
    ])
    const placed = spreadStories(many)
    expect(placed.some(({ costs }) => costs.length > 1)).toBe(true)
    for (const { entry, value, costs } of placed) {
      const cents = costs.reduce((sum, part) => sum + Math.round(100 * part.value), 0)
      expect(Math.round(100 * entry.score) + cents).toBe(Math.round(100 * value))
    }
  })

  test('frozen cards are spread as their stories were', () => {
    const many = WORDS.flatMap((word, i) => [
      ranked(`Council ${word} speaks`, 'Policy', 70 - i * 1.37, 'One'),
      ranked(`Council ${word} acts`, i > 3 ? '' : 'Sport', 66 - i * 2.11, 'Two'),
    ])
    const placed = spreadStories(many)
    const cards = placed.map(({ entry }, i) => makeCard(entry.ranked, i + 1))
    const again = spreadStories(cards.toSorted((a, b) => b.score - a.score).map(entryOfCard))
    expect(again.map(({ entry, costs }) => [entry.story.id, costs])).toEqual(
      placed.map(({ entry, costs }) => [entry.story.id, costs]),
    )
  })

  test('a day with one topic still fills the pool; scores of zero do no harm', () => {
    const all = WORDS.map((word) => ranked(word, 'Sport', 50, 'One'))
    expect(spreadStories(all)).toHaveLength(WORDS.length)
    expect(spreadStories(all, 5)).toHaveLength(5)
    expect(spreadStories([])).toEqual([])
    expect(spreadStories([ranked('Quiet', 'Life', 0, 'One')])).toHaveLength(1)
  })
})
