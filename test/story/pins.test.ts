import { describe, expect, test } from 'vitest'
import { type Clusterer, createClusterer, LEVELS } from '../../src/story/cluster.ts'
import { createPins } from '../../src/story/pins.ts'
import { createRandom, type Told, tellEvents } from './events.ts'

/** Tells a log to a clusterer and follows where its articles are. */
function follow(clusterer: Clusterer = createClusterer()) {
  const stories = new Map<string, string>()
  const move = (moves: readonly { readonly id: string; readonly to: string }[]) => {
    for (const { id, to } of moves) stories.set(id, to)
  }
  return {
    stories,
    add: (article: Told) => stories.set(article.id, clusterer.add(article).story),
    repair: () => move(clusterer.repair(null)),
    undo: (decision: number) => move(clusterer.undo(decision)),
    pin: (decision: number, ids: readonly string[], to: string) =>
      move(
        clusterer.decide(
          decision,
          ids.map((id) => ({ id, from: stories.get(id) ?? '', to })),
        ),
      ),
    of: (story: string) => [...stories].filter(([, in_]) => in_ === story).map(([id]) => id),
  }
}

const told = tellEvents(120, 4, 0.2)
const ofEvent = (event: number) => told.filter((article) => article.event === event)

describe('an operator’s decision', () => {
  test('stories that were merged stay one, whatever arrives and is repaired', () => {
    const log = follow()
    for (const article of told.slice(0, 60)) log.add(article)
    const [a, b] = [4, 6].map((event) => log.stories.get(ofEvent(event)[0]?.id ?? '')) as string[]
    const members = [...log.of(a as string), ...log.of(b as string)]
    log.pin(1, members, a as string)
    for (const article of told.slice(60)) log.add(article)
    log.repair()
    log.repair()
    expect(new Set(members.map((id) => log.stories.get(id)))).toEqual(new Set([a]))
  })

  test('articles that were taken out stay out', () => {
    const log = follow()
    for (const article of told) log.add(article)
    log.repair()
    const story = log.stories.get(ofEvent(2)[0]?.id ?? '') as string
    const [first, second, ...rest] = log.of(story)
    const out = [first, second] as string[]
    log.pin(1, rest, story)
    log.pin(1, out, 'apart')
    log.repair()
    expect(out.map((id) => log.stories.get(id))).toEqual(['apart', 'apart'])
    expect(new Set(rest.map((id) => log.stories.get(id)))).toEqual(new Set([story]))
  })

  test('taken back, everything is as if it had not been', () => {
    const [one, other] = [follow(), follow()]
    for (const log of [one, other]) for (const article of told) log.add(article)
    const [id] = one.stories.keys() as Iterable<string>
    one.pin(1, [id as string], 'elsewhere')
    expect(one.stories.get(id as string)).toBe('elsewhere')
    one.undo(1)
    for (const log of [one, other]) log.repair()
    expect(one.stories).toEqual(other.stories)
  })
})

test.each([1, 2, 3])('any log with decisions goes on from a snapshot (%i)', (seed) => {
  const settings = { ...LEVELS.story, holdArticles: 60 }
  const whole = createClusterer(settings)
  let stopped = createClusterer(settings)
  const random = createRandom(seed)
  tellEvents(150, seed, 2).forEach((article, i) => {
    const id = `a${Math.floor(random() * (i + 1))}`
    const to = `a${Math.floor(random() * (i + 1))}`
    const kind = random()
    for (const clusterer of [whole, stopped]) clusterer.add(article)
    const call = (clusterer: Clusterer): unknown => {
      if (kind < 0.1) return clusterer.decide(i, [{ id, from: to, to: `story ${to}` }])
      if (kind < 0.15) return clusterer.undo(Math.floor(i / 2))
      if (kind < 0.2) return clusterer.remove([id, to])
      if (kind < 0.3) return clusterer.repair(null)
      return null
    }
    expect(call(stopped)).toEqual(call(whole))
    if (random() < 0.1) stopped = createClusterer(settings, structuredClone(stopped.snapshot()))
  })
})

test('of several pins of an article the latest holds', () => {
  const pins = createPins()
  pins.add(1, [{ id: 'x', from: 'a', to: 'b' }])
  pins.add(2, [{ id: 'x', from: 'b', to: 'c' }])
  expect(pins.undo(1)).toEqual([])
  expect(pins.has('x')).toBe(true)
  expect(pins.undo(2)).toEqual([{ id: 'x', to: 'a' }])
  expect(pins.has('x')).toBe(false)
})

test('when an original goes its first copy stands for the others', () => {
  const clusterer = createClusterer()
  const original = told[0] as Told
  for (const id of ['original', 'one', 'two']) clusterer.add({ ...original, id })
  expect(clusterer.remove(['original'])).toEqual([
    { id: 'one', story: 'original', duplicateOf: null },
    { id: 'two', story: 'original', duplicateOf: 'one' },
  ])
  expect(clusterer.add({ ...original, id: 'three' })).toEqual({
    story: 'original',
    duplicateOf: 'one',
  })
})
