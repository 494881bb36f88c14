import { describe, expect, test } from 'vitest'
import { cardsOf, selectIssue } from '../../src/edition/select.ts'
import type { Card } from '../../src/model.ts'
import { POOL } from '../support/edition.ts'

describe('selectIssue', () => {
  const all = { topics: [] }

  test.each([1, 2, 3, 5, 8, 12, 13, 30])('size %i: every card once, none lost', (size) => {
    const issue = selectIssue(POOL, all, size)
    const ids = issue === null ? [] : cardsOf(issue).map(({ storyId }) => storyId)
    const wanted = POOL.slice(0, size).map(({ storyId }) => storyId)
    expect(ids.toSorted()).toEqual(wanted.toSorted())
    expect(issue?.count).toBe(Math.min(size, POOL.length))
  })

  test('a full issue has highlights, sections and quick hits', () => {
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
  test('what poses as news fills no place, unless an editor puts it there', () => {
    const noise = (rank: number, more: Card['parts'] = []): Card => {
      const base = card(rank, full)
      return { ...base, parts: [...base.parts, { name: 'noise', value: -8 }, ...more] }
    }
    const placed = noise(3, [{ name: 'editor', value: 0, note: 'put at place 3' }])
    const issue = selectIssue([card(1, full), noise(2), placed], all, 12)
    expect(issue && cardsOf(issue).map(({ storyId }) => storyId)).toEqual(['s1', 's3'])
    expect(selectIssue([noise(1)], all, 12)).toBeNull()
  })

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

  const scored = (...scores: number[]) =>
    selectIssue(
      scores.map((score, i) => ({ ...card(i + 1, plain), score })),
      all,
      scores.length,
    )

  test.each([
    { name: 'two, then a cliff', scores: [80, 78, 77, 60, 59, 58, 57, 56], highlights: 2 },
    { name: 'five, then a cliff', scores: [80, 79, 78, 77, 76, 75, 60, 59], highlights: 5 },
    { name: 'no cliff: the usual three', scores: [80, 79, 78, 77, 76, 75, 74], highlights: 3 },
    { name: 'a story moved down by a cap', scores: [80, 70, 79, 69, 50, 49], highlights: 3 },
  ])('highlights end where the scores fall: $name', ({ scores, highlights }) => {
    expect(scored(...scores)?.highlights).toHaveLength(highlights)
  })

  test('what is far weaker than the top is mentioned, not told', () => {
    const issue = scored(62, -4)
    expect(issue?.highlights).toEqual([])
    expect(issue?.quick).toHaveLength(1)
  })

  test('quick hits begin where the scores fall', () => {
    const issue = scored(80, 79, 78, 77, 70, 69, 68, 67, 66, 50, 49, 48)
    expect(issue?.quick.map(({ score }) => score)).toEqual([50, 49, 48])
  })
})
