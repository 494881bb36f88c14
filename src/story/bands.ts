import { enlarge } from '../text/enlarge.ts'
import { BANDS, bandKeys, SIGNATURE_BYTES, sharesBand } from '../text/fingerprint.ts'
import type { Shelf } from './shelf.ts'

/** Fewest chains; as many as a power of two. */
const SMALLEST = 1_024

/** Chains for each article: chains of a few are walked in no time. */
const CHAINS_PER_ARTICLE = 4

/** Articles looked at per band, the latest: a template repeated a thousand times costs no more. */
const MOST_PER_BAND = 16

/** Which articles on a shelf share a band of their signatures. */
export type Bands = {
  /** Places are added in rising order. */
  readonly add: (place: number) => void
  /** Live places that share a band with the signature. */
  readonly find: (signature: Uint8Array) => Set<number>
}

/**
 * Locality-sensitive hashing with chained tables that keep no keys, four bytes a band: who walks a
 * chain compares the signatures themselves.
 *
 * @param places how many are expected.
 */
export function createBands(shelf: Shelf, places = 0): Bands {
  /** Entry + 1 at which a chain begins, 0 where it is empty; an entry is `place · BANDS + band`. */
  let heads = new Int32Array(chainsFor(places))
  let next = new Int32Array(places * BANDS)

  const link = (place: number) => {
    const keys = bandKeys(shelf.signatures, place * SIGNATURE_BYTES)
    for (let band = 0; band < BANDS; band++) {
      const chain = (keys[band] as number) & (heads.length - 1)
      const entry = place * BANDS + band
      next[entry] = heads[chain] as number
      heads[chain] = entry + 1
    }
  }
  return {
    add(place) {
      next = enlarge(next, (place + 1) * BANDS)
      const chains = chainsFor(place + 1)
      if (chains > heads.length) {
        heads = new Int32Array(chains)
        for (let i = 0; i < place; i++) if (shelf.prints[i] !== 0) link(i)
      }
      if (shelf.prints[place] !== 0) link(place)
    },
    find(signature) {
      const found = new Set<number>()
      const keys = bandKeys(signature)
      for (let band = 0; band < BANDS; band++) {
        let left = MOST_PER_BAND
        let entry = (heads[(keys[band] as number) & (heads.length - 1)] as number) - 1
        for (; entry >= 0 && left > 0; entry = (next[entry] as number) - 1) {
          const place = Math.floor(entry / BANDS)
          if (entry - place * BANDS !== band) continue
          if (shelf.isLive[place] === 0) continue
          if (!sharesBand(band, signature, shelf.signatures, place * SIGNATURE_BYTES)) continue
          found.add(place)
          left--
        }
      }
      return found
    },
  }
}

const chainsFor = (places: number) =>
  Math.max(SMALLEST, 2 ** Math.ceil(Math.log2(places * CHAINS_PER_ARTICLE)))
