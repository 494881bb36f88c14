import { describe, expect, test } from 'vitest'
import { mayQuote } from '../../src/story/quota.ts'
import { summarise } from '../../src/story/summarise.ts'
import { splitWords } from '../../src/text/words.ts'

const harbour = `The harbour tunnel opened to traffic on Friday after six years of work.
Engineers tested the ventilation for three nights before the first buses went through.
The council paid 212 million crowns for it, 40 million more than it had planned.`
const valley = `Buses now cross below the harbour in four minutes instead of twenty.
Shopkeepers on the old bridge fear that half of their customers will stay away.`
const flat = (text: string) => text.replaceAll('\n', ' ')
const doc = (text: string, source: string, words?: number) => ({
  ...{ text: flat(text), source, title: 'Harbour tunnel opens' },
  ...(words !== undefined && { quota: { of: source, words } }),
})
const wordsOf = (found: readonly { text: string }[]) =>
  found.flatMap(({ text }) => splitWords(text)).length

describe('a quota of words', () => {
  test('bounds what is quoted of one source, and the others tell the rest', () => {
    const free = [doc(harbour, 'harbour.example'), doc(valley, 'valley.example')]
    expect(summarise(free, { sentences: 4 })).toHaveLength(4)
    const docs = [doc(harbour, 'harbour.example', 15), doc(valley, 'valley.example')]
    const found = summarise(docs, { sentences: 4 })
    expect(wordsOf(found.filter(({ doc: of }) => of === 0))).toBeLessThanOrEqual(15)
    expect(found.filter(({ doc: of }) => of === 1)).toHaveLength(2)
  })

  test('counts all documents of a source together', () => {
    const docs = [doc(harbour, 'one.example', 20), doc(valley, 'one.example', 20)]
    const found = summarise(docs, { sentences: 4 })
    expect(found.length).toBeGreaterThan(0)
    expect(wordsOf(found)).toBeLessThanOrEqual(20)
  })

  test('of nothing allows no sentence', () => {
    expect(summarise([doc(harbour, 'one.example', 0)], { sentences: 2 })).toEqual([])
    expect(mayQuote({ text: 'One.', doc: 0 }, [], [{ quota: { of: 'one', words: 0 } }])).toBe(false)
    expect(mayQuote({ text: 'One.', doc: 0 }, [], [{}])).toBe(true)
  })
})
