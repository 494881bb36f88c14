/** Numbers in a signature; the estimate's standard error is below 1 / (2 · sqrt(128)) = 0.045. */
const SIGNATURE_SIZE = 128

/** Words in a shingle. */
const SHINGLE_WORDS = 3

/**
 * Bands and rows: a pair with Jaccard J meets with chance `1 − (1 − J^rows)^bands`: 29 % at .2,
 * 94 % at .4, 99.6 % at .5. Two numbers of the signature are left over.
 */
export const BANDS = 42
const ROWS = 3

/**
 * The lowest byte of the smallest hash of a text's shingles under each of 128 permutations. A byte
 * is enough to tell whether two minima are equal (b-bit minwise hashing: Li & König, WWW 2010), and
 * keeps the signatures of a million articles in 128 MB.
 */
export type Signature = Uint8Array

/** How often the lowest bytes of two different minima are equal. */
const CHANCE = 1 / 256

/** Bytes of a signature, where many stand in one array. */
export const SIGNATURE_BYTES = SIGNATURE_SIZE

/**
 * Hashes of all runs of three words, each once. A text of one or two words is one shingle, of
 * none has none.
 *
 * @param words normalised words in reading order.
 */
export function shingle(words: readonly string[]): Set<number> {
  const hashes = new Set<number>()
  if (words.length === 0) return hashes
  const last = Math.max(0, words.length - SHINGLE_WORDS)
  for (let i = 0; i <= last; i++) {
    const end = Math.min(words.length, i + SHINGLE_WORDS)
    let hash = hashOn(EMPTY, words[i] as string)
    for (let j = i + 1; j < end; j++) hash = hashOn(hashOn(hash, ' '), words[j] as string)
    hashes.add(mix(hash))
  }
  return hashes
}

/**
 * MinHash (Broder, Compression and Complexity of Sequences, 1997): the share of equal places of
 * two signatures estimates the Jaccard similarity of their sets.
 */
export function sign(shingles: ReadonlySet<number>): Signature {
  const minima = new Uint32Array(SIGNATURE_SIZE).fill(0xffffffff)
  for (const shingle of shingles) {
    for (let i = 0; i < SIGNATURE_SIZE; i++) {
      const hash = mix(shingle ^ (SEEDS[i] as number))
      if (hash < (minima[i] as number)) minima[i] = hash
    }
  }
  return Uint8Array.from(minima, (hash) => hash & 0xff)
}

/**
 * Estimated Jaccard similarity, 0–1.
 *
 * @param start where in `b` the other signature begins.
 */
export function estimateJaccard(a: Signature, b: Uint8Array, start = 0): number {
  let equal = 0
  for (let i = 0; i < SIGNATURE_SIZE; i++) if (a[i] === b[start + i]) equal++
  return Math.max(0, (equal / SIGNATURE_SIZE - CHANCE) / (1 - CHANCE))
}

/**
 * One key per band; texts that share a key are candidates for a closer look.
 *
 * @param start where in `signatures` the signature begins.
 */
export function bandKeys(signatures: Uint8Array, start = 0): Uint32Array {
  const keys = new Uint32Array(BANDS)
  for (let band = 0; band < BANDS; band++) {
    let key = band + 1
    for (let row = 0; row < ROWS; row++)
      key = (key << 8) | (signatures[start + band * ROWS + row] as number)
    keys[band] = mix(key)
  }
  return keys
}

/** Whether two signatures are equal in a band: equal keys may also be chance. */
export function sharesBand(band: number, a: Signature, b: Uint8Array, start: number): boolean {
  for (let i = band * ROWS; i < (band + 1) * ROWS; i++) if (a[i] !== b[start + i]) return false
  return true
}

/** FNV-1a over UTF-16 code units, then mixed: unsigned 32-bit. */
export const hashText = (text: string): number => mix(hashOn(EMPTY, text))

/** What FNV-1a makes of no text. */
const EMPTY = 0x811c9dc5

/** The hash of a text that goes on with `text`. */
function hashOn(start: number, text: string): number {
  let hash = start
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash
}

/**
 * The finaliser of MurmurHash3. `>>> 0` at the end, because the bit operators give signed
 * numbers: compared as signed, minima of the two halves of the range would not agree.
 */
function mix(value: number): number {
  let h = value
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

/** One seed per permutation, always the same: signatures are kept and compared over years. */
const SEEDS = Uint32Array.from({ length: SIGNATURE_SIZE }, (_, i) => mix(i * 0x9e3779b9 + 1))
