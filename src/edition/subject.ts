import type { Issue } from '../model.ts'
import { cardsOf } from './select.ts'
import { type Speak, textsFor } from './texts.ts'

/** What phones show of a subject line. */
const SUBJECT_CHARACTERS = 60

/** What inboxes show of a preview: shorter ones let the mail's first words leak in. */
const PREHEADER_CHARACTERS = { min: 85, max: 110 }

/** A clause shorter than this does not stand for its headline. */
const MIN_CLAUSE_CHARACTERS = 30

/** Words a cut must not end on. */
const DANGLING =
  /\s+(?:a|an|and|are|as|at|but|by|for|from|has|have|in|into|is|its|nor|of|on|or|over|than|that|the|their|this|to|was|were|while|who|will|with|&)$/i

const OPENING = { '“': '”', '„': '“', '«': '»', '‘': '’', '(': ')', '[': ']' } as const

/**
 * The subject line of an issue: its top headline within 60 characters, cut at a clause or a word.
 *
 * @param recent subjects of earlier editions: one of them is not used again when another
 *   headline of the issue can stand in.
 */
export function makeSubject(issue: Issue, recent: readonly string[] = []): string {
  const subjects = [issue.top, ...issue.highlights]
    .map(({ headline }) => shorten(headline))
    .filter((subject) => subject !== '')
  return subjects.find((subject) => !recent.includes(subject)) ?? subjects[0] ?? ''
}

/** The preview line beside the subject: `Plus: …; …`, from the first stories it does not name. */
export function makePreheader(
  issue: Issue,
  subject = makeSubject(issue),
  say: Speak = textsFor('en'),
): string {
  const [first, ...rest] = cardsOf(issue)
    .filter(({ headline }) => shorten(headline) !== subject)
    .map(({ headline }) => tidy(headline))
    .filter((headline) => headline !== '')
  if (first === undefined) return ''
  let line = say('plus', { headline: first })
  for (const [index, headline] of rest.entries()) {
    if (index > 0 && line.length >= PREHEADER_CHARACTERS.min) break
    line += `; ${headline}`
    if (line.length >= PREHEADER_CHARACTERS.max) break
  }
  return cut(line, PREHEADER_CHARACTERS.max)
}

function shorten(headline: string): string {
  const whole = tidy(headline)
  if (whole.length <= SUBJECT_CHARACTERS) return whole
  const clauses = [...whole.slice(0, SUBJECT_CHARACTERS + 1).matchAll(/(?:;|:|\s[–—-])\s/g)]
  const clause = whole.slice(0, clauses.at(-1)?.index ?? 0)
  if (clause.length >= MIN_CLAUSE_CHARACTERS && !opensMore(clause)) return clause
  return cut(whole, SUBJECT_CHARACTERS)
}

/** Cuts at a word boundary, with an ellipsis that counts; `limit` in UTF-16 code units. */
function cut(text: string, limit: number): string {
  if (text.length <= limit) return text
  let kept = text.slice(0, boundary(text, limit - 1))
  for (let before = ''; before !== kept; ) {
    before = kept
    kept = withoutOpening(kept)
      .replace(/[\s\p{P}]+$/u, (end) => end.match(/^[”»’")\]%]+/)?.[0] ?? '')
      .replace(DANGLING, '')
  }
  return text.startsWith('; ', kept.length) ? kept : `${kept}…`
}

/** The last space at or before `limit`; in text without spaces, the last end of a word. */
function boundary(text: string, limit: number): number {
  const space = text.lastIndexOf(' ', limit)
  if (space > limit / 2) return space
  const segments = new Intl.Segmenter('en', { granularity: 'word' }).segment(
    text.slice(0, limit + 1),
  )
  return [...segments].at(-1)?.index || limit
}

/** Drops a quotation or bracket that the cut left open, with what stands in it. */
function withoutOpening(text: string): string {
  const at = lastOpen(text)
  return at > 0 ? text.slice(0, at) : at === 0 ? text.slice(1) : text
}

const opensMore = (text: string) => lastOpen(text) >= 0

function lastOpen(text: string): number {
  const straight = [...text.matchAll(/"/g)]
  const open = Object.entries(OPENING).map(([left, right]) => {
    const at = text.lastIndexOf(left)
    return at > text.lastIndexOf(right) ? at : -1
  })
  return Math.max(...open, straight.length % 2 === 1 ? (straight.at(-1)?.index ?? -1) : -1)
}

/** Soft hyphens, zero-width spaces and direction controls; joiners stay, words need them. */
const INVISIBLE = /[\u00AD\u200B\u2060\uFEFF\u202A-\u202E\u2066-\u2069]/g

/** One line: no line breaks, control characters or doubled spaces, no full stop at the end. */
function tidy(headline: string): string {
  return headline
    .replace(INVISIBLE, '')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .replace(/(?<![.\p{Lu}])\.$/u, '')
}
