import { deserialize, serialize } from 'node:v8'
import { describe, expect, test } from 'vitest'
import {
  type Clusterer,
  type ClusterSnapshot,
  createClusterer,
  LEVELS,
} from '../../src/story/cluster.ts'
import { readNames } from '../../src/story/snapshot.ts'
import { createRandom, type Told, tellEvents } from './events.ts'

/** Written to a file or a column and read again; in pieces, as the store keeps it. */
const throughBytes = (snapshot: ClusterSnapshot): ClusterSnapshot =>
  deserialize(serialize(snapshot))

/** The story of every article in memory, by id. */
function storiesOf(clusterer: Clusterer): Map<string, string> {
  const { records, standing, names } = clusterer.snapshot().memory
  const ids = records.flatMap((some) => some.ids)
  const stories = readNames(names, ids)
  return new Map(ids.map((id, i) => [id, stories[standing.stories[i] as number] as string]))
}

/** Terms are numbered by their place in memory, which says nothing: the same ones in one order. */
function comparable({ memory, ...rest }: ClusterSnapshot) {
  const { hashes, counts, ...terms } = memory.terms
  const counted = [...hashes].map((hash, i) => [hash, counts[i] as number] as const)
  return { ...rest, ...memory, terms, counted: counted.sort((a, b) => a[0] - b[0]) }
}

/** One call of a log, with what it answered. */
function call(clusterer: Clusterer, article: Told, random: () => number): unknown {
  const kind = random()
  if (kind < 0.05) return clusterer.repair(null)
  if (kind < 0.1) return clusterer.revise({ ...article, id: `a${Math.floor(random() * 50)}` })
  return clusterer.add(article)
}

describe('createClusterer', () => {
  test.each(['story', 'topic'] as const)(
    '%s: puts the articles of an event together, and no others',
    (level) => {
      const clusterer = createClusterer(LEVELS[level])
      const articles = tellEvents(60, 1, 0.5)
      const stories = new Map(articles.map((article) => [article.id, clusterer.add(article).story]))
      for (const { id, to } of clusterer.repair(null)) stories.set(id, to)
      for (const told of Map.groupBy(articles, ({ event }) => event).values()) {
        expect(new Set(told.map(({ id }) => stories.get(id))).size).toBe(1)
      }
      expect(new Set(stories.values()).size).toBe(8)
    },
  )

  test('a story is named after its first article', () => {
    const clusterer = createClusterer()
    const [first, second] = tellEvents(40).filter(({ event }) => event === 0)
    if (!first || !second) throw new Error('too few')
    expect(clusterer.add(first)).toEqual({ story: first.id, duplicateOf: null })
    expect(clusterer.add(second)).toEqual({ story: first.id, duplicateOf: null })
  })

  test('a copy goes with its original, a copy of a copy too', () => {
    const clusterer = createClusterer()
    const original = tellEvents(1)[0] as Told
    clusterer.add(original)
    const copy = { ...original, id: 'copy', provider: 'other.example', title: 'Another title' }
    const cut = { ...copy, id: 'cut', text: original.text.slice(0, original.text.length * 0.7) }
    const want = { story: original.id, duplicateOf: original.id }
    expect(clusterer.add(copy)).toEqual(want)
    expect(clusterer.add(cut)).toEqual(want)
  })

  test('adding an article again changes nothing', () => {
    const clusterer = createClusterer()
    const articles = tellEvents(30)
    const first = articles.map((article) => clusterer.add(article))
    const before = clusterer.snapshot()
    expect(articles.map((article) => clusterer.add(article))).toEqual(first)
    expect(clusterer.snapshot()).toEqual(before)
  })

  test('the same event a month later is another story', () => {
    const clusterer = createClusterer()
    const told = tellEvents(60).filter(({ event, publishedAt }) => event === 3 && publishedAt)
    const [early, late] = told as [Told, Told]
    clusterer.add(early)
    expect(clusterer.add({ ...late, publishedAt: '2026-04-20T06:00:00.000Z' }).story).toBe(late.id)
  })

  test.each([
    { name: 'keeps its name, and one that has drifted does not', threadAt: LEVELS.story.threadAt },
    { name: 'would be many, were it not held by its first articles', threadAt: 2 },
  ])('a story that goes on for days $name', ({ threadAt }) => {
    const clusterer = createClusterer({ ...LEVELS.story, holdArticles: 5, threadAt })
    const about = (topic: string, day: number) => ({
      id: `${topic}${day}`,
      provider: 'paper.example',
      publishedAt: `2026-03-${String(day).padStart(2, '0')}T06:00:00.000Z`,
      title: `${topic} crews search the harbour of Oderfeld for the ferry Halvard`,
      text: `${topic} divers looked for the wreck of the ferry. Note ${day}: ${'filler '.repeat(day)}`,
    })
    for (const article of tellEvents(40)) clusterer.add(article)
    const stories = [2, 6, 10, 14, 18].map((day) => {
      const { story } = clusterer.add({
        ...about('Rescue', day),
        text: `Rescue divers found new${day} words${day} of day${day} at the wreck of the ferry.`,
      })
      clusterer.repair(null)
      return story
    })
    const days = [...new Set(stories)]
    if (threadAt > 1) return expect(days).toEqual([2, 6, 10, 14, 18].map((day) => `Rescue${day}`))
    expect(days).toEqual(['Rescue2'])
    const other = 'Parliament adopts a law on wages of dockworkers after a long debate'
    const next = { ...about('Law', 19), title: other, text: `${other} in the capital.` }
    expect(clusterer.add(next).story).toBe('Law19')
  })

  test.each([
    { name: 'no words at all', title: '', text: '' },
    { name: 'only stop words', title: 'The and of', text: 'it is so' },
    { name: 'one endless word', title: 'x'.repeat(9_999), text: 'y'.repeat(99_999) },
    { name: 'lone surrogates', title: '\ud800 \udfff', text: '\ud83d' },
  ])('$name is a story of its own', ({ title, text }) => {
    const clusterer = createClusterer()
    for (const article of tellEvents(20)) clusterer.add(article)
    const odd = { id: 'odd', provider: null, publishedAt: null, title, text }
    expect(clusterer.add(odd)).toEqual({ story: 'odd', duplicateOf: null })
    expect(() => clusterer.repair(null)).not.toThrow()
  })

  test('repair leaves articles alone that are older than the window', () => {
    const clusterer = createClusterer()
    const old = tellEvents(60).map((article) => ({
      ...article,
      publishedAt: article.publishedAt ?? '2026-03-02T06:00:00.000Z',
    }))
    for (const article of old) clusterer.add(article)
    const moves = clusterer.repair('2026-05-01T00:00:00.000Z')
    expect(moves).toEqual([])
  })

  test('what repair says is what it did', () => {
    const clusterer = createClusterer()
    const stories = new Map<string, string>()
    for (const [i, article] of tellEvents(150, 7).entries()) {
      stories.set(article.id, clusterer.add(article).story)
      if (i % 40 !== 39) continue
      for (const { id, from, to } of clusterer.repair(null)) {
        expect(stories.get(id)).toBe(from)
        stories.set(id, to)
      }
    }
    expect(storiesOf(clusterer)).toEqual(stories)
  })

  test('one date in the far future ages nobody', () => {
    const clusterer = createClusterer()
    const articles = tellEvents(60)
    const odd = {
      ...(tellEvents(1, 99)[0] as Told),
      id: 'odd',
      publishedAt: '2099-01-01T00:00:00.000Z',
    }
    for (const article of [odd, ...articles]) clusterer.add(article)
    const plain = createClusterer()
    for (const article of articles) plain.add(article)
    clusterer.repair(null)
    plain.repair(null)
    const stories = storiesOf(clusterer)
    stories.delete('odd')
    expect(stories).toEqual(storiesOf(plain))
  })

  test('memory is bounded by time and by number', () => {
    const settings = { ...LEVELS.story, holdArticles: 100 }
    const clusterer = createClusterer(settings)
    for (const article of tellEvents(600, 3, 6)) clusterer.add(article)
    // 6 days of an article every 6 hours are 24: the number decides, a sweep may be 5 % late.
    expect(storiesOf(clusterer).size).toBeLessThanOrEqual(110)
  })
})

test.each([1, 2, 3, 4, 5, 6])('stopped anywhere it goes on as if it never had (%i)', (seed) => {
  const settings = { ...LEVELS[seed % 2 ? 'story' : 'topic'], holdArticles: 60, idfHalfLife: 50 }
  const whole = createClusterer(settings)
  let stopped = createClusterer(settings)
  const random = createRandom(seed)
  const [one, other] = [createRandom(seed + 100), createRandom(seed + 100)]
  for (const article of tellEvents(160, seed, 3)) {
    expect(call(stopped, article, other)).toEqual(call(whole, article, one))
    if (random() < 0.1) stopped = createClusterer(settings, throughBytes(stopped.snapshot()))
  }
  expect(comparable(stopped.snapshot())).toEqual(comparable(whole.snapshot()))
})

test('moving the shelf up changes nothing', () => {
  const settings = { ...LEVELS.story, holdArticles: 60, idfHalfLife: 50 }
  const whole = createClusterer(settings)
  let stopped = createClusterer(settings)
  const [one, other] = [createRandom(9), createRandom(9)]
  for (const [i, article] of tellEvents(1_500, 9, 6).entries()) {
    expect(call(stopped, article, other)).toEqual(call(whole, article, one))
    if (i % 400 === 399) stopped = createClusterer(settings, throughBytes(stopped.snapshot()))
  }
  expect(comparable(stopped.snapshot())).toEqual(comparable(whole.snapshot()))
})
