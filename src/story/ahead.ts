import type { Article } from '../model.ts'
import type { Candidate } from './candidates.ts'

/** How much later another article must be for what this one looks forward to to have come. */
const LATER_MS = 3_600_000

/** It looks forward to what has a day. English only. */
const AHEAD =
  /\b(?:is|are|was|were|be) (?:set|poised|expected|due|scheduled|about|gearing up) to\b|\b(?:is|are) (?:preparing|barrel(?:ing|ling)|heading into|moving ahead|pushing ahead)\b|\b(?:has|have) yet to\b|\b(?:will|would|arrives?|begins?|departs?|heads?|holds?|(?:is|are) going)\b.{0,200}\b(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|tonight|today|tomorrow|(?:this|next) week|(?:Jan|Feb|March|April|May|June|July|Aug|Sept|Oct|Nov|Dec)[a-z]{0,6}\.? \d{1,2})\b|\b[Oo]n (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,?(?: \p{Lu}.{1,40})? (?:will|is to)\b|\b(?:looming|looms|(?:hours|days|weeks) away)\b/su

/**
 * Tells whether a sentence still looks forward when a later article of the same turn has gone on: on
 * Tuesday nobody wants to read that the vote is expected on Monday.
 *
 * @param articles those that a candidate's `doc` counts.
 */
export function isOvertaken(articles: readonly Article[]): (sentence: Candidate) => boolean {
  const times = articles.map(({ publishedAt }) => Date.parse(publishedAt))
  const last = Math.max(...times)
  return ({ doc, text }) => last - (times[doc] ?? last) >= LATER_MS && AHEAD.test(text)
}
