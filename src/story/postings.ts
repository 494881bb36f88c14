import { enlarge } from '../text/enlarge.ts'

/** A place and a quantised count share 32 bits: at most 16.7 million places. */
const COUNT_BITS = 8
const COUNT_MASK = 2 ** COUNT_BITS - 1
const MOST_PLACES = 2 ** (32 - COUNT_BITS)

/** Words at the head of a block: where the older block begins, entries it has room for, entries. */
const HEAD = 3
const SMALLEST_BLOCK = 2
const LARGEST_BLOCK = 256

/** For each term the places that have it: 4 bytes each and what is left over in the last block. */
export type Postings = {
  readonly add: (term: number, place: number, count: number) => void
  /** The newest first; `visit` returns whether it wants more. */
  readonly walk: (term: number, visit: (place: number, count: number) => boolean) => void
}

/** An inverted index in one array: each term has a chain of blocks, each twice as long as the last. */
export function createPostings(): Postings {
  /** Where the newest block of a term begins; 0 is none. */
  let heads = new Uint32Array(1_024)
  let blocks = new Uint32Array(4_096)
  let end = 1

  const open = (term: number, older: number): number => {
    const room = Math.min(
      LARGEST_BLOCK,
      older === 0 ? SMALLEST_BLOCK : 2 * (blocks[older + 1] ?? 0),
    )
    blocks = enlarge(blocks, end + HEAD + room)
    const block = end
    blocks[block] = older
    blocks[block + 1] = room
    end += HEAD + room
    heads[term] = block
    return block
  }
  return {
    add(term, place, count) {
      if (place >= MOST_PLACES) throw new RangeError(`more than ${MOST_PLACES} articles in memory`)
      heads = enlarge(heads, term + 1)
      let block = heads[term] as number
      if (block === 0 || blocks[block + 1] === blocks[block + 2]) block = open(term, block)
      const filled = blocks[block + 2] as number
      blocks[block + HEAD + filled] = (place << COUNT_BITS) | count
      blocks[block + 2] = filled + 1
    },
    walk(term, visit) {
      let block = heads[term] ?? 0
      while (block !== 0) {
        for (let i = (blocks[block + 2] as number) - 1; i >= 0; i--) {
          const entry = blocks[block + HEAD + i] as number
          if (!visit(entry >>> COUNT_BITS, entry & COUNT_MASK)) return
        }
        block = blocks[block] as number
      }
    },
  }
}
