import { stem } from '../../src/text/stems.ts'

/** Precision, recall and their harmonic mean, each 0–1. */
export type Prf = { readonly p: number; readonly r: number; readonly f: number }
export type Rouge = { readonly r1: Prf; readonly r2: Prf; readonly rl: Prf }

/**
 * ROUGE (Lin, "ROUGE: A Package for Automatic Evaluation of Summaries", 2004) with the options
 * `-n 2 -m`: one reference, Porter stems of words longer than three letters, no stop words removed,
 * without WordNet's list of exceptions (which the Perl script adds under `-m`, worth +0.4 R1).
 * ROUGE-L is at summary level (union LCS, "Lsum"); sentences come split.
 */
export function rouge(system: readonly string[], reference: readonly string[]): Rouge {
  const ours = system.map(tokens)
  const theirs = reference.map(tokens)
  return {
    r1: overlap(ours.flat(), theirs.flat(), 1),
    r2: overlap(ours.flat(), theirs.flat(), 2),
    rl: unionLcs(ours, theirs),
  }
}

/** Lower-case runs of letters and digits, stemmed. */
export function tokens(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
  return words.map((word) => (word.length > 3 ? stem(word, 'en') : word))
}

/** ROUGE-N: n-grams in common, each counted as often as the scarcer side has it. */
function overlap(system: readonly string[], reference: readonly string[], n: number): Prf {
  const ours = grams(system, n)
  const theirs = grams(reference, n)
  let hits = 0
  for (const [gram, count] of ours) hits += Math.min(count, theirs.get(gram) ?? 0)
  return prf(hits, Math.max(0, system.length - n + 1), Math.max(0, reference.length - n + 1))
}

function grams(words: readonly string[], n: number): Map<string, number> {
  const counts = new Map<string, number>()
  for (let i = 0; i + n <= words.length; i++) {
    const gram = words.slice(i, i + n).join(' ')
    counts.set(gram, (counts.get(gram) ?? 0) + 1)
  }
  return counts
}

/**
 * For each reference sentence the words that lie on a longest common subsequence with any system
 * sentence; a word counts at most as often as each side has it (as the Perl script does).
 */
function unionLcs(system: readonly string[][], reference: readonly string[][]): Prf {
  const ours = grams(system.flat(), 1)
  const theirs = grams(reference.flat(), 1)
  let hits = 0
  for (const sentence of reference) {
    const union = new Set(system.flatMap((other) => lcsPositions(sentence, other)))
    for (const position of union) {
      const word = sentence[position] as string
      const [mine, yours] = [ours.get(word) ?? 0, theirs.get(word) ?? 0]
      if (mine === 0 || yours === 0) continue
      hits += 1
      ours.set(word, mine - 1)
      theirs.set(word, yours - 1)
    }
  }
  return prf(hits, system.flat().length, reference.flat().length)
}

/** Positions in `a` of one longest common subsequence of `a` and `b`. */
function lcsPositions(a: readonly string[], b: readonly string[]): number[] {
  const width = b.length + 1
  const table = new Uint16Array((a.length + 1) * width)
  const at = (i: number, j: number) => table[i * width + j] as number
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      table[i * width + j] =
        a[i - 1] === b[j - 1] ? at(i - 1, j - 1) + 1 : Math.max(at(i - 1, j), at(i, j - 1))
    }
  }
  const positions: number[] = []
  for (let i = a.length, j = b.length; i > 0 && j > 0; ) {
    if (a[i - 1] === b[j - 1]) {
      positions.push(--i)
      j--
    } else if (at(i - 1, j) >= at(i, j - 1)) i--
    else j--
  }
  return positions
}

function prf(hits: number, system: number, reference: number): Prf {
  const p = system === 0 ? 0 : hits / system
  const r = reference === 0 ? 0 : hits / reference
  return { p, r, f: p + r === 0 ? 0 : (2 * p * r) / (p + r) }
}
