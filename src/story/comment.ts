import type { Candidate } from './candidates.ts'

/** Sentences from which on a text can be told to be a comment. */
const FEWEST = 8
/** Share of its sentences that name who says so, up to which it is one. */
const MOST_ATTRIBUTED = 0.1

const ATTRIBUTES =
  /\b(?:said|says|told|tells|according to|announced|reported|tweeted|testified|asked|added|wrote)\b/
const ENGLISH = /\b(?:the|of|and)\b/i

/**
 * Of several documents those that comment, by their number: what reports says every few sentences who
 * said so. Of articles that their publishers call opinions three in four are found, of the reports of
 * agencies one in ten is. English only.
 */
export function commentsAmong(candidates: readonly Candidate[]): ReadonlySet<number> {
  const found = new Set<number>()
  const byDoc = Map.groupBy(candidates, (one) => one.doc)
  if (byDoc.size < 2) return found
  for (const [doc, of] of byDoc) {
    const english = of.filter(({ text }) => ENGLISH.test(text)).length
    if (of.length < FEWEST || 2 * english < of.length) continue
    const attributed = of.filter(({ text }) => ATTRIBUTES.test(text)).length
    if (attributed <= MOST_ATTRIBUTED * of.length) found.add(doc)
  }
  return found
}
