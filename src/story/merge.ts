import type { ClusterSettings } from './level.ts'
import { type Placed, squareOfSum, timeFactor } from './nearness.ts'

/** What is grouped: one article, or the part of a story that may no longer be moved. */
export type Block = {
  /** At least one. */
  readonly members: readonly Placed[]
  /** The story they are in now. */
  readonly story: string
  /** Stays as it is; two such never come together. */
  readonly fixed: boolean
}

/** Smaller products of likeness and time are left out: they decide no merge and fill the memory. */
const MIN_EDGE = 0.01

/** A group on its way: the sums over the pairs of its articles with those of other groups. */
type Group = {
  /** Blocks, by their place. */
  readonly blocks: number[]
  size: number
  /** Sum over all pairs inside, each article with itself too. */
  inner: number
  fixed: boolean
  readonly outer: Map<number, number>
  /** Counts merges; a pair waiting in the queue with an older count is out of date. */
  version: number
}

type Pair = { near: number; a: number; b: number; versionA: number; versionB: number }

/**
 * Agglomerative clustering: the two nearest groups become one, as long as they are `mergeAt` near. Sums over pairs are kept, so a merge costs one addition per neighbour.
 *
 * @returns groups of blocks by their place, each and all in rising order.
 */
export function mergeBlocks(blocks: readonly Block[], settings: ClusterSettings): number[][] {
  const groups = new Map(blocks.map((block, i) => [i, startGroup(block, i)]))
  connect(blocks, groups, settings)
  const queue = createQueue()
  const offer = (a: number, b: number) => {
    const one = groups.get(a)
    const other = groups.get(b)
    if (one === undefined || other === undefined || (one.fixed && other.fixed)) return
    const near = linkOf(one, other, one.outer.get(b) ?? 0, settings)
    if (near < settings.mergeAt) return
    queue.push({ near, a, b, versionA: one.version, versionB: other.version })
  }
  for (const [a, { outer }] of groups) for (const b of outer.keys()) if (a < b) offer(a, b)
  for (let pair = queue.pop(); pair !== undefined; pair = queue.pop()) {
    const one = groups.get(pair.a)
    const other = groups.get(pair.b)
    if (one?.version !== pair.versionA || other?.version !== pair.versionB) continue
    absorb(groups, pair.a, pair.b)
    for (const c of one.outer.keys()) offer(Math.min(pair.a, c), Math.max(pair.a, c))
  }
  return [...groups.values()]
    .map((group) => group.blocks.sort((a, b) => a - b))
    .sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0))
}

function startGroup({ members, fixed }: Block, place: number): Group {
  const inner = members.length === 1 ? 1 : squareOfSum(members.map(({ vector }) => vector))
  return { blocks: [place], size: members.length, inner, fixed, outer: new Map(), version: 0 }
}

function linkOf(a: Group, b: Group, sum: number, { link }: ClusterSettings): number {
  return link === 'average' ? sum / (a.size * b.size) : sum / Math.sqrt(a.inner * b.inner)
}

/** The second group becomes part of the first. */
function absorb(groups: Map<number, Group>, a: number, b: number): void {
  const one = groups.get(a)
  const other = groups.get(b)
  if (one === undefined || other === undefined) return
  groups.delete(b)
  one.inner += other.inner + 2 * (one.outer.get(b) ?? 0)
  one.outer.delete(b)
  one.size += other.size
  one.fixed ||= other.fixed
  one.blocks.push(...other.blocks)
  one.version++
  for (const [c, sum] of other.outer) {
    if (c === a) continue
    const third = groups.get(c)
    third?.outer.delete(b)
    one.outer.set(c, (one.outer.get(c) ?? 0) + sum)
  }
  for (const [c, sum] of one.outer) groups.get(c)?.outer.set(a, sum)
}

/** Sums the likenesses of all pairs of blocks that share a term, by an inverted index of its own. */
function connect(
  blocks: readonly Block[],
  groups: ReadonlyMap<number, Group>,
  settings: ClusterSettings,
): void {
  const articles = blocks.flatMap(({ members, story, fixed }, block) =>
    members.map(({ vector, at }) => ({ vector, at, story, fixed, block })),
  )
  const lists = new Map<number, [place: number, weight: number][]>()
  const products = new Float64Array(articles.length)
  articles.forEach(({ vector, at, story, fixed, block }, place) => {
    const touched: number[] = []
    for (let i = 0; i < vector.terms.length; i++) {
      const term = vector.terms[i] ?? 0
      const weight = vector.weights[i] ?? 0
      const list = lists.get(term) ?? []
      for (const [other, otherWeight] of list) {
        if (products[other] === 0) touched.push(other)
        products[other] = (products[other] ?? 0) + weight * otherWeight
      }
      list.push([place, weight])
      lists.set(term, list)
    }
    for (const other of touched) {
      const neighbour = articles[other]
      const product = products[other] ?? 0
      products[other] = 0
      if (neighbour === undefined || neighbour.block === block) continue
      if (fixed && neighbour.fixed) continue
      const near = product * timeFactor(at, neighbour.at, settings)
      if (near < MIN_EDGE) continue
      const edge = neighbour.story === story ? near * settings.stay : near
      join(groups, block, neighbour.block, edge)
    }
  })
}

function join(groups: ReadonlyMap<number, Group>, a: number, b: number, edge: number): void {
  const one = groups.get(a)
  const other = groups.get(b)
  one?.outer.set(b, (one.outer.get(b) ?? 0) + edge)
  other?.outer.set(a, (other.outer.get(a) ?? 0) + edge)
}

/** A binary heap: the nearest pair first; of equals, the one whose articles came first. */
function createQueue() {
  const heap: Pair[] = []
  const before = (i: number, j: number): boolean => {
    const x = heap[i] as Pair
    const y = heap[j] as Pair
    return x.near !== y.near ? x.near > y.near : x.a !== y.a ? x.a < y.a : x.b < y.b
  }
  const swap = (i: number, j: number) => {
    const kept = heap[i] as Pair
    heap[i] = heap[j] as Pair
    heap[j] = kept
  }
  return {
    push(pair: Pair) {
      heap.push(pair)
      for (let i = heap.length - 1; i > 0 && before(i, (i - 1) >> 1); i = (i - 1) >> 1) {
        swap(i, (i - 1) >> 1)
      }
    },
    pop(): Pair | undefined {
      if (heap.length === 0) return undefined
      swap(0, heap.length - 1)
      const first = heap.pop()
      for (let i = 0; ; ) {
        let child = 2 * i + 1
        if (child >= heap.length) return first
        if (child + 1 < heap.length && before(child + 1, child)) child++
        if (!before(child, i)) return first
        swap(i, child)
        i = child
      }
    },
  }
}
