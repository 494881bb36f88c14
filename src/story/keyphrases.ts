import { isStopWord, stem } from '../text/stems.ts'
import { splitWords } from '../text/words.ts'
import type { Doc } from './entities.ts'

/** Words of a text that are looked at. */
const LOOKED_AT_WORDS = 400
const MOST_DOCS = 40
const LONGEST_PHRASE = 3
const MOST_PHRASES = 8
/** A phrase of a title says more about the story than one of the text. */
const TITLE_WEIGHT = 3
/** A longer phrase says more than each of its words, and is rarer. */
const PER_WORD = 1.5
/** Words of one letter and bare numbers tell no story. */
const PHRASE_WORD = /^\p{L}[\p{L}\p{M}\p{N}'-]+$/u

type Tally = { count: number; docs: number; last: number; words: number; written: string }

/**
 * What the documents of one story have in common, in their own words: phrases of up to three words
 * by class-based term frequency, `√tf · ln(1 + A/f)` (Grootendorst 2022, arXiv:2203.05794), where
 * the classes are the documents: `A` their mean length and `f` the phrase's mean frequency. What
 * only one of several says is left out.
 */
export function keyPhrases(docs: readonly Doc[]): string[] {
  const read = docs.slice(0, MOST_DOCS)
  const tallies = new Map<string, Tally>()
  const lengths = read.map(({ title, text }, doc) => {
    collect(title, TITLE_WEIGHT, doc, tallies)
    return 1 + collect(text, 1, doc, tallies)
  })
  const mean = lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, read.length)
  const ranked = [...tallies.values()]
    .filter(({ docs: told, count }) => (read.length > 1 ? told > 1 : count > 1))
    .map((tally) => ({ ...tally, weight: weightOf(tally, read.length, mean) }))
    .sort((a, b) => b.weight - a.weight || (a.written < b.written ? -1 : 1))
  return withoutParts(ranked.map(({ written }) => written))
}

function weightOf({ count, docs, words }: Tally, all: number, mean: number): number {
  const share = docs / all
  return share * PER_WORD ** (words - 1) * Math.sqrt(count) * Math.log(1 + (mean * all) / count)
}

function collect(text: string, weight: number, doc: number, tallies: Map<string, Tally>): number {
  const words = splitWords(text.slice(0, LOOKED_AT_WORDS * 10)).slice(0, LOOKED_AT_WORDS)
  const usable = words.map(({ norm }) => PHRASE_WORD.test(norm) && !isStopWord(norm, 'en'))
  for (let i = 0; i < words.length; i++) {
    for (let length = 1; length <= LONGEST_PHRASE && usable[i + length - 1]; length++) {
      const run = words.slice(i, i + length)
      const [first, last] = [run[0], run.at(-1)]
      if (!first || !last || !isUnbroken(text, run)) break
      const key = run.map(({ norm }) => stem(norm, 'en')).join(' ')
      const written = text.slice(first.start, last.end).replace(/['’]s$/, '')
      add(tallies, key, { weight, doc, words: length, written: written.toLowerCase() })
    }
  }
  return words.length
}

/** Nothing but spaces and hyphens between the words. */
const isUnbroken = (text: string, run: readonly { start: number; end: number }[]) =>
  run.every((word, i) => {
    const next = run[i + 1]
    return next === undefined || /^[ -]$/.test(text.slice(word.end, next.start))
  })

function add(
  tallies: Map<string, Tally>,
  key: string,
  one: { weight: number; doc: number; words: number; written: string },
): void {
  const tally = tallies.get(key) ?? { count: 0, docs: 0, last: -1, ...one }
  tally.count += one.weight
  if (tally.last !== one.doc) tally.docs += 1
  tally.last = one.doc
  tallies.set(key, tally)
}

/** Without what a phrase above says already, in more words or fewer. */
function withoutParts(phrases: readonly string[]): string[] {
  const kept: string[] = []
  for (const phrase of phrases) {
    if (kept.length >= MOST_PHRASES) break
    const known = kept.some((one) => ` ${one} `.includes(` ${phrase} `))
    const wider = kept.some((one) => ` ${phrase} `.includes(` ${one} `))
    if (!known && !wider) kept.push(phrase)
  }
  return kept
}
