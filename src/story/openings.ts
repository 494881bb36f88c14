/**
 * What stands before the first word of a sentence and is none of it: `WASHINGTON (AP) —`,
 * `(CNN) -`, `AURORA, Colo. —`, the label of a picture, the bullet of a list. Each needs the sentence to begin with a
 * capital, a digit or a quotation mark after it, so that `NATO — the alliance — said` stays whole.
 */
const OPENINGS: readonly RegExp[] = [
  // A place or none, and the wire or station in brackets.
  /^[\p{L}\p{N}.,'’/ -]{0,60}\(\p{Lu}[\p{L}./ ]{1,24}\)\s{0,3}(?:--?|[—–:])\s{0,3}(?=["“‘]?[\p{Lu}\p{N}])/u,
  // The commonest wires and stations also go without a dash.
  /^[\p{L}\p{N}.,'’/ -]{0,60}\((?:AFP|AP|BBC|CNN|dpa|NPR|Reuters|UPI)\)\s{1,3}(?=[\p{Lu}\p{N}])/u,
  // A place in capitals, perhaps its state or country and the day; or a heading that shouts.
  /^\p{Lu}[\p{Lu}.'’ -]{3,80}(?:,\s[\p{L}. ]{2,24}){0,2}(?:,?\s\p{L}{3,9}\.? \d{1,2})?(?:\s{0,3}(?:--|[—–])\s{0,3}|\s-\s)(?=["“‘]?[\p{Lu}\p{N}])/u,
  /^(?:Video|Photo|Image|Audio) (?=(?:An?|The|In|On|At|After|As) )/,
  // When it was written last.
  /^(?:Update|UPDATE)d?(?: \([^()]{1,50}\)|,? (?:at )?\d{1,2}(?::\d\d)? ?[ap]\.?m\.?(?: \p{Lu}{2,4})?)?: (?=\p{Lu})/u,
  /^[•▪●◦■►▶*·]\s{0,3}/u,
]

/** Most sentences have none of the marks, and are spared the patterns. */
const MARKED = /[(—–•▪●◦■►▶*·]|-[ -]|^(?:(?:Video|Photo|Image|Audio) |U(?:pdate|PDATE))/
/** Code units in which an opening ends. */
const LONGEST = 120

/** Code units before the first word that is part of the sentence. */
export function openingLength(sentence: string): number {
  if (!MARKED.test(sentence.slice(0, LONGEST))) return 0
  for (const opening of OPENINGS) {
    const length = opening.exec(sentence)?.[0].length
    if (length !== undefined) return length
  }
  return 0
}
