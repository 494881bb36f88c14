import { describe, expect, test } from 'vitest'
import { assembleStory } from '../../src/story/assemble.ts'
import type { Telling } from '../../src/story/develop.ts'
import { article, hoursAgo, NOW, provider } from './articles.ts'

const taxonomy = { threshold: 3, topics: [] }
const FIRST =
  'The harbour bridge reopened on Monday after two years of repairs that cost 48 million crowns. Engineers replaced 312 cables and every bearing of the old bridge.'
const TOLL = 'A toll of 3 crowns for lorries will be raised from March, the council decided.'
const one = article('one', { text: FIRST, seq: 1 })
const telling = (given: Partial<Telling> = {}): Telling => ({
  date: '2026-11-18',
  sentences: [FIRST.split('. ')[0] as string],
  articles: [{ id: 'one', version: 1, provider: 'orbit.example' }],
  texts: [{ text: FIRST, language: 'en' }],
  ...given,
})
const tell = (articles: Parameters<typeof assembleStory>[1], tellings: readonly Telling[]) =>
  assembleStory('s', articles, { now: NOW, taxonomy, tellings })
const texts = (story: ReturnType<typeof tell>) => story.sentences.map(({ text }) => text)

describe('develop', () => {
  test('what nobody told is told whole', () => {
    const story = tell([one], [])
    expect(story.development).toBeNull()
    expect(story.sentences.length).toBeGreaterThan(1)
  })

  test('the same article has nothing new, and neither has another that says the same', () => {
    expect(tell([one], [telling()]).development?.novelty).toBe(0)
    const echo = article('echo', {
      seq: 2,
      provider: provider('Echo'),
      text: 'After repairs of two years that cost 48 million crowns the harbour bridge reopened on Monday. The engineers replaced all 312 cables of the bridge and every old bearing.',
    })
    const story = tell([one, echo], [telling()])
    expect(story.development).toMatchObject({ novelty: 0, newSources: ['Echo'] })
  })

  test('a later article tells just what is new, and the edition that told it first', () => {
    const two = article('two', { text: `${FIRST} ${TOLL}`, seq: 2, publishedAt: hoursAgo(1) })
    const story = tell([one, two], [telling(), telling({ date: '2026-11-19' })])
    expect(texts(story)).toEqual([TOLL])
    expect(story.development).toMatchObject({ firstTold: '2026-11-18', lastTold: '2026-11-19' })
    expect(story.development?.novelty).toBeCloseTo(1 / 3)
  })

  test('a new version of a known article tells what was added to it', () => {
    const story = tell([{ ...one, version: 2, text: `${TOLL} ${FIRST}` }], [telling()])
    expect(texts(story)).toEqual([TOLL])
  })

  test('a number that nobody had is news, in whatever sentence it stands', () => {
    const more = FIRST.replace('48 million', '53 million')
    const story = tell([one, article('two', { text: more, seq: 2 })], [telling()])
    expect(texts(story)).toEqual([`${more.split('. ')[0]}.`])
    expect(story.development?.changes).toEqual([
      { before: '48 million crowns', after: '53 million crowns' },
    ])
  })

  test('views on a story do not bring it back', () => {
    const view = article('view', { title: 'Opinion: the bridge', text: TOLL, seq: 2 })
    expect(tell([one, view], [telling()]).development?.novelty).toBe(0)
  })

  test('of a quick hit readers know the headline: with news it is told whole', () => {
    const two = article('two', { text: TOLL, seq: 2, provider: provider('Tide') })
    const story = tell([one, two], [telling({ sentences: [] })])
    expect(texts(story).join(' ')).toContain('48 million')
    expect(story.development?.novelty).toBe(1)
  })

  test('in another script it is the same', () => {
    const old = '港口大桥经过两年维修后于周一重新开放交通。工程师更换了所有的旧钢索。'
    const added = '市议会决定从三月起对重型卡车收取新的通行费用。'
    const first = article('one', { text: old, language: 'zh', seq: 1 })
    const next = article('two', { text: old + added, language: 'zh', seq: 2 })
    const story = tell([first, next], [telling({ texts: [{ text: old, language: 'zh' }] })])
    expect(texts(story)).toEqual([added])
  })
})
