import { describe, expect, test } from 'vitest'
import { hashText } from '../../src/text/fingerprint.ts'
import { createTerms, type Terms } from '../../src/text/terms.ts'

const hash = (word: string) => hashText(word) >>> 2

function count(terms: Terms, ...words: readonly string[]): void {
  terms.count(words.map((word) => terms.numberOf(hash(word))))
}
const idf = (terms: Terms, word: string) => terms.idf(terms.numberOf(hash(word)))

describe('createTerms', () => {
  test('every word keeps its number, however many there are', () => {
    const terms = createTerms(1_000)
    const words = Array.from({ length: 20_000 }, (_, i) => hash(`word${i}`))
    const numbers = words.map(terms.numberOf)
    expect(new Set(numbers).size).toBe(new Set(words).size)
    expect(words.map(terms.numberOf)).toEqual(numbers)
    expect(numbers.map(terms.hashOf)).toEqual(words)
  })
  test('a rare term weighs more than a common one, an unseen one most', () => {
    const terms = createTerms(1_000)
    for (let i = 0; i < 50; i++) count(terms, 'common', ...(i === 0 ? ['rare'] : []))
    expect(idf(terms, 'common')).toBeLessThan(idf(terms, 'rare'))
    expect(idf(terms, 'rare')).toBeLessThan(idf(terms, 'unseen'))
  })
  test('what is no longer heard of becomes rare again', () => {
    const terms = createTerms(10)
    for (let i = 0; i < 200; i++) count(terms, 'old', `filler ${i}`)
    const before = idf(terms, 'old')
    for (let i = 0; i < 200; i++) count(terms, 'new')
    expect(idf(terms, 'old')).toBeGreaterThan(before)
  })
  test('what has faded is forgotten unless it is in use, and nothing else changes', () => {
    const terms = createTerms(10)
    for (let i = 0; i < 100; i++) count(terms, 'always', `once ${i}`)
    const used = terms.numberOf(hash('once 3'))
    const before = [idf(terms, 'always'), idf(terms, 'once 99'), terms.size()]
    const renumbered = terms.compact((term) => term === used)
    expect(terms.size()).toBeLessThan(before[2] as number)
    expect(terms.numberOf(hash('once 3'))).toBe(renumbered[used])
    expect([idf(terms, 'always'), idf(terms, 'once 99')]).toEqual(before.slice(0, 2))
  })
  test('goes on from a snapshot with the very same numbers', () => {
    const add = (terms: Terms, from: number, to: number) => {
      for (let i = from; i < to; i++) count(terms, `a${i % 7}`, `b${i % 3}`)
    }
    const whole = createTerms(10)
    add(whole, 0, 57)
    const first = createTerms(10)
    add(first, 0, 33)
    const second = createTerms(10, structuredClone(first.snapshot()))
    add(second, 33, 57)
    expect(second.snapshot()).toEqual(whole.snapshot())
  })
})
