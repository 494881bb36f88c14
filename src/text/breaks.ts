import { codesOf } from './codes.ts'

/** What a character is to the rules for sentences; `UNKNOWN` where the table below does not tell. */
const UNKNOWN = 0
const OTHER = 1
const UPPER = 2
const LOWER = 3
const DIGIT = 4
const STOP = 5
const MARK = 6
const CLOSE = 7
const SPACE = 8
const LINE = 9
const GOES_ON = 10

/** Code units up to the end of general punctuation, and the euro sign. */
const TABLE = new Uint8Array(0x20ad)

const put = (kind: number, from: number, to = from) => TABLE.fill(kind, from, to + 1)
put(OTHER, 0x00, 0xac)
put(OTHER, 0xae, 0xff)
put(OTHER, 0x2010, 0x2017)
put(OTHER, 0x2020, 0x2023)
put(OTHER, 0x2026, 0x2027)
put(OTHER, 0x20ac)
put(UPPER, 0x41, 0x5a)
put(UPPER, 0xc0, 0xde)
put(LOWER, 0x61, 0x7a)
put(LOWER, 0xdf, 0xff)
for (const sign of 'ªµº') put(LOWER, sign.charCodeAt(0))
for (const sign of '×÷') put(OTHER, sign.charCodeAt(0))
put(DIGIT, 0x30, 0x39)
put(STOP, 0x2e)
for (const sign of '!?') put(MARK, sign.charCodeAt(0))
for (const sign of '()[]{}"\'«»') put(CLOSE, sign.charCodeAt(0))
put(CLOSE, 0x2018, 0x201f)
for (const sign of '\t\v\f \u00a0') put(SPACE, sign.charCodeAt(0))
for (const sign of '\n\r\u0085') put(LINE, sign.charCodeAt(0))
for (const sign of ',-:;–—') put(GOES_ON, sign.charCodeAt(0))

/**
 * Where the sentences of a text of Western letters end by the rules of Unicode Annex 29, the same
 * places as `Intl.Segmenter` finds, in a fraction of its time; `null` where a character is in none of
 * the tables here.
 */
export function breaksOf(text: string): number[] | null {
  const codes = codesOf(text)
  const ends: number[] = []
  for (let i = 0; i < text.length; ) {
    const kind = kindAt(codes, i)
    if (kind === UNKNOWN) return null
    const end = endAt(codes, i, kind, text.length)
    if (end !== null) ends.push(end)
    i = end ?? i + 1
  }
  if (text.length > 0 && ends.at(-1) !== text.length) ends.push(text.length)
  return ends
}

const kindAt = (codes: Uint16Array, at: number): number => TABLE[codes[at] as number] ?? UNKNOWN

const afterLine = (codes: Uint16Array, at: number) =>
  at + (codes[at] === 0x0d && codes[at + 1] === 0x0a ? 2 : 1)

/** Where the sentence ends that the character at `at` may close; `null` where it goes on (SB3–SB11). */
function endAt(codes: Uint16Array, at: number, kind: number, length: number): number | null {
  if (kind === LINE) return afterLine(codes, at)
  if (kind !== STOP && kind !== MARK) return null
  if (kind === STOP && isInside(codes, at)) return null
  const end = skip(codes, skip(codes, at + 1, CLOSE), SPACE)
  if (end === length) return end
  const next = kindAt(codes, end)
  if (next === GOES_ON || next === STOP || next === MARK) return null
  if (next === LINE) return afterLine(codes, end)
  return kind === STOP && isLowerNext(codes, end, length) ? null : end
}

/** A stop before a digit, or between letters as in `U.S`. */
function isInside(codes: Uint16Array, at: number): boolean {
  const next = kindAt(codes, at + 1)
  if (next === DIGIT) return true
  if (next !== UPPER || at === 0) return false
  const before = kindAt(codes, at - 1)
  return before === UPPER || before === LOWER
}

function skip(codes: Uint16Array, from: number, kind: number): number {
  let at = from
  while (kindAt(codes, at) === kind) at++
  return at
}

/** Whether the next letter is a small one, with no mark before it. */
function isLowerNext(codes: Uint16Array, from: number, length: number): boolean {
  for (let at = from; at < length; at++) {
    const kind = kindAt(codes, at)
    if (kind === LOWER) return true
    if (kind === UPPER || kind === LINE || kind === STOP || kind === MARK) return false
  }
  return false
}
