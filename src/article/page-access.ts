import { type Hint, readHints } from './hints.ts'
import type { Dom } from './page-dom.ts'
import type { Fields } from './page-jsonld.ts'

/** How much of its article a page shows to everybody. */
export type PageAccess = 'full' | 'teaser' | 'paywall'

/** What a page tells about who may read and keep it, apart from its text. */
export type Terms = {
  /** `null` where it declares nothing. */
  readonly isFree: boolean | null
  /** `false` where its publisher wants no copy kept. */
  readonly archivable: boolean
  /** Words the publisher says the article has. */
  readonly words: number | null
  readonly hints: readonly Hint[]
  /** Somewhere it says that reading on takes an account or money. */
  readonly asksToPay: boolean
  /** It has a place for such an offer, shown or not. */
  readonly hasWall: boolean
}

/** Facebook's content tier, and what publishers' own systems write. */
const TIERS = ['article:content_tier', 'content_tier', 'article:access', 'access', 'paywall']
const CLOSED =
  /^(?:locked|premium|paid|subscribers?(?:[ -]only)?|members?(?:[ -]only)?|true|hard)$/i

/** Meta names whose content tells robots what they may do; ours is no search engine's. */
const ROBOTS = ['robots', 'googlebot', 'dailydose']
const NO_COPY = /\b(?:noarchive|nosnippet|none)\b/i

/**
 * What stands where a page stops telling, in the languages most of our sources write. Never in the
 * middle of a text that goes on: only looked for around a short one.
 */
const ASKS_TO_PAY = [
  // English
  /\b(?:subscribe|sign up|log ?in|sign in|register|join)(?: now| today| for free)? to (?:continue(?: reading)?|keep reading|read (?:the (?:full|rest)|this|more|on)|unlock|access|view)/i,
  /\bto (?:continue|keep) reading\b.{0,60}\b(?:subscri|account|register|member|sign)/i,
  /\bthis (?:article|content|post|story|page|section) is (?:only |exclusively |just )?(?:for|available (?:only |exclusively )?(?:to|for)|reserved for|locked|behind)\b.{0,40}(?:subscri|member|paywall|supporter|paid)?/i,
  /\b(?:subscriber|member|premium)[- ](?:only|exclusive) (?:content|article|post|story)/i,
  /\bthe rest of this (?:article|post|story) is (?:locked|for)/i,
  /\byou have (?:reached|read) (?:your|all|the).{0,40}(?:limit|free articles)/i,
  // German
  /\b(?:jetzt|zum) weiterlesen\b|\bdieser (?:artikel|beitrag|inhalt) ist (?:nur |exklusiv )?(?:für|kostenpflichtig|abonnent)|\bnur für abonnent/i,
  // French
  /\bil vous reste .{1,20} de cet article|\b(?:article|contenu|suite) (?:est )?réservée? (?:à nos|aux) abonnés|\babonnez-vous pour (?:lire|continuer)/i,
  // Spanish and Portuguese
  /\bexclusivo (?:para|de) (?:suscriptores|assinantes|socios)|\bpara (?:seguir|continuar) (?:leyendo|lendo)\b|\bsuscr[íi]bete para/i,
  // Italian and Dutch
  /\bper continuare a leggere\b|\briservato agli abbonati|\balleen voor abonnees|\bverder lezen\?/i,
]

/** Names that sites give to what stands before the rest of a text. */
const WALLS =
  '[class*="paywall" i], [id*="paywall" i], [class*="regwall" i], [class*="subscriber-only" i], [class*="piano-offer" i]'

/** A text longer than this (characters) with an offer beside it is whole. */
const LONGEST_PART = 3_000
/** Characters of a page in which an offer is looked for. */
const LOOKED_AT = 200_000

const CUT_OFF = /(?:\.{3}|…)["'”’»)\]]*$/
const LONGEST_CUT_OFF = 1_500
/** A shorter line (characters) that trails off is a label, `You may also like…`. */
const SHORTEST_CUT_OFF = 40
/** A text with less than this share of the words its publisher counts is not all of it. */
const PART_OF_WORDS = 0.5
/** Publishers' counts below this are of something else, a video's caption or a gallery. */
const FEWEST_WORDS = 150

/** Read before the text is taken out of the page. */
export function readTerms(
  document: Dom,
  metas: ReadonlyMap<string, string>,
  article: Fields,
): Terms {
  const tier = TIERS.map((name) => metas.get(name)).find(Boolean)
  const free = String(article.isAccessibleForFree ?? '').toLowerCase()
  const isClosed = /^(?:false|no)$|\/false$/.test(free) || CLOSED.test(tier ?? '')
  const count = Number(article.wordCount)
  return {
    isFree: isClosed ? false : free === '' ? null : true,
    archivable: !ROBOTS.some((name) => NO_COPY.test(metas.get(name) ?? '')),
    hints: readHints(metas),
    words: Number.isInteger(count) && count > 0 ? count : null,
    asksToPay: asksToPay(document),
    hasWall: document.querySelector(WALLS) !== null,
  }
}

function asksToPay(document: Dom): boolean {
  const body = document.querySelector('body')?.textContent ?? ''
  const text = body.slice(0, LOOKED_AT).replace(/\s+/g, ' ')
  return ASKS_TO_PAY.some((offer) => offer.test(text))
}

/** Tells from the text that was found, and from what stands around it, whether it is all there is. */
export function judgeAccess(
  text: string,
  teaser: string | null,
  { isFree, words, asksToPay: isOffered, hasWall }: Terms,
): PageAccess {
  if (isFree === false) return 'paywall'
  const isShort = text.length < LONGEST_PART
  if (isShort && isOffered && (isFree !== true || isCut(text))) return 'paywall'
  if (isShort && hasWall && isCut(text)) return 'paywall'
  if (isCut(text) || text.length < (teaser?.length ?? 0)) return 'teaser'
  return words !== null && isPartOf(words, text) ? 'teaser' : 'full'
}

function isCut(text: string): boolean {
  const last = text.slice(text.lastIndexOf('\n') + 1)
  return text.length < LONGEST_CUT_OFF && last.length >= SHORTEST_CUT_OFF && CUT_OFF.test(last)
}

function isPartOf(words: number, text: string): boolean {
  const found = text.match(/\S+/g)?.length ?? 0
  return words >= FEWEST_WORDS && found < words * PART_OF_WORDS
}
