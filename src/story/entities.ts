import { isStopWord } from '../text/stems.ts'
import { splitWords } from '../text/words.ts'

export type Doc = { readonly title: string; readonly text: string }

/** Somebody or something a story names, as it is written most fully. */
export type Entity = {
  readonly name: string
  /** Times it is named, under any of its names. */
  readonly count: number
  /** Documents that name it. */
  readonly docs: number
}

/** Code units of a text that are looked at: who matters is named early. */
const LOOKED_AT = 4_000
const MOST_DOCS = 40
/** Words of one name, with the small ones inside. */
const LONGEST_NAME = 5
/** Names kept, the most told first. */
const MOST_NAMES = 12
/** Named in so many documents, or so often: anything less may be a slip of the spelling. */
const ENOUGH = 2
/** What may stand between two words of one name. */
const INSIDE = new Set([
  'of',
  'de',
  'du',
  'da',
  'del',
  'van',
  'von',
  'der',
  'den',
  'bin',
  'al',
  'la',
])
/** Days and months are no names, nor are forms of address. */
const NO_NAME = new Set(
  'monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october november december mr mrs ms dr sen rep gov gen'.split(
    ' ',
  ),
)

type Tally = { count: number; docs: Set<number> }

/**
 * Who and what the documents of a story name: runs of capitalised words, without rules of any
 * language but that names are capitalised. A single word that begins a sentence is no name by that.
 * A last name joins the full name, an acronym the name it abbreviates. Most named first.
 */
export function findEntities(docs: readonly Doc[]): Entity[] {
  const tallies = new Map<string, Tally>()
  docs.slice(0, MOST_DOCS).forEach(({ title, text }, doc) => {
    // A title in Title Case would make one name of everything: only texts are read.
    const read = text === '' ? title : text
    for (const name of namesIn(read.slice(0, LOOKED_AT))) note(tallies, name, doc)
  })
  const merged = merge(tallies)
  return [...merged]
    .map(([name, { count, docs }]) => ({ name, count, docs: docs.size }))
    .filter(({ count, docs }) => docs >= ENOUGH || count >= ENOUGH)
    .sort((a, b) => b.docs - a.docs || b.count - a.count || (a.name < b.name ? -1 : 1))
    .slice(0, MOST_NAMES)
}

function note(tallies: Map<string, Tally>, name: string, doc: number): void {
  const tally = tallies.get(name) ?? { count: 0, docs: new Set() }
  tally.count += 1
  tally.docs.add(doc)
  tallies.set(name, tally)
}

function namesIn(text: string): string[] {
  const words = splitWords(text)
  const names: string[] = []
  for (let i = 0; i < words.length; ) {
    const length = runFrom(text, words, i)
    const [first, last] = [words[i], words[i + length - 1]]
    if (first && last && length > 0 && isName(text, words, i, length))
      names.push(bareName(text.slice(first.start, last.end)))
    i += Math.max(1, length)
  }
  return names
}

const bareName = (name: string) => name.replace(/['’]s$/, '')

type Words = ReturnType<typeof splitWords>

/** Words of the run of capitalised words that begins at `from`; 0 where none does. */
function runFrom(text: string, words: Words, from: number): number {
  if (isStopWord(words[from]?.norm ?? '', 'en')) return 0 // it only begins the sentence
  let length = 0
  for (let next = from; next < words.length && next - from < LONGEST_NAME; next++) {
    const word = words[next]
    if (!word || (next > from && !isJoined(text, words, next))) break
    if (isCapital(text, word)) length = next - from + 1
    if (isPossessive(text, word)) break
    if (!isCapital(text, word) && (length === 0 || !INSIDE.has(word.norm))) break
  }
  return length
}

const isCapital = (text: string, { norm, start }: Words[number]) =>
  /\p{Lu}/u.test(text.charAt(start)) && !NO_NAME.has(norm)

/** `Kremlin’s`: the name ends there. */
const isPossessive = (text: string, { start, end }: Words[number]) =>
  /['’]s$/.test(text.slice(start, end))

/** Only a space, or the full stop of an initial, stands before the word. */
function isJoined(text: string, words: Words, at: number): boolean {
  const [before, word] = [words[at - 1], words[at]]
  if (!before || !word) return false
  const gap = text.slice(before.end, word.start)
  return gap === ' ' || (gap === '. ' && before.end - before.start === 1)
}

function isName(text: string, words: Words, at: number, length: number): boolean {
  const word = words[at]
  if (!word || length > 1) return length > 1
  const written = text.slice(word.start, word.end)
  return isAcronym(written) || (written.length > 1 && !opensSentence(text, word.start))
}

const isAcronym = (written: string) => /^(?:\p{Lu}{2,6}|(?:\p{Lu}\.){2,4})$/u.test(written)

/** After the end of a sentence or an opening mark; the stop of `Mr.` ends none. */
function opensSentence(text: string, start: number): boolean {
  const before = text.slice(Math.max(0, start - 6), start)
  if (/(?:^|\W)(?:Mr|Mrs|Ms|Dr|Sen|Rep|Gov|Gen)\. $/.test(before)) return false
  return start === 0 || /[.!?:;“”"(\n]\s{0,3}["“‘(]?$/u.test(before)
}

/**
 * Last names and acronyms join the one full name they can stand for, and a full name with a title
 * before it the same without.
 */
function merge(tallies: ReadonlyMap<string, Tally>): Map<string, Tally> {
  const full = [...tallies.keys()].filter((name) => name.includes(' '))
  const merged = new Map<string, Tally>()
  for (const [name, tally] of tallies) {
    const target = name.includes(' ') ? untitled(full, name) : (onlyOne(full, name) ?? name)
    const into = merged.get(target) ?? { count: 0, docs: new Set<number>() }
    into.count += tally.count
    for (const doc of tally.docs) into.docs.add(doc)
    merged.set(target, into)
  }
  return merged
}

const untitled = (full: readonly string[], name: string): string =>
  full.filter((one) => name.endsWith(` ${one}`)).sort((a, b) => a.length - b.length)[0] ?? name

/** The full name that `short` ends or abbreviates; none where two could be meant. */
function onlyOne(full: readonly string[], short: string): string | undefined {
  const meant = new Set(
    full
      .filter((name) => name.endsWith(` ${short}`) || initials(name) === plain(short))
      .map((name) => untitled(full, name)),
  )
  return meant.size === 1 ? [...meant][0] : undefined
}

const plain = (name: string) => name.replaceAll('.', '')

const initials = (name: string) =>
  name
    .split(' ')
    .filter((word) => /^\p{Lu}/u.test(word))
    .map((word) => word.charAt(0))
    .join('')
