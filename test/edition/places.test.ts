import { describe, expect, test } from 'vitest'
import { isPlaced, placeStories } from '../../src/edition/places.ts'
import { selectIssue } from '../../src/edition/select.ts'
import type { RankedStory } from '../../src/model.ts'
import { POOL } from '../support/edition.ts'

const ranked = (id: string, score: number) =>
  ({ story: { id }, score, parts: [{ name: 'heat', value: score }] }) as unknown as RankedStory

const order = [ranked('a', 60), ranked('b', 50), ranked('c', 40)]
const place = (storyId: string, at: number) => ({ storyId, place: at })
const ids = (stories: readonly RankedStory[]) => stories.map(({ story }) => story.id).join('')

describe('placeStories', () => {
  test.each([
    { name: 'first', places: [place('z', 1)], is: 'zabc' },
    { name: 'third', places: [place('z', 3)], is: 'abzc' },
    { name: 'behind all', places: [place('z', 9)], is: 'abcz' },
    { name: 'two', places: [place('z', 3), place('y', 1)], is: 'yazbc' },
    { name: 'one that is not there', places: [place('x', 1)], is: 'abc' },
  ])('$name → $is', ({ places, is }) => {
    const placed = [ranked('z', 5), ranked('y', 99)].filter(({ story }) =>
      places.some(({ storyId }) => storyId === story.id),
    )
    const all = placeStories(order, placed, places)
    expect(ids(all)).toBe(is)
    for (const { score, parts } of all)
      expect(parts.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(score, 6)
  })

  test('a placed story counts as much as the best behind it, up or down', () => {
    const [first] = placeStories(order, [ranked('z', 5)], [place('z', 1)])
    expect(first?.score).toBe(60)
    const last = placeStories(order, [ranked('z', 99)], [place('z', 4)]).at(-1)
    expect(last?.score).toBe(40)
  })
})

test('an issue opens with the story an editor put first, also without a picture', () => {
  const [first, second, ...rest] = POOL
  if (!first || !second) throw new Error('no cards')
  const parts = [{ name: 'editor', value: 1 }]
  const plain = { ...second, parts, image: null, sentences: [] }
  expect(isPlaced(plain)).toBe(true)
  const issue = selectIssue([plain, first, ...rest], { topics: [] }, 12)
  expect(issue?.top.storyId).toBe(second.storyId)
})
