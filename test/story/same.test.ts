import { describe, expect, test } from 'vitest'
import { likenessOf, type Sparse } from '../../src/story/same.ts'
import { contentTerms } from '../../src/text/words.ts'

const numbers = new Map<string, number>()
// As in a story where everybody uses the words of the event: rare words weigh more.
const weightOf = (term: string) =>
  /^(?:harbour|bridg|reopen|harwick|mondai|bear)/.test(term) ? 0.3 : 1.5
function read(text: string): Sparse {
  const terms = [...new Set(contentTerms(text))]
  for (const term of terms) numbers.set(term, numbers.get(term) ?? numbers.size)
  const sorted = terms.sort((a, b) => (numbers.get(a) ?? 0) - (numbers.get(b) ?? 0))
  const weights = Float64Array.from(sorted, weightOf)
  const length = Math.hypot(...weights) || 1
  return {
    terms: Int32Array.from(sorted, (term) => numbers.get(term) ?? 0),
    weights: weights.map((weight) => weight / length),
    numbers: Uint8Array.from(sorted, (term) => (/^\p{N}/u.test(term) ? 1 : 0)),
  }
}
const saysSame = (a: Sparse, b: Sparse) => likenessOf(a, b).same
const first = read(
  'The harbour bridge in Harwick reopened on Monday after 240 bearings had been replaced by Lindgren.',
)

describe('likenessOf', () => {
  test('the same names, numbers and stems in other words', () => {
    const other = read(
      'Traffic is back on the Harwick harbour bridge, reopened Monday with 240 bearings from Lindgren.',
    )
    expect(saysSame(first, other)).toBe(true)
    expect(saysSame(other, first)).toBe(true)
  })

  test('eight words in common are enough though there are more others, seven are not', () => {
    const event = 'harbour bridge reopened harwick monday bearings'
    const one = read(`${event} tides gulls piers ferry mole crane quay lock silt buoy fog`)
    const other = read(`${event} tides gulls chapel market tram school oven loom mill kiln inn`)
    expect(saysSame(one, other)).toBe(true)
    expect(
      saysSame(one, read(`${event} tides chapel market tram school oven loom mill kiln inn`)),
    ).toBe(false)
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

test('a sentence is as like itself as can be', () => {
  expect(likenessOf(first, first).cosine).toBeCloseTo(1)
  expect(likenessOf(first, read('Otters swim.'))).toEqual({ cosine: 0, same: false })
})
