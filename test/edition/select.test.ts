import { describe, expect, test } from 'vitest'
import { cardsOf, selectIssue, selectPool } from '../../src/edition/select.ts'
import type { Card, RankedStory } from '../../src/model.ts'
import { makeRanked, POOL } from '../support/edition.ts'

const ranked = (headline: string, topic: string, score: number, by: string): RankedStory =>
  makeRanked({ headline, topic, score, reports: [{ by, says: ['It happened.'] }] })

const headlines = (pool: readonly RankedStory[]) => pool.map(({ story }) => story.headline)

describe('selectPool', () => {
  test('the best story leads, and a near double of it waits', () => {
    const pool = selectPool([
      ranked('Bridge closed after storm damage', 'Transport', 0.9, 'One'),
      ranked('Bridge closed after storm damage found', 'Transport', 0.89, 'Two'),
      ranked('Orchestra wins prize', 'Culture', 0.8, 'Three'),
    ])
    expect(headlines(pool)).toEqual([
      'Bridge closed after storm damage',
      'Orchestra wins prize',
      'Bridge closed after storm damage found',
    ])
  })

  test.each([
    { name: 'topic', of: (word: string) => ({ topic: 'Sport', by: `By ${word}` }), cap: 3 },
    { name: 'lead provider', of: (word: string) => ({ topic: word, by: 'Same' }), cap: 2 },
  ])('of one $name at most $cap come first while others wait', ({ of, cap }) => {
    const words = ['alpha', 'bravo', 'charlie', 'delta', 'echo', 'foxtrot']
    const same = words.map((word) => ranked(`Same ${word}`, of(word).topic, 0.9, of(word).by))
    const others = words.map((word) => ranked(`Other ${word}`, `o ${word}`, 0.85, `Else ${word}`))
    const first = headlines(selectPool([...same, ...others])).slice(0, 8)
    expect(first.filter((headline) => headline.startsWith('Same')).length).toBeLessThanOrEqual(cap)
  })

  test('no topic is no common topic: stories without one are not held back', () => {
    const words = ['alpha', 'bravo', 'charlie', 'delta', 'echo']
    const plain = words.map((word) => ranked(`Story ${word}`, '', 0.9, `By ${word}`))
    const weaker = words.map((word) => ranked(`Match ${word}`, word, 0.7, `Else ${word}`))
    const untold = plain.map((one) => ({ ...one, story: { ...one.story, topics: [] } }))
    const first = headlines(selectPool([...untold, ...weaker])).slice(0, 5)
    expect(first.every((headline) => headline.startsWith('Story'))).toBe(true)
  })

  test('caps are soft: a day with one topic still fills the pool', () => {
    const all = Array.from({ length: 12 }, (_, n) => ranked(`Match ${n}`, 'Sport', 0.5, 'One'))
    expect(selectPool(all)).toHaveLength(12)
    expect(selectPool(all, 5)).toHaveLength(5)
  })

  test('nothing in, nothing out; scores of zero do no harm', () => {
    expect(selectPool([])).toEqual([])
    expect(selectPool([ranked('Quiet', 'Life', 0, 'One')])).toHaveLength(1)
  })
})

describe('selectIssue', () => {
  const all = { topics: [] }

  test.each([1, 2, 3, 5, 8, 12, 13, 30])('size %i: every card once, none lost', (size) => {
    const issue = selectIssue(POOL, all, size)
    const ids = issue === null ? [] : cardsOf(issue).map(({ storyId }) => storyId)
    const wanted = POOL.slice(0, size).map(({ storyId }) => storyId)
    expect(ids.toSorted()).toEqual(wanted.toSorted())
    expect(issue?.count).toBe(Math.min(size, POOL.length))
  })

  test('a full issue has three to five highlights, sections and quick hits', () => {
    const issue = selectIssue(POOL, all, 12)
    expect(issue?.highlights).toHaveLength(3)
    expect(issue?.sections.map(({ topic }) => topic)).toContain('Business')
    expect(issue?.quick.length).toBeGreaterThan(2)
  })

  test('topics are matched whatever their case, and only those come', () => {
    const issue = selectIssue(POOL, { topics: [' transport', 'SPORT'] }, 12)
    const topics = issue === null ? [] : cardsOf(issue).map(({ topic }) => topic)
    expect(new Set(topics)).toEqual(new Set(['Transport', 'Sport']))
  })

  test('no match is no issue', () => {
    expect(selectIssue(POOL, { topics: ['Chess'] }, 12)).toBeNull()
    expect(selectIssue([], all, 12)).toBeNull()
  })

  const card = (rank: number, has: { picture: boolean; words: boolean }): Card => {
    const base = POOL[0] as Card
    return {
      ...base,
      storyId: `s${rank}`,
      rank,
      image: has.picture ? base.image : null,
      sentences: has.words ? base.sentences : [],
    }
  }
  const bare = { picture: false, words: false }
  const plain = { picture: false, words: true }
  const full = { picture: true, words: true }

  test.each([
    { name: 'the first with words and picture', cards: [plain, full, full], top: 's2' },
    { name: 'not one from far down', cards: [plain, plain, plain, plain, full], top: 's1' },
    { name: 'words before none', cards: [bare, plain], top: 's2' },
    { name: 'a bare card when there is nothing else', cards: [bare, bare], top: 's1' },
  ])('the top story: $name', ({ cards, top }) => {
    const pool = cards.map((has, index) => card(index + 1, has))
    expect(selectIssue(pool, all, 12)?.top.storyId).toBe(top)
  })

  test('a card without sentences is a quick hit at most', () => {
    const pool = [card(1, full), card(2, bare), card(3, plain), card(4, bare)]
    expect(selectIssue(pool, all, 12)?.quick.map(({ storyId }) => storyId)).toEqual(['s2', 's4'])
  })
})
