/** Words that are remembered, and their code units together; when full, all are forgotten. */
const MOST_WORDS = 40_000
const MOST_UNITS = 400_000
/** A power of two, so that a place follows from a hash by masking. */
const PLACES = 131_072

/** What is known of words, asked for as a stretch of code units: no string is made to look one up. */
export type Lexicon = {
  /** @param hash of the stretch by `hashOf`. */
  readonly get: (codes: Uint16Array, start: number, end: number, hash: number) => string | undefined
  readonly set: (word: string, hash: number, value: string) => void
}

export function createLexicon(): Lexicon {
  /** Number + 1 of the word, 0 where free. */
  const places = new Int32Array(PLACES)
  /** The words one after the other, and where each begins. */
  const units = new Uint16Array(MOST_UNITS)
  const starts = new Int32Array(MOST_WORDS + 1)
  const values: string[] = []

  const isAt = (number: number, codes: Uint16Array, start: number, end: number): boolean => {
    const from = starts[number] as number
    if ((starts[number + 1] as number) - from !== end - start) return false
    for (let i = start; i < end; i++) if (units[from + i - start] !== codes[i]) return false
    return true
  }
  return {
    get(codes, start, end, hash) {
      for (let place = hash & (PLACES - 1); ; place = (place + 1) & (PLACES - 1)) {
        const number = (places[place] as number) - 1
        if (number < 0) return undefined
        if (isAt(number, codes, start, end)) return values[number]
      }
    },
    set(word, hash, value) {
      if (word.length > MOST_UNITS) return
      if (
        values.length === MOST_WORDS ||
        (starts[values.length] as number) + word.length > MOST_UNITS
      ) {
        places.fill(0)
        values.length = 0
      }
      let place = hash & (PLACES - 1)
      while (places[place] !== 0) place = (place + 1) & (PLACES - 1)
      let next = starts[values.length] as number
      for (let i = 0; i < word.length; i++) units[next++] = word.charCodeAt(i)
      places[place] = values.push(value)
      starts[values.length] = next
    },
  }
}

/** FNV-1a over the code units of a stretch, its high bits folded into the low ones. */
export function hashOf(codes: Uint16Array, start: number, end: number): number {
  let hash = 0x811c9dc5
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ (codes[i] as number), 0x01000193)
  return hash ^ (hash >>> 15)
}
