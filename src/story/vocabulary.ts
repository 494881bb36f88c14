import type { Sparse } from './same.ts'

/** The terms of one story's sentences, numbered, with how rare and how shared each is. */
export type Vocabulary = {
  /** Terms, also those of titles that have been read. */
  readonly size: number
  /** The sentences it was made of, in order. */
  readonly sparse: readonly Sparse[]
  /** The terms as a vector, TF-IDF with `ln(1 + sentences / sentences with the term)`. */
  readonly read: (terms: ReadonlySet<string>) => Sparse
  /** Mean share of the voices that use its terms, weighted by their rarity: 0–1. */
  readonly consensus: (sparse: Sparse) => number
  /** Code-unit order of two terms. */
  readonly order: (a: number, b: number) => number
}

/** More voices than this are counted as this many: bits of a number. */
const MOST_VOICES = 31

const STARTS_WITH_NUMBER = /^\p{N}/u
/** Most terms begin with a plain letter. */
const isNumeric = (term: string) => {
  const code = term.charCodeAt(0)
  return code < 128 ? code >= 48 && code <= 57 : STARTS_WITH_NUMBER.test(term)
}

/** @param voices whose word each of the sentences is, by index. */
export function vocabularyOf(
  sentences: readonly { readonly terms: ReadonlySet<string> }[],
  voices: readonly number[],
): Vocabulary {
  const numberOf = new Map<string, number>()
  const names: string[] = []
  const frequency: number[] = []
  const users: number[] = []
  const isNumber: number[] = []
  const enter = (term: string): number => {
    const known = numberOf.get(term)
    if (known !== undefined) return known
    numberOf.set(term, names.length)
    frequency.push(0)
    users.push(0)
    isNumber.push(isNumeric(term) ? 1 : 0)
    return names.push(term) - 1
  }
  const bits = new Map([...new Set(voices)].map((voice, i) => [voice, 1 << (i % MOST_VOICES)]))
  const numbersOf = (terms: ReadonlySet<string>): Int32Array => {
    const numbers = new Int32Array(terms.size)
    let place = 0
    for (const term of terms) numbers[place++] = enter(term)
    return sorted(numbers)
  }
  const entered = sentences.map(({ terms }, i) => {
    const bit = bits.get(voices[i] as number) ?? 0
    const numbers = numbersOf(terms)
    for (const number of numbers) {
      frequency[number] = (frequency[number] as number) + 1
      users[number] = (users[number] as number) | bit
    }
    return numbers
  })
  const rarity = (number: number) => Math.log(1 + sentences.length / (frequency[number] || 1))
  const rarities = Float64Array.from(names, (_, number) => rarity(number))
  const rarityOf = (number: number) => rarities[number] ?? rarity(number)
  const all = Math.min(MOST_VOICES, bits.size)
  const sparseOf = (terms: Int32Array): Sparse => {
    const weights = new Float64Array(terms.length)
    const numbers = new Uint8Array(terms.length)
    let square = 0
    for (let i = 0; i < terms.length; i++) {
      const term = terms[i] as number
      const weight = rarityOf(term)
      weights[i] = weight
      square += weight * weight
      numbers[i] = isNumber[term] as number
    }
    const length = Math.sqrt(square) || 1
    for (let i = 0; i < weights.length; i++) weights[i] = (weights[i] as number) / length
    return { terms, weights, numbers }
  }
  return {
    get size() {
      return names.length
    },
    sparse: entered.map(sparseOf),
    read: (terms) => sparseOf(numbersOf(terms)),
    consensus({ terms }) {
      let shared = 0
      let weight = 0
      for (const term of terms) {
        const own = rarityOf(term)
        shared += (own * bitsIn(users[term] as number)) / all
        weight += own
      }
      return weight === 0 ? 0 : shared / weight
    },
    order(a, b) {
      const [one, other] = [names[a] as string, names[b] as string]
      return one < other ? -1 : one > other ? 1 : 0
    },
  }
}

/** How many bits are set (Kernighan). */
function bitsIn(mask: number): number {
  let count = 0
  for (let left = mask; left !== 0; left &= left - 1) count++
  return count
}

/** In place, by insertion: the terms of a sentence are few, and new ones come in order. */
function sorted(numbers: Int32Array): Int32Array {
  for (let i = 1; i < numbers.length; i++) {
    const number = numbers[i] as number
    let place = i
    for (; place > 0 && (numbers[place - 1] as number) > number; place--)
      numbers[place] = numbers[place - 1] as number
    numbers[place] = number
  }
  return numbers
}
