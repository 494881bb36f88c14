import { describe, expect, test } from 'vitest'
import type { Article } from '../../src/model.ts'
import { explainRank, type Rankable, rankStories } from '../../src/story/rank.ts'
import { assignRoles } from '../../src/story/roles.ts'
import { article, hoursAgo, NOW, provider } from './articles.ts'

type Told = Rankable & { readonly headline: string }

function story(id: string, given: Partial<Told> = {}, own: Partial<Article> = {}): Told {
  return {
    id,
    headline: `Story ${id}`,
    members: assignRoles([article(`${id}1`, own)]),
    isWordless: false,
    topics: [],
    lastSeenAt: hoursAgo(3),
    heat: 40,
    development: null,
    ...given,
  }
}
const order = (...stories: Told[]) =>
  rankStories(stories, { now: NOW, topics: ['Policy'] }).map((r) => r.story.id)

describe('rankStories', () => {
  const two = assignRoles([article('x'), article('y', { provider: provider('Tide') })])
  test.each([
    { name: 'heat', better: story('z', { heat: 60 }) },
    { name: 'quality', better: story('z', {}, { quality: 90 }) },
    { name: 'independent sources', better: story('z', { members: two }) },
    { name: 'a topic of the digest', better: story('z', { topics: ['Policy'] }) },
  ])('$name lifts', ({ better }) => {
    expect(order(story('a'), better)).toEqual(['z', 'a'])
  })

  test.each([
    { name: 'excerpts only', worse: story('a', {}, { excerptOnly: true }) },
    { name: 'no summary', worse: story('a', { isWordless: true }) },
    {
      name: 'that nobody reports it',
      worse: story('a', {}, { qualityParts: [{ name: 'opinion', value: -12 }] }),
    },
    { name: 'junk', worse: story('a', {}, { qualityParts: [{ name: 'junk', value: -16 }] }) },
    {
      name: 'that readers were told most of it',
      worse: story('a', {
        development: {
          firstTold: '2026-11-18',
          lastTold: '2026-11-19',
          novelty: 0.2,
          newSources: [],
          changes: [],
        },
      }),
    },
    { name: 'days without news', worse: story('a', { lastSeenAt: hoursAgo(60) }) },
  ])('$name sinks', ({ worse }) => {
    expect(order(worse, story('z'))).toEqual(['z', 'a'])
  })

  test.each([
    { name: 'noise', lost: [{ name: 'junk', value: -15, note: 'sponsored' }] },
    {
      name: 'noise',
      lost: [
        { name: 'bait', value: -18, note: 'promise, list' },
        { name: 'junk', value: -6, note: 'forecast years' },
      ],
    },
    { name: 'junk', lost: [{ name: 'bait', value: -15, note: 'question, capitals' }] },
    { name: 'junk', lost: [{ name: 'junk', value: -8, note: 'share tip' }] },
  ])('$lost is $name, with the signs it was known by', ({ name, lost }) => {
    const [ranked] = rankStories([story('a', {}, { qualityParts: lost })], { now: NOW })
    const note = lost.map(({ note }) => note).join(', ')
    expect(ranked?.parts.filter((part) => ['junk', 'noise'].includes(part.name))).toEqual([
      expect.objectContaining({ name, note }),
    ])
  })

  test('one report is enough to make news of it', () => {
    const sold = { qualityParts: [{ name: 'junk', value: -15 }], quality: 40 }
    const members = assignRoles([article('x', sold), article('y', { provider: provider('Tide') })])
    const [ranked] = rankStories([story('a', { members })], { now: NOW })
    expect(ranked?.parts.map(({ name }) => name)).not.toContain('noise')
  })

  test('equal stories stand by id, whatever their order', () => {
    expect(order(story('c'), story('a'), story('b'))).toEqual(['a', 'b', 'c'])
  })
})

describe('explainRank', () => {
  const ranked = rankStories(
    Array.from({ length: 30 }, (_, i) =>
      story(
        `s${String(i).padStart(2, '0')}`,
        { heat: (i * 37) % 100, topics: i % 3 ? [] : ['Policy'] },
        { quality: (i * 53) % 100 },
      ),
    ),
    { now: NOW, topics: ['Policy'] },
  )

  test('parts add up exactly', () => {
    for (const { score, parts } of ranked) {
      expect(parts.reduce((cents, part) => cents + Math.round(part.value * 100), 0)).toBe(
        Math.round(score * 100),
      )
    }
  })

  test('removing a part puts the story where it says', () => {
    for (const { story } of ranked) {
      const told = explainRank(ranked, story.id)
      for (const { name, place } of told?.without ?? []) {
        const again = ranked
          .map((entry) => {
            const part =
              entry.story.id === story.id ? entry.parts.find((p) => p.name === name)?.value : 0
            return { id: entry.story.id, score: Math.round((entry.score - (part ?? 0)) * 100) }
          })
          .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
        expect(again.findIndex((entry) => entry.id === story.id) + 1).toBe(place)
      }
    }
  })

  test('what is lacking to the top five, the closest rival and their difference', () => {
    const sixth = explainRank(ranked, ranked[5]?.story.id as string)
    expect(sixth?.short?.by).toBeCloseTo((ranked[4]?.score ?? 0) - (ranked[5]?.score ?? 0), 2)
    const rival = sixth?.rival
    expect([5, 7]).toContain(rival?.place)
    const sum = rival?.differences.reduce((total, part) => total + part.value, 0)
    expect(sum).toBeCloseTo(rival?.gap as number, 2)
    expect(explainRank(ranked, ranked[0]?.story.id as string)?.short).toBeNull()
  })

  test('an unknown story, and one that stands alone', () => {
    expect(explainRank(ranked, 'nobody')).toBeNull()
    expect(explainRank(ranked.slice(0, 1), ranked[0]?.story.id as string)?.rival).toBeNull()
  })
})
