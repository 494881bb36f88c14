/** What reads badly outside its text, with what it costs a sentence. */
const FLAWS: readonly { readonly pattern: RegExp; readonly cost: number }[] = [
  // Speech: a pull quote is somebody's view, and half of a longer speech lacks its speaker.
  { pattern: /["“”„«»]/, cost: 0.1 },
  // A question promises an answer that is not there.
  { pattern: /[?？]["”’]?$/, cost: 0.2 },
  // It speaks of the text or to the reader, not of the news.
  {
    pattern:
      /^(?:Imagine|Remember|Think|Consider|Meet|Forget)\b|\b(?:this|the) (?:article|post|blog|piece|episode|video)\b/i,
    cost: 0.2,
  },
  // The writer's own view.
  { pattern: /^(?:["“])?(?:I|We|Let['’]s|In my)\b/, cost: 0.1 },
]

/** Words that stand for something said before, or join on to it. English; harmless elsewhere. */
const DANGLING =
  /^["“‘'(]?(?:he|she|it|its|they|them|their|his|her|hers|this|that|these|those|such|you|your|my|our|but|and|so|yet|or|however|meanwhile|still|instead|also|then|there|here|both|another|others?|in doing so|as a result|as part of (?:his|her|their)|in addition|for example|by contrast|at the time)\b/i

/** What a dangling beginning costs, unless the sentence before comes along. */
export const DANGLING_COST = 0.2

export const isDangling = (sentence: string) => DANGLING.test(sentence)

/** The sum of what the flaws of a sentence cost, ≥ 0. */
export const flawsOf = (sentence: string) =>
  FLAWS.reduce((sum, flaw) => sum + (flaw.pattern.test(sentence) ? flaw.cost : 0), 0)
