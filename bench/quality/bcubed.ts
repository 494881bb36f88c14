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
  const both = groups.map((group, i) => JSON.stringify([group, gold[i]]))
  const [inGroup, inGold, inBoth] = [groups, gold, both].map(countEach) as [Count, Count, Count]
  let precision = 0
  let recall = 0
  groups.forEach((group, i) => {
    const shared = inBoth.get(both[i] ?? '') ?? 0
    precision += shared / (inGroup.get(group) ?? 1) / groups.length
    recall += shared / (inGold.get(gold[i] ?? '') ?? 1) / groups.length
  })
  const pairF1 = (2 * pairs(inBoth)) / (pairs(inGroup) + pairs(inGold))
  return { precision, recall, f1: (2 * precision * recall) / (precision + recall), pairF1 }
}

type Count = ReadonlyMap<string, number>

function countEach(names: readonly string[]): Count {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}

const pairs = (counts: Count) => [...counts.values()].reduce((sum, n) => sum + (n * (n - 1)) / 2, 0)
