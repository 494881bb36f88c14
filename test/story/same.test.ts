import { describe, expect, test } from 'vitest'
import { saysSame, toldShare } from '../../src/story/same.ts'
import { countTerms, toVector } from '../../src/text/vectors.ts'
import { contentTerms } from '../../src/text/words.ts'

const read = (text: string) => {
  const terms = new Set(contentTerms(text))
  // As in a story where everybody uses the words of the event: rare words weigh more.
  const idf = (term: string) =>
    /^(?:harbour|bridg|reopen|harwick|mondai|bear)/.test(term) ? 0.3 : 1.5
  return { terms, vector: toVector(countTerms(terms), idf) }
}
const first = read(
  'The harbour bridge in Harwick reopened on Monday after 240 bearings had been replaced by Lindgren.',
)

describe('saysSame', () => {
  test('the same names, numbers and stems in other words', () => {
    const other = read(
      'Traffic is back on the Harwick harbour bridge, reopened Monday with 240 bearings from Lindgren.',
    )
    expect(saysSame(first, other)).toBe(true)
    expect(saysSame(other, first)).toBe(true)
  })

  test('a number of its own is a fact of its own', () => {
    const other = read(
      'Bearings of the harbour bridge that reopened Monday in Harwick cost 31 million.',
    )
    expect(saysSame(first, other)).toBe(false)
  })

  test('the name of the event alone is not the same fact', () => {
    expect(saysSame(first, read('Ferries at the harbour bridge in Harwick were sold.'))).toBe(false)
  })

  test('nothing is like nothing', () => {
    expect(saysSame(read(''), read(''))).toBe(false)
  })
})

test('toldShare', () => {
  expect(toldShare(new Set(['a', 'b']), new Set(['b', 'c']))).toBe(0.5)
  expect(toldShare(new Set(), new Set(['b']))).toBe(0)
})
