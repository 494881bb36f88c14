import type { ClusterSettings } from './level.ts'
import { type Placed, squareOfSum, timeFactor } from './nearness.ts'
import type { TermVector } from './vector.ts'

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
const MIN_EDGE = 0.02

/** The nearest earlier articles an article is joined with: more than this are alike to all. */
const MAX_EDGES = 200

/**
 * By this share of it the least nearness rises with each doubling of the smaller group: two groups
 * that are stories of their own need more to be one than a straggler and its story. By average link
 * only: the centroids of wide groups are near to each other anyway.
 */
const RISE_PER_DOUBLING = 0.3

/**
 * Share of its own likeness, the mean over the pairs inside, that a group asks of what it is to be one
 * with: where an affair goes on, all its stories are alike, but each less so than its own articles.
 * By average link only.
 */
const SHARE_OF_OWN = 0.4

/** The latest articles looked at per term. */
const MAX_POSTINGS = 2_000

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
 * Agglomerative clustering: the two nearest groups become one, as long as they are near enough. Sums over
 * pairs are kept, so a merge costs one addition per neighbour.
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
    if (near < leastFor(one, other, settings)) return
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

/** How near two groups have to be to become one. */
function leastFor(a: Group, b: Group, { link, mergeAt }: ClusterSettings): number {
  if (link === 'centroid') return mergeAt
  const own = Math.min(...[a, b].filter(({ size }) => size > 1).map(ownLikeness))
  const risen = mergeAt * (1 + RISE_PER_DOUBLING * Math.log2(Math.min(a.size, b.size)))
  return own === Number.POSITIVE_INFINITY ? risen : Math.max(risen, SHARE_OF_OWN * own)
}

/** The mean over the pairs of its articles. */
const ownLikeness = ({ inner, size }: Group) => (inner - size) / (size * (size - 1))

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

/**
 * Sums the likenesses of the pairs that share a term, by an inverted index of its own. Settled
 * blocks come first and look at nobody; each other article looks at those before it.
 */
function connect(
  blocks: readonly Block[],
  groups: ReadonlyMap<number, Group>,
  settings: ClusterSettings,
): void {
  const articles = blocks.flatMap(({ members, story, fixed }, block) =>
    members.map(({ vector, at }): Node => ({ vector, at, story, fixed, block })),
  )
  const index = createIndex(articles.length)
  articles.forEach((article, place) => {
    if (!article.fixed) {
      for (const { other, near } of nearestOf(article, index, articles, settings)) {
        join(
          groups,
          article.block,
          other.block,
          other.story === article.story ? near * settings.stay : near,
        )
      }
    }
    index.add(article.vector, place)
  })
}

type Node = Placed & { readonly story: string; readonly fixed: boolean; readonly block: number }

function nearestOf(
  article: Node,
  index: ReturnType<typeof createIndex>,
  articles: readonly Node[],
  settings: ClusterSettings,
): { readonly other: Node; readonly near: number }[] {
  const found: { other: Node; near: number }[] = []
  index.look(article.vector, (place, likeness) => {
    if (likeness < MIN_EDGE) return
    const other = articles[place] as Node
    const time = timeFactor(article.at, other.at, settings)
    // Time alone does not part what is in one story already.
    const near =
      likeness * (other.story === article.story ? Math.max(time, settings.keptTime) : time)
    if (near >= MIN_EDGE) found.push({ other, near })
  })
  if (found.length <= MAX_EDGES) return found
  return found.sort((a, b) => b.near - a.near || a.other.block - b.other.block).slice(0, MAX_EDGES)
}

/** Articles by term, with their weights beside them. */
function createIndex(size: number) {
  const lists = new Map<number, { readonly places: number[]; readonly weights: number[] }>()
  const products = new Float64Array(size)
  return {
    add({ terms, weights }: TermVector, place: number) {
      terms.forEach((term, i) => {
        const list = lists.get(term) ?? { places: [], weights: [] }
        list.places.push(place)
        list.weights.push(weights[i] ?? 0)
        lists.set(term, list)
      })
    },
    look({ terms, weights }: TermVector, visit: (place: number, likeness: number) => void) {
      const touched: number[] = []
      for (let i = 0; i < terms.length; i++) {
        const list = lists.get(terms[i] ?? 0)
        if (list === undefined) continue
        const weight = weights[i] ?? 0
        for (let k = Math.max(0, list.places.length - MAX_POSTINGS); k < list.places.length; k++) {
          const place = list.places[k] ?? 0
          if (products[place] === 0) touched.push(place)
          products[place] = (products[place] ?? 0) + weight * (list.weights[k] ?? 0)
        }
      }
      for (const place of touched) {
        visit(place, products[place] ?? 0)
        products[place] = 0
      }
    },
  }
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
