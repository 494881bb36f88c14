/**
 * What reads badly outside its text, with what it costs a sentence. Where a pattern looks back, it is
 * for speed: it finds what is rare first.
 */
const FLAWS: readonly { readonly pattern: RegExp; readonly cost: number }[] = [
  // Speech: a pull quote is somebody's view, and half of a longer speech lacks its speaker.
  { pattern: /["“”„«»]/, cost: 0.1 },
  // Nothing but speech: nobody says whose.
  { pattern: /^["“„«][^"“”„«»]{1,600}["”“»]$/, cost: 0.3 },
  // What was left out before it, or the end of a speech in single marks.
  { pattern: /^(?:…|\.{3})/, cost: 0.3 },
  {
    pattern:
      /[\p{L}.,?!]['’] (?:\p{Lu}[\p{L}.]{0,20} ){0,3}(?:said|says|added|told|wrote|tweeted)\b(?<!(?:‘|(?<![\p{L}.,?!])').{0,600})/su,
    cost: 0.3,
  },
  // The same where the marks are single ones: one opens and none closes, or the other way round.
  {
    pattern: /^['‘](?!.{1,600}['’](?!\p{L}))|[.!?]['’]$(?<!(?:^|[\s(])['‘].{1,600})/su,
    cost: 0.3,
  },
  // Speech of somebody named before.
  { pattern: /,["”] (?:he|she|they) (?:said|says|added|told)\b/, cost: 0.1 },
  // A line of a conversation: `Ada Lind: No.`
  { pattern: /^\p{Lu}[\p{L}.'’-]{1,20}(?: \p{Lu}[\p{L}.'’-]{1,20}){1,2}:/u, cost: 0.2 },
  // Who the author is.
  {
    pattern:
      /^(?:\p{Lu}\S{1,20} ){2,3}(?:is|was) (?:an? |the )?(?:senior |visiting |former )?(?:author|contributor|fellow|founder|governor|lecturer|president|professor|solicitor)\b/iu,
    cost: 0.2,
  },
  // What a text is about, without a verb that tells anything.
  {
    pattern:
      /^\p{Lu}\p{Ll}{2,20}ing (?:the|an?|how|why|what|into|at)\b(?!.{0,600}(?:,|\b(?:is|are|was|were|has|have|had|will|would|can|could|may|might|helps?|makes?|means|takes?)\b))/su,
    cost: 0.3,
  },
  // The same of who writes: `Ada Lind is the Herald's bridge columnist.`
  {
    pattern:
      /^(?:\p{Lu}\S{1,20} ){2,3}(?:is|was) [^,]{0,60}\b(?:analyst|columnist|correspondent|editor|reporter|writer)\b[^,]{0,40}\.$/u,
    cost: 0.2,
  },
  // A heading: every word but the small ones has a capital.
  {
    pattern:
      /^(?:["“‘'(]?[\p{Lu}\p{N}]\S* (?:(?:an?|and|as|at|by|for|from|in|of|on|or|the|to|with) ){0,3}){4,60}["“‘'(]?[\p{Lu}\p{N}]\S*$/u,
    cost: 0.3,
  },
  // `The mayor on Monday: Build it.`
  { pattern: /^(?:\p{Lu}\S{1,20} ){1,3}on \p{Lu}\p{Ll}{2,5}day: /u, cost: 0.2 },
  // `What a week it was.`
  { pattern: /^(?:What|How) an? \p{Ll}/u, cost: 0.2 },
  // Seven words or fewer: a flourish (`The fight is over.`) or a piece of a heading.
  { pattern: /^(?:\S{1,24}\s+){1,6}\S{1,24}$/, cost: 0.2 },
  // Reports do not cry out.
  { pattern: /!["”’]?$/, cost: 0.2 },
  // A question promises an answer that is not there.
  { pattern: /[?？]["”’]?$/, cost: 0.2 },
  // It points at what stands on the page, or opens with somebody who stands for many.
  {
    pattern:
      /^(?:Below|Above|Here) (?:are|is)\b|\bhere (?:are|is) (?:how|the|what|why)\b|^(?:Watch|Read|See|Listen to) (?:the|this|our|more|all)\b|^Like (?:many|most|millions|thousands|other|countless)\b/,
    cost: 0.2,
  },
  // Clearing one's throat: true of any day and any subject.
  {
    pattern:
      /\b(?:in recent years|(?:is|been|become) a hot topic|in today['’]s (?:\S{1,20} ){0,2}world|fraught with|(?:rapidly|ever)[- ](?:evolving|changing)|plays? an? (?:crucial|vital|key|pivotal|important) role)\b/i,
    cost: 0.1,
  },
  // A writer weighs what others report.
  {
    pattern:
      /\b(?:arguably|clearly|frankly|hopefully|ironically|laughably|obviously|of course|perhaps|predictably|rightly|sadly|seemingly|shockingly|supposedly|(?:un)?surprisingly|undoubtedly|unfortunately|wrongly)\b|\b(?:in the books|on the verge of|(?:was|were|is|are) supposed to|it(?: i|['’])s (?:clear|hard|no (?:secret|surprise|wonder)|time|worth))\b/i,
    cost: 0.1,
  },
  // It speaks of the text or to the reader, not of the news.
  {
    pattern:
      /^(?:Imagine|Remember|Think|Consider|Meet|Forget)\b|\b(?:this|the) (?:article|post|blog|piece|episode|video)\b/i,
    cost: 0.2,
  },
  // The writer's own view, or the writer: `I` outside of speech and not a king's number.
  { pattern: /^(?:["“])?(?:We|Let['’]?s|Let us|In my)\b/, cost: 0.1 },
  {
    pattern:
      /^(?:\p{L}+ )?I['’ ]\p{Ll}|\bI(?=['’ ]\p{Ll})(?<!\p{Lu}\p{L}{0,20} I)(?<=^[^"“”„«»]{1,600}I)/u,
    cost: 0.2,
  },
  { pattern: /\b(?:we|our)\b(?<=^[^"“”„«»]{0,600})/, cost: 0.1 },
  // It speaks to the reader.
  {
    pattern: /\bplease\b|\bgood (?:morning|evening)\b|^[^"“”„«»]{0,600}\byou(?:rs?)?\b/i,
    cost: 0.15,
  },
  // It tells what a picture shows.
  {
    pattern:
      /\b(?:looks? on|looks? through|gestures|poses? (?:for|with)|speaks (?:during|at|to reporters)|(?:is|are) (?:seen|pictured)|(?:carry|hold) (?:up )?signs|carries a sign)\b/,
    cost: 0.2,
  },
  // An aside, and a label: `Why it matters: The bridge…`
  { pattern: /^\(.{1,600}\)$|^\p{Lu}[^.,:;"“”\n]{2,28}: \p{Lu}/su, cost: 0.15 },
  // Who stands where in it.
  {
    pattern: /, (?:left|right|cent(?:er|re)),|\b(?:from|at) (?:far )?(?:left|right)[,:]/,
    cost: 0.3,
  },
  // Its day, in full, of what is going on.
  {
    pattern:
      /day, (?:Jan|Feb|March|April|May|June|July|Aug|Sept|Oct|Nov|Dec)[a-z]{0,6}\.? \d{1,2}, \d{4}\b(?<=^.{1,200}\b(?:is|are|\p{Ll}{2,20}s) .{0,200})/su,
    cost: 0.2,
  },
  // The same of nameless people, in the present.
  {
    pattern:
      /^(?:People|Protesters|Supporters|Demonstrators|Residents|Mourners|Police officers|Officers|Soldiers|Firefighters|Workers|Voters|Fans|Members) (?:gather|walk|stand|march|wait|hold|attend|react|watch|listen|line|chant|wave)\b/,
    cost: 0.2,
  },
  // A caption without a verb: `The mayor at the quay in April.`
  {
    pattern:
      /\b(?=(?:January|February|March|April|May|June|July|August|September|October|November|December|(?:Jan|Feb|Aug|Sept|Oct|Nov|Dec)\.)(?: \d{1,2})?,?(?: (?:19|20)\d\d)?\.$)(?<=^(?!.{0,300}\b(?:is|are|was|were|has|have|had|will|would|can|could|may|might|said|says|\p{L}{2,20}ed)\b)\p{Lu}.{1,120}\b(?:at|in|on|during|outside|near|before|after) .{1,120})/su,
    cost: 0.3,
  },
  // Only captions give the year of the day, or of what is going on.
  {
    pattern:
      /\d, \d{4}(?:,(?<=^.{1,300}\b(?:Jan|Feb|March|April|May|June|July|Aug|Sept|Oct|Nov|Dec)[a-z]{0,6}\.? \d{1,2}, \d{4},)(?<!\b(?:was|were|had|said|\p{L}{2,20}ed) .{0,300})(?!.{0,300}\b(?:was|were|had|said|\p{L}{2,20}ed) )|\.$(?<=\b(?:Jan|Feb|March|April|May|June|July|Aug|Sept|Oct|Nov|Dec)[a-z]{0,6}\.? \d{1,2}, \d{4}\.))/su,
    cost: 0.2,
  },
]

/** Words that stand for something said before, or join on to it. English, and the
 * commonest of German, French and Spanish. */
const DANGLING =
  /^["“‘'(]?(?:he|she|it|its|they|them|their|his|her|hers|this|that|these|those|such|you|your|my|our|but|and|so|yet|or|however|meanwhile|still|instead|also|then|there|here|both|another|others?|in doing so|in (?:his|her|their|its|these|those|such)|as a result|as part of (?:his|her|their)|in addition|for example|by contrast|at th(?:e|at) (?:time|point|moment)|at the same time|since then|by then|until (?:then|now)|(?:now|in all|in response)(?=,)|that (?:being )?said|as such|to (?:this|that) end|even in|on the (?:one|other) hand|in other words|in fact|in turn|of course|even (?:so|his|her|their)|(?:while|as|when|if|although|though|after|before|because|since|once) (?:he|she|it|they|this|these|those)|one (?:idea|reason|thing|\p{L}{2,20}ed)|yes|underscoring (?:that|this|these|those)|(?:(?:a|one|two|three|four|five|six|several|\d{1,2}) )?(?:day|week|month|year)s? later|to (?:make|do) (?:this|that)|despite (?:this|that|the (?:backlash|criticism|pushback))|fortunately|unfortunately|similarly|likewise|indeed|moreover|furthermore|nevertheless|nonetheless|therefore|thus|hence|rather|perhaps|consequently|additionally|all (?:it|he|she|they)|none|instead|after all|well|for the record|overall|because of (?:what|this|that)|back (?:when|then)|now (?:he|she|it|they)|not (?:that|only that)|everybody|everyone|no one|nobody|apparently|basically|essentially|(?:all|the) (?:two|three|four|five|six)|the (?:former|latter)|to be (?:clear|fair|sure)|er|sie|es|diese[mnrs]?|aber|doch|und|il|elle|ils|elles|cela|mais|ella|ello|esto|pero)\b|^(?:\p{L}+ ){1,4}also\b/iu

/**
 * `The report said`, `Mr. Lind left`: which report, and which Lind, an earlier sentence has told. So has it
 * what this one is an example of, or contradicts.
 */
const DEFINITE =
  /\b(?:Mr|Ms|Mrs)\. \p{Lu}|,? for example[,.]|, (?:however|nonetheless|though),|\bthat (?:\p{Ll}+ )?(?:decision|effort|move|strategy|tactic)\b|\b(?:he|she|they) says?\.$|^As in |^The \p{Ll}+(?:,| (?:is|was|are|were|has|had|have|will|would|could|can|also|said|says)\b)|^The (?:\p{Ll}+ )?(?:agreement|announcement|article|ban|bill|case|change|charges?|claim|comments?|complaint|deal|decision|disclosure|document|filing|footage|group|hearing|incident|interview|law|lawsuit|legislation|letter|measure|meeting|memo|motion|move|newspaper|order|paper|plan|policy|proposal|remarks?|report|resolution|rule|ruling|shooting|statement|study|suit|suspect|trial|video|vote) \p{Ll}/u

/** A pronoun in a sentence that names nobody. */
const NAMELESS =
  /^(?:An?|The|In|On|At|By|For|From|With|After|Before|When|As|One|Some|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b(?!.{1,600}[^\p{L}\p{N}]\p{Lu}\p{Ll}).{1,600}\b(?:he|she|him|his|her)\b/su

/** A surname alone at the head of a sentence: `Lind said`, `Lind and Holt were`, `Lind, 31,`, `Lind’s ferry`. */
const SURNAME =
  /^(\p{Lu}\p{Ll}[\p{L}-]{1,20})(?:['’]s |(?: and \p{Lu}[\p{L}-]{2,20})?(?:,| (?:also |later |then )?(?:had|has|have|is|was|were|will|would|said|told|\p{Ll}{2,20}(?:ed|s))\b))/u
/** What ends in a forename, perhaps with an initial. */
const FORENAME =
  /(?<!\p{L})(?!(?:After|An?|And|As|At|But|For|From|If|In|Of|On|That|The|When|While|With) )\p{Lu}[\p{L}'’-]{1,20} (?:\p{Lu}\. )?$/u
const LONGEST_FORENAME = 24

/**
 * The surname that a sentence begins with, where the text `before` it has told whose it is: without that nobody
 * knows, as of `Lind said` after `the mayor, Ada Lind`. Null where there is none.
 */
export function surnameOf(sentence: string, before: string): string | null {
  const name = SURNAME.exec(sentence)?.[1]
  if (name === undefined) return null
  for (let at = before.indexOf(name); at >= 0; at = before.indexOf(name, at + 1))
    if (FORENAME.test(before.slice(Math.max(0, at - LONGEST_FORENAME), at))) return name
  return null
}

const DANGLING_COST = 0.2
const DEFINITE_COST = 0.1

/** What a beginning that leans on the sentence before costs where that one does not come along. */
export function danglingCost(sentence: string): number {
  if (DANGLING.test(sentence)) return DANGLING_COST
  return DEFINITE.test(sentence) || NAMELESS.test(sentence) ? DEFINITE_COST : 0
}

/**
 * What a sentence that reports something has nearly always: a number, a day, somebody who says or
 * does it. One without is background, a view or a flourish. Asked of English only.
 */
const REPORTS =
  /\p{N}|\b(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|today|tonight|yesterday|(?:this|last) (?:morning|afternoon|evening|night|week|weekend|month)|said|says|told|announced|according to|reported|accused|warned|vowed|voted|approved|ruled|agreed|killed|died|arrested|signed|called (?:on|for)|won|lost)\b/u
const ENGLISH = /\b(?:the|of|and|is|are|was|were)\b/i
const NOTHING_REPORTED_COST = 0.1

/** What may be or ought to be, on nobody's word: a comment. Asked of English only. */
const SUPPOSES = /\b(?:could|may|might|must|should|seems?|needs? to|ought to)\b/
const ON_WORD =
  /["“”]|\b(?:said|says|saying|told|tells|announced|according to|reported|reports|accused|warned|warns|vowed|argued|argues|asked|called|urged|urges|ruled|wrote|tweeted|testified|signaled|signalled|promised|threatened|suggested|officials?|police|experts|analysts|critics|aides)\b/
const SUPPOSED_COST = 0.1

/** A part of a longer speech, or its end. */
const HALF_QUOTED_COST = 0.3

/** The sum of what the flaws of a sentence cost, ≥ 0. */
export function flawsOf(sentence: string): number {
  const halfQuoted = isHalfQuoted(sentence) ? HALF_QUOTED_COST : 0
  return FLAWS.reduce(
    (sum, { pattern, cost }) => sum + (pattern.test(sentence) ? cost : 0),
    halfQuoted + (ENGLISH.test(sentence) ? commentCost(sentence) : 0),
  )
}

function commentCost(sentence: string): number {
  const reportsNothing = REPORTS.test(sentence) ? 0 : NOTHING_REPORTED_COST
  const supposes = SUPPOSES.test(sentence) && !ON_WORD.test(sentence)
  return reportsNothing + (supposes ? SUPPOSED_COST : 0)
}

function isHalfQuoted(sentence: string): boolean {
  let straight = 0
  let open = 0
  for (const mark of sentence.match(/["“”]/g) ?? []) {
    if (mark === '"') straight++
    else open += mark === '“' ? 1 : -1
  }
  // German closes with the mark that English opens with.
  return straight % 2 === 1 || (open !== 0 && !sentence.includes('„'))
}
