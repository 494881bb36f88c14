import { describe, expect, test } from 'vitest'
import { entryOf, spreadStories } from '../../src/edition/spread.ts'
import type { Development } from '../../src/model.ts'
import { type Rankable, rankStories } from '../../src/story/rank.ts'
import { assignRoles } from '../../src/story/roles.ts'
import { byScore, explainPlace } from '../../src/workers/explain.ts'
import { article, hoursAgo, NOW, provider } from '../story/articles.ts'

/** A generator of numbers from 0 to 1 that gives the same ones every time (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

const WORDS = 'council bridge storm vote harbour budget strike school match museum river'.split(' ')

function randomStory(id: string, next: () => number): Rankable & { readonly headline: string } {
  const pick = <T>(list: readonly T[]) => list[Math.floor(next() * list.length)] as T
  const count = 1 + Math.floor(next() * 5)
  const articles = Array.from({ length: count }, (_, i) =>
    article(`${id}-${i}`, {
      provider: provider(pick(['Tide', 'Orbit', 'Ledger', 'Post', 'Wire'])),
      quality: Math.round(next() * 10_000) / 100,
      qualityParts: next() < 0.2 ? [{ name: 'junk', value: -Math.round(next() * 40) }] : [],
      duplicateOf: i > 0 && next() < 0.3 ? `${id}-0` : null,
      excerptOnly: next() < 0.1,
    }),
  )
  const development: Development | null =
    next() < 0.3
      ? {
          firstTold: '2026-11-17',
          lastTold: '2026-11-19',
          novelty: next(),
          newSources: [],
          changes: [],
        }
      : null
  return {
    id,
    headline: [pick(WORDS), pick(WORDS), pick(WORDS), id].join(' '),
    members: assignRoles(articles),
    isWordless: next() >= 0.9,
    topics: next() < 0.8 ? [pick(['Policy', 'Sport', 'World'])] : [],
    lastSeenAt: hoursAgo(next() * 80),
    heat: Math.round(next() * 10_000) / 100,
    development,
  }
}

const cents = (value: number) => Math.round(value * 100)

describe.each([1, 2, 3, 4, 5])('sixty random stories, no. %i', (seed) => {
  const next = numbers(seed)
  const stories = Array.from({ length: 60 }, (_, i) => randomStory(`s${i}`, next))
  const ranked = rankStories(stories, { now: NOW, topics: ['Policy'] })
  const entries = ranked.map(entryOf)
  const printed = spreadStories(entries).map(({ entry }) => entry.story.id)

  test('the parts are the score, and score and costs what it had in print, to the cent', () => {
    for (const { story, score, parts } of ranked) {
      expect(parts.reduce((sum, { value }) => sum + cents(value), 0)).toBe(cents(score))
      const told = explainPlace(entries, story.id)
      const costs = told?.costs.reduce((sum, { value }) => sum + cents(value), 0) ?? 0
      expect(cents(told?.score ?? 0) + costs).toBe(cents(told?.value ?? 0))
      expect(told?.printed ?? 0).toBe(printed.indexOf(story.id) + 1)
    }
  })

  test('a story put in again without a part stands where it says, in rank and in print', () => {
    let moved = 0
    for (const { story, parts } of ranked.slice(0, 20)) {
      const told = explainPlace(entries, story.id)
      for (const { name, value } of parts) {
        const again = ranked
          .map((one) => {
            const taken = one.story.id === story.id ? cents(value) : 0
            const left = parts.filter((part) => part.name !== name)
            const kept = one.story.id === story.id ? left : one.parts
            return entryOf({ ...one, score: (cents(one.score) - taken) / 100, parts: kept })
          })
          .toSorted(byScore)
        const place = again.findIndex((one) => one.story.id === story.id) + 1
        const change = told?.without.find((one) => one.name === name)
        expect(change?.place ?? told?.place).toBe(place)
        if (!change) continue
        moved += 1
        const print = spreadStories(again).findIndex(({ entry }) => entry.story.id === story.id)
        expect(change.printed ?? 0).toBe(print + 1)
      }
    }
    expect(moved).toBeGreaterThan(20)
  })

  test('who lacks points to the top would be in it with them, and not with a cent less', () => {
    for (const { story, score } of ranked.slice(5)) {
      const { short } = explainPlace(entries, story.id) ?? {}
      const fifth = ranked[4]?.score ?? 0
      expect(cents(score) + cents(short?.by ?? 0)).toBe(cents(fifth))
    }
  })
})
