/** How much the depth of a list counts: the first ten places have 86 % of the weight. */
const PERSISTENCE = 0.9

/** Shared members of two lists among all there are, 0–1; two empty lists are the same. */
export function jaccard(a: readonly string[], b: readonly string[]): number {
  const all = new Set([...a, ...b])
  if (all.size === 0) return 1
  const other = new Set(b)
  return new Set(a.filter((one) => other.has(one))).size / all.size
}

/**
 * Likeness of two rankings, 0–1, where the top counts most: rank-biased overlap, extrapolated from
 * what is seen of both (Webber, Moffat and Zobel, ACM TOIS 28(4), 2010, equation 32).
 *
 * @param p from 0, only the first place counts, to below 1, all places count alike
 */
export function rankBiasedOverlap(
  first: readonly string[],
  second: readonly string[],
  p = PERSISTENCE,
): number {
  const [short, long] = first.length <= second.length ? [first, second] : [second, first]
  if (short.length === 0) return long.length === 0 ? 1 : 0
  const seen = { short: new Set<string>(), long: new Set<string>() }
  let shared = 0
  let sharedAtEnd = 0
  let sum = 0
  for (let depth = 1; depth <= long.length; depth++) {
    shared += addPair(short[depth - 1], long[depth - 1], seen)
    if (depth === short.length) sharedAtEnd = shared
    const beyond = Math.max(0, depth - short.length)
    const unseen = (sharedAtEnd * beyond) / short.length
    sum += ((shared + unseen) / depth) * p ** depth
  }
  const tail = (shared - sharedAtEnd) / long.length + sharedAtEnd / short.length
  return ((1 - p) / p) * sum + tail * p ** long.length
}

type Seen = { readonly short: Set<string>; readonly long: Set<string> }

/** Takes one place of both rankings in. @returns how many members became shared. */
function addPair(a: string | undefined, b: string | undefined, { short, long }: Seen): number {
  if (a !== undefined) short.add(a)
  if (b !== undefined) long.add(b)
  if (a !== undefined && a === b) return 1
  return Number(a !== undefined && long.has(a)) + Number(b !== undefined && short.has(b))
}

/** How many members there are in effect: the exponential of Shannon's entropy of their shares. */
export function effectiveNumber(members: readonly string[]): number {
  const shares = [...Map.groupBy(members, (one) => one).values()].map(
    (of) => of.length / members.length,
  )
  return members.length === 0
    ? 0
    : Math.exp(-shares.reduce((sum, share) => sum + share * Math.log(share), 0))
}
