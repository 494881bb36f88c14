/** A way of titling that does not tell what happened. */
type Manner = {
  readonly pattern: RegExp
  /** What it takes from a title that may become the headline. */
  readonly cost: number
  /** Of texts that explain, ask or argue, where others report. */
  readonly isView?: true
}

const MANNERS: readonly Manner[] = [
  { pattern: /["“”«»]|(?<!\p{L})['‘]/u, cost: -0.03 },
  // It opens with somebody's words, before anybody knows whose.
  { pattern: /^["“«'‘]/u, cost: -0.07 },
  { pattern: /\?/, cost: -0.15, isView: true },
  // It asks first, and then comments on its own question.
  { pattern: /\?\s+\S/, cost: -0.15 },
  // Two words of capitals that are no names: it shouts.
  { pattern: /\p{Lu}{4,}[,!]? \p{Lu}{4,}/u, cost: -0.2 },
  { pattern: /\.{3}|…|\s\?\s|!/, cost: -0.15 },
  // It counts or lists, where another says what happened.
  {
    pattern:
      /\b(?:\d{1,2}|three|four|five|six|seven) (?:takeaways|things|winners|losers|reasons|questions|ways|facts|lessons|ideas|myths|charts|moments|quotes)\b/i,
    cost: -0.25,
    isView: true,
  },
  {
    pattern:
      /^(?:[\p{L}.]{2,12} )?(?:timeline|fact[- ]check|explainer|q&a|profile|transcript|read)\s?:/iu,
    cost: -0.25,
  },
  {
    pattern: /^(?:opinion|editorial|commentary|analysis|column|review|letters?|op-ed)\b/i,
    cost: -0.4,
    isView: true,
  },
  // It speaks to the reader, or for its writer.
  {
    pattern: /\b(?:[Ww]e|[Oo]ur|[Yy]ou|[Yy]our|I|[Mm]y|[Ll]et['’]s|[Dd]on['’]t|[Tt]his [Ii]s)\b/,
    cost: -0.1,
  },
  // It tells what ought to be, or who is right.
  {
    pattern:
      /\b(?:should|shouldn['’]t|isn['’]t|aren['’]t|is not|needs? to|ought to|deserves?)\b|(?:\b(?:is|are|was|were)|['’]s) (?:\p{L}+ly )?(?:right|wrong|meritless|beside the point|an? (?:mistake|failure|hoax|sham|joke|disaster|disgrace)|(?:great|good|bad) (?:for|news))\b/iu,
    cost: -0.1,
    isView: true,
  },
  // It argues, or explains what others have told.
  {
    pattern:
      /\bexplained$|[:,–—] (?:why|how|what)\b|\b(?:case|argument) (?:for|against)\b|\b(?:truth|problem|trouble|myth|lies?) (?:about|with|of|behind)\b|^the (?:real|true)\b/i,
    cost: -0.15,
    isView: true,
  },
  // It colours what it tells.
  {
    pattern:
      /\b(?:disastrous|disgraceful|epic|hypocri\w{2,4}|hysteri\w{1,4}|insane|lol|madness|meltdown|repugnant|shameful|stunning|suicidal|trainwreck|wisely|rightly)\b/i,
    cost: -0.1,
  },
  // It explains, asks or counts.
  {
    pattern:
      /^(?:how|why|what|who|when|where|is|are|do|does|did|can|could|should|will|has|have|meet|\d{1,2} things)\b/i,
    cost: -0.15,
    isView: true,
  },
]

/** What the manners of a title take from it, ≤ 0. */
export const mannersOf = (title: string): number =>
  MANNERS.reduce((sum, { pattern, cost }) => sum + (pattern.test(title) ? cost : 0), 0)

/** Whether a title explains, asks or argues: so does the text below it. English only. */
export const isViewTitle = (title: string): boolean =>
  MANNERS.some(({ pattern, isView }) => isView && pattern.test(title))
