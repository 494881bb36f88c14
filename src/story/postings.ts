import { enlarge } from '../text/enlarge.ts'

/** A place and a quantised count share 32 bits: at most 16.7 million places. */
const COUNT_BITS = 8
const COUNT_MASK = 2 ** COUNT_BITS - 1
const MOST_PLACES = 2 ** (32 - COUNT_BITS)

/** Words at the head of a block: where the older block begins; its room and its entries, 16 bits each. */
const HEAD = 2
const ROOM_BITS = 16
const FILLED_MASK = 2 ** ROOM_BITS - 1
const SMALLEST_BLOCK = 2
const LARGEST_BLOCK = 256

/** Words a term has: its oldest entry, and where its newest block begins; 0 is none. */
const PER_TERM = 2

/** For each term the places that have it: 4 bytes each, what is left over in the last block, and 8 a term. */
export type Postings = {
  /** @param count never 0. */
  readonly add: (term: number, place: number, count: number) => void
  /** The newest first; `visit` returns whether it wants more. */
  readonly walk: (term: number, visit: (place: number, count: number) => boolean) => void
}

/**
 * An inverted index in one array: each term has a chain of blocks, each twice as long as the last.
 * Its oldest entry stands apart, since most terms have no second one.
 *
 * @param terms   how many are expected.
 * @param entries of all of them.
 */
export function createPostings(terms = 0, entries = 0): Postings {
  let firsts = new Uint32Array(terms * PER_TERM)
  let blocks = new Uint32Array(Math.max(4_096, entries))
  let end = 1

  const roomOf = (block: number) => (blocks[block + 1] as number) >>> ROOM_BITS
  const filledOf = (block: number) => (blocks[block + 1] as number) & FILLED_MASK
  const open = (term: number, older: number): number => {
    const room = Math.min(LARGEST_BLOCK, older === 0 ? SMALLEST_BLOCK : 2 * roomOf(older))
    blocks = enlarge(blocks, end + HEAD + room)
    const block = end
    blocks[block] = older
    blocks[block + 1] = room << ROOM_BITS
    end += HEAD + room
    firsts[term * PER_TERM + 1] = block
    return block
  }
  return {
    add(term, place, count) {
      if (place >= MOST_PLACES) throw new RangeError(`more than ${MOST_PLACES} articles in memory`)
      const entry = (place << COUNT_BITS) | count
      firsts = enlarge(firsts, (term + 1) * PER_TERM)
      if (firsts[term * PER_TERM] === 0) {
        firsts[term * PER_TERM] = entry
        return
      }
      let block = firsts[term * PER_TERM + 1] as number
      if (block === 0 || roomOf(block) === filledOf(block)) block = open(term, block)
      blocks[block + HEAD + filledOf(block)] = entry
      blocks[block + 1] = (blocks[block + 1] as number) + 1
    },
    walk(term, visit) {
      let block = firsts[term * PER_TERM + 1] ?? 0
      while (block !== 0) {
        for (let i = filledOf(block) - 1; i >= 0; i--) {
          const entry = blocks[block + HEAD + i] as number
          if (!visit(entry >>> COUNT_BITS, entry & COUNT_MASK)) return
        }
        block = blocks[block] as number
      }
      const last = firsts[term * PER_TERM] ?? 0
      if (last !== 0) visit(last >>> COUNT_BITS, last & COUNT_MASK)
    },
  }
}
