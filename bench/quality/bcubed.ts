/** Shares, 0–1. */
export type Agreement = {
  readonly precision: number
  readonly recall: number
  readonly f1: number
  /** F1 over pairs of items put together; one wrong merge of two big groups sinks it. */
  readonly pairF1: number
}

/**
 * B-Cubed (Bagga & Baldwin, COLING-ACL 1998): for each item the share of its group that belongs to
 * its gold group, and the share of its gold group that is in its group; averaged over items.
 *
 * @param groups and `gold` name each item's group, in the same order.
 */
export function compareGroups(groups: readonly string[], gold: readonly string[]): Agreement {
  const items = compareItems(groups, gold)
  const mean = (share: (item: (typeof items)[number]) => number) =>
    items.reduce((sum, item) => sum + share(item), 0) / items.length
  const precision = mean((item) => item.precision)
  const recall = mean((item) => item.recall)
  const both = groups.map((group, i) => JSON.stringify([group, gold[i]]))
  const [inGroup, inGold, inBoth] = [groups, gold, both].map(countEach) as [Count, Count, Count]
  const pairF1 = (2 * pairs(inBoth)) / (pairs(inGroup) + pairs(inGold))
  return { precision, recall, f1: (2 * precision * recall) / (precision + recall), pairF1 }
}

/** The agreement of each item by itself, for intervals. */
export function compareItems(groups: readonly string[], gold: readonly string[]) {
  const both = groups.map((group, i) => JSON.stringify([group, gold[i]]))
  const [inGroup, inGold, inBoth] = [groups, gold, both].map(countEach) as [Count, Count, Count]
  return groups.map((group, i) => {
    const shared = inBoth.get(both[i] ?? '') ?? 0
    const precision = shared / (inGroup.get(group) ?? 1)
    const recall = shared / (inGold.get(gold[i] ?? '') ?? 1)
    return { precision, recall, f1: (2 * precision * recall) / (precision + recall) }
  })
}

type Count = ReadonlyMap<string, number>

function countEach(names: readonly string[]): Count {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}

const pairs = (counts: Count) => [...counts.values()].reduce((sum, n) => sum + (n * (n - 1)) / 2, 0)
