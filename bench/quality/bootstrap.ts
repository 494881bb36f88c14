export type Interval = { readonly mean: number; readonly low: number; readonly high: number }

/**
 * Mean of paired differences with its 95 % interval, by the percentile bootstrap (Koehn,
 * "Statistical Significance Tests for Machine Translation Evaluation", EMNLP 2004).
 *
 * @param differences one per example: ours less the other's.
 */
export function pairedBootstrap(
  differences: readonly number[],
  { rounds = 2_000, seed = 1 } = {},
): Interval {
  const next = generator(seed)
  const n = differences.length
  const means = Array.from({ length: rounds }, () => {
    let sum = 0
    for (let i = 0; i < n; i++) sum += differences[Math.floor(next() * n)] as number
    return sum / n
  }).sort((a, b) => a - b)
  const at = (share: number) => means[Math.min(rounds - 1, Math.floor(share * rounds))] as number
  const mean = differences.reduce((sum, value) => sum + value, 0) / n
  return { mean, low: at(0.025), high: at(0.975) }
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function generator(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
