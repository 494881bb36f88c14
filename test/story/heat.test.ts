import { describe, expect, test } from 'vitest'
import type { Article } from '../../src/model.ts'
import { storyHeat } from '../../src/story/heat.ts'
import { assignRoles } from '../../src/story/roles.ts'
import { article, hoursAgo, NOW, provider } from './articles.ts'

const by = (name: string, hours: number, given: Partial<Article> = {}) =>
  article(`${name}-${hours}`, { provider: provider(name), publishedAt: hoursAgo(hours), ...given })
const heat = (...articles: Article[]) => storyHeat(assignRoles(articles), NOW).total

describe('storyHeat', () => {
  test.each([
    { name: 'two providers over one', hot: [by('A', 2), by('B', 2)], cool: [by('A', 2)] },
    {
      name: 'two providers over one that writes twice',
      hot: [by('A', 2), by('B', 2)],
      cool: [by('A', 2), by('A', 2.5)],
    },
    {
      name: 'own words over a copy',
      hot: [by('A', 2), by('B', 2)],
      cool: [by('A', 2), by('B', 2, { duplicateOf: 'A-2' })],
    },
    { name: 'new over old', hot: [by('A', 1)], cool: [by('A', 20)] },
    {
      name: 'growing over grown',
      hot: [by('A', 9), by('B', 2), by('C', 1)],
      cool: [by('A', 9), by('B', 8), by('C', 1)],
    },
  ])('$name', ({ hot, cool }) => {
    expect(heat(...hot)).toBeGreaterThan(heat(...cool))
  })

  test('recency halves in a day', () => {
    const recency = (hours: number) =>
      storyHeat(assignRoles([by('A', hours)]), NOW).parts.find((part) => part.name === 'recency')
    expect(recency(0)?.value).toBe(20)
    expect(recency(24)?.value).toBe(10)
    expect(recency(-5)?.value).toBe(20)
  })

  test('parts add up exactly, between 0 and 100, for one article or a hundred', () => {
    for (const count of [0, 1, 2, 7, 100]) {
      const members = assignRoles(Array.from({ length: count }, (_, i) => by(`P${i}`, i / 7)))
      const { total, parts } = storyHeat(members, NOW)
      expect(parts.reduce((cents, part) => cents + Math.round(part.value * 100), 0)).toBe(
        Math.round(total * 100),
      )
      expect(total).toBeGreaterThanOrEqual(0)
      expect(total).toBeLessThanOrEqual(100)
    }
  })
})

describe('assignRoles', () => {
  const roles = (...articles: Article[]) =>
    assignRoles(articles).map((member) => `${member.article.id} ${member.role}`)

  test('the earliest with words of its own leads, even after a copy', () => {
    expect(roles(by('B', 1), by('A', 5, { duplicateOf: 'x' }), by('C', 3))).toEqual([
      'A-5 copy',
      'C-3 head',
      'B-1 own',
    ])
  })

  test('where all are copies the earliest leads', () => {
    expect(roles(by('B', 1, { duplicateOf: 'x' }), by('A', 5, { duplicateOf: 'x' }))).toEqual([
      'A-5 head',
      'B-1 copy',
    ])
  })
})
