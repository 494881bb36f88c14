import { contentTerms } from '../text/words.ts'

/** How exact a number claims to be. */
export type Bound = 'exact' | 'about' | 'least' | 'most'

/** A number of a sentence with what it counts. */
export type Quantity = {
  /** What is counted, so that only like is compared: `USD`, `%`, `killed`, `jobs`. */
  readonly unit: string
  readonly value: number
  readonly bound: Bound
  /** As it stands in the sentence, with its unit: `$2.4 billion`, `14 people`. */
  readonly text: string
  /** Offset in the sentence, UTF-16 code units. */
  readonly start: number
}

/** Code units of a sentence that are read, and quantities taken from it. */
const MOST_READ = 600
const MOST_TAKEN = 12

const NUMBER = String.raw`\d{1,3}(?:,\d{3}){1,4}(?:\.\d{1,3})?|\d{1,9}(?:\.\d{1,4})?`
const SCALE = String.raw`(?:thousand|million|billion|trillion|mn|bn|tn|[mk])\b`
const WORDS = 'one two three four five six seven eight nine ten eleven twelve'.split(' ')

const CURRENCY: Readonly<Record<string, string>> = { $: 'USD', '€': 'EUR', '£': 'GBP', '¥': 'JPY' }
const MONEY_WORDS: Readonly<Record<string, string>> = {
  dollar: 'USD',
  euro: 'EUR',
  pound: 'GBP',
  yen: 'JPY',
  crown: 'crowns',
  franc: 'francs',
  rupee: 'rupees',
  yuan: 'yuan',
}
const SCALES: Readonly<Record<string, number>> = {
  k: 1e3,
  thousand: 1e3,
  m: 1e6,
  mn: 1e6,
  million: 1e6,
  bn: 1e9,
  billion: 1e9,
  tn: 1e12,
  trillion: 1e12,
}

/** `$2.4 billion`, `€300m`, `48 million crowns`. */
const MONEY = new RegExp(
  String.raw`(?<sign>[$€£¥])\s?(?<n>${NUMBER})(?:[\s-]?(?<scale>${SCALE}))?|(?<![$€£¥\d.,])(?<n2>${NUMBER})(?:[\s-](?<scale2>${SCALE}))?\s(?<word>dollar|euro|pound|yen|crown|franc|rupee|yuan)s?\b(?! of)`,
  'gi',
)
/** Points of a rate are no percentages of it. */
const PERCENT = new RegExp(
  String.raw`(?<![\d.,$€£¥-])(?<n>${NUMBER})\s?(?:%|percent\b|per cent\b)(?![\s-]points?)`,
  'gi',
)
const SOMEBODY =
  '(?:people|persons|men|women|children|students|soldiers|troops|civilians|officers|passengers|workers|migrants|protesters|victims|others|residents|patients|pupils)'
const MANY = String.raw`(?<![\d.,$€£¥:/-])\b(?<n>${NUMBER}|${WORDS.join('|')})(?:[\s-](?<scale>${SCALE}))?`
/** What happened to how many: `14 people were killed`, `killed at least 14`, `death toll rose to 14`. */
const FATES: readonly { readonly unit: string; readonly after: string; readonly before: string }[] =
  [
    {
      unit: 'killed',
      after:
        '(?:(?:were|was|have been|had been|are|is) )?(?:killed|dead|died|deaths|fatalities|lost their lives)',
      before:
        '(?:killing|killed|death toll (?:rose|climbed|has risen|stands|stood|reached)(?: to| at)?|claimed the lives of)',
    },
    {
      unit: 'injured',
      after: '(?:(?:were|was|have been|had been|are) )?(?:injured|wounded|hurt)',
      before: '(?:injuring|injured|wounding|wounded)',
    },
    {
      unit: 'missing',
      after: '(?:(?:were|are|remain|remained|is) )?(?:still )?(?:missing|unaccounted for)',
      before: '(?!)',
    },
    {
      unit: 'arrested',
      after: '(?:(?:were|was|have been|had been) )?(?:arrested|detained)',
      before: '(?:arrested|arresting|detained|detaining)',
    },
    {
      unit: 'evacuated',
      after: '(?:(?:were|have been|had been) )?(?:evacuated|displaced|forced to flee)',
      before: '(?:displacing|displaced|evacuated)',
    },
  ]
const HEDGE =
  '(?:(?:at least|more than|over|about|around|nearly|almost|roughly|some|up to|an estimated|another) )?'
const TALLIES = FATES.flatMap(({ unit, after, before }) => [
  { unit, pattern: new RegExp(String.raw`${MANY}(?: ${SOMEBODY})? ${after}\b`, 'gi') },
  {
    unit,
    pattern: new RegExp(
      String.raw`\b${before} (?:of )?${HEDGE}${MANY}(?= ${SOMEBODY}\b|[,.;]| and | in | at | on |$)`,
      'gi',
    ),
  },
])
/** Things that are counted the same by everybody who counts them. */
const THINGS = new RegExp(
  String.raw`${MANY} (?<thing>jobs|homes|houses|buildings|stores|seats|votes|delegates|vehicles|cars|acres|hectares|employees|customers|passengers|refugees|troops|cases|countries|flights|schools)\b`,
  'gi',
)

const BOUNDS: readonly { readonly bound: Bound; readonly before: RegExp }[] = [
  { bound: 'least', before: /(?:at least|more than|over|above|exceed(?:s|ed|ing)?|upwards of) $/i },
  {
    bound: 'most',
    before:
      /(?:at most|up to|as (?:many|much|high) as|fewer than|less than|under|below|nearly|almost) $/i,
  },
  {
    bound: 'about',
    before: /(?:about|around|roughly|some|approximately|an estimated|estimated|close to|near) $/i,
  },
]
const REACH = 24

/**
 * The quantities of an English sentence that can be compared with those of another: money,
 * percentages, what happened to how many, and counted things. What is not sure is left out: years,
 * ages, scores, ranges, and parts of larger numbers.
 */
export function quantitiesOf(sentence: string): Quantity[] {
  const text = sentence.slice(0, MOST_READ)
  const found: Quantity[] = []
  const add = (match: RegExpMatchArray, unit: string, n = '', scale = '') => {
    const start = match.index ?? 0
    const at = start + match[0].indexOf(n)
    if (isRange(text, at, at + n.length)) return
    const before = text.slice(Math.max(0, at - REACH), at).replace(/[$€£¥]\s?$/, '')
    const bound = BOUNDS.find((one) => one.before.test(before))?.bound ?? 'exact'
    found.push({ unit, value: amountOf(n, scale), bound, text: match[0].trim(), start })
  }
  for (const match of text.matchAll(MONEY)) {
    const { sign, n, scale, n2, scale2, word } = match.groups ?? {}
    const unit = sign ? CURRENCY[sign] : MONEY_WORDS[word?.toLowerCase() ?? '']
    if (unit) add(match, unit, n ?? n2, scale ?? scale2)
  }
  for (const match of text.matchAll(PERCENT)) add(match, '%', match.groups?.n)
  for (const { unit, pattern } of TALLIES)
    for (const match of text.matchAll(pattern))
      add(match, unit, match.groups?.n, match.groups?.scale)
  for (const match of text.matchAll(THINGS)) {
    const { n, scale, thing } = match.groups ?? {}
    add(match, thing?.toLowerCase() ?? '', n, scale)
  }
  return found.sort((a, b) => a.start - b.start).slice(0, MOST_TAKEN)
}

/** `10 to 12`, `10-12`, `3 of 4`, `1 in 5`: neither number is the quantity. */
function isRange(text: string, start: number, end: number): boolean {
  return (
    /(?:\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten))\s?(?:to|-|–|—|and|or|of|in|out of)\s?[$€£¥]?$/i.test(
      text.slice(Math.max(0, start - REACH), start),
    ) ||
    /^(?:%|\s?(?:percent|per cent|million|billion|trillion))?\s?(?:to|-|–|—|or|of|in|out of)\s?[$€£¥]?(?:\d|(?:one|two|three|four|five|six|seven|eight|nine|ten)\b)/i.test(
      text.slice(end, end + REACH),
    )
  )
}

function amountOf(n: string, scale: string): number {
  const word = WORDS.indexOf(n.toLowerCase())
  const base = word >= 0 ? word + 1 : Number(n.replaceAll(',', ''))
  return base * (SCALES[scale.toLowerCase()] ?? 1)
}

/** Places after which two numbers are told apart: rounding is no contradiction. */
const ROUNDING = 0.05

/** Whether both may be true of one thing: equal, rounded, or within the other's bound. */
export function mayAgree(a: Quantity, b: Quantity): boolean {
  const [low, high] = a.value <= b.value ? [a, b] : [b, a]
  if (high.value === 0 || (high.value - low.value) / high.value <= roundingOf(a, b)) return true
  return low.bound === 'least' || high.bound === 'most'
}

/** Small counts are exact; large ones and hedged ones are rounded by everybody as they like. */
function roundingOf(a: Quantity, b: Quantity): number {
  const hedged = a.bound !== 'exact' || b.bound !== 'exact'
  const isExact = !hedged && a.unit !== '%' && Number.isInteger(a.value) && a.value < 100
  return isExact ? 0 : hedged ? 2 * ROUNDING : ROUNDING
}

/** Code units before and after a quantity in which the words stand that it is about. */
const NEARBY = 60

/** Stems of words that belong to a number. */
const OF_NUMBERS =
  /^(?:\p{N}.*|percent|per|cent|dollar|euro|pound|yen|crown|franc|rupe|yuan|million|billion|trillion|thousand|hundr)$/u

/** The terms of a text without its numbers. */
const wordsIn = (text: string): string[] =>
  contentTerms(text, 'en').filter((term) => !OF_NUMBERS.test(term))

/** What a quantity is about: the terms of its sentence, and of these the ones beside it. */
export function contextOf(sentence: string, { start, text }: Quantity) {
  const end = start + text.length
  const before = sentence.slice(Math.max(0, start - NEARBY), start).replace(/^\S+\s/, '')
  const after = sentence.slice(end, end + NEARBY).replace(/\s\S+$/, '')
  return {
    all: new Set(wordsIn(sentence)),
    near: new Set([...wordsIn(before), ...wordsIn(text), ...wordsIn(after)]),
  }
}
