import type { Article } from '../model.ts'
import { splitWords } from '../text/words.ts'
import { isViewTitle } from './manners.ts'

/** How publishers mark a view: `Opinion: …`, `… | Opinion`, and with the columnist's name, `FINLEY: …`. */
const LABEL =
  /^(?:opinions?|op-?ed|editorial|column|commentary|comment|voices|viewpoint|letters?)\s?[:|]|^op-?ed by\b|\s[|–—-]\s?(?:opinion|editorial|commentary)\s?$/i
const COLUMNIST = /^\p{Lu}[\p{Lu}'’-]{5,20}: \p{Lu}/u
/** Folders of a site. */
const FOLDER =
  /^https?:\/\/[^/]{1,200}\/(?:[^/?#]{1,60}\/){0,3}(?:opinions?|op-?eds?|editorials?|commentisfree|commentary|columnists?)\//i

/** Whether the publisher calls it somebody's view: such an article does not tell the story. */
export function isOpinion(title: string, url = ''): boolean {
  return LABEL.test(title) || COLUMNIST.test(title) || FOLDER.test(url)
}

/** Code units of a text that are looked at, and words from which on they tell. */
const LOOKED_AT = 4_000
const FEWEST_WORDS = 120
/** Points for each hundred words from which on a text argues; fewer where its title does. */
const ARGUES = 1.2
const ARGUES_TITLED = 0.6
/** Share of an English text that its commonest words make up. */
const ENGLISH = 0.05

const SPOKEN = /“[^”]{0,600}”|"[^"]{0,600}"/g
const asSet = (words: string): ReadonlySet<string> => new Set(words.split(' '))

const COMMON = asSet('the of and to')
/** Whoever reports says who said so, and when. */
const REPORTS = asSet(
  'said says told tells according announced reported tweeted testified asked added wrote',
)
const DAYS = asSet('monday tuesday wednesday thursday friday saturday sunday')
const REPORTED = 1.5
/** Whoever argues speaks for himself, tells what ought to be, and weighs. */
const ARGUED = asSet(
  "i my me we us our i'm i've i'd i'll we're we've we'd we'll ourselves myself mine ours " +
    "should must ought let's shouldn't " +
    'absurd always clearly course even everyone hardly indeed instead merely moral never nobody nothing ' +
    'obviously perhaps rather sadly shame simply surely truth whatever',
)

/**
 * Whether an article argues, or talks, where others report: by its title, and by its words without those that
 * it quotes. Of articles whose publishers call them opinions it finds half, of reports of agencies and
 * broadcasters three in a hundred, most of these interviews and explainers. English only.
 */
export function argues(title: string, text: string): boolean {
  const whole = text.slice(0, LOOKED_AT)
  const all = normsOf(whole)
  const own = normsOf(whole.replace(SPOKEN, ' '))
  if (own.length < FEWEST_WORDS || shareOf(COMMON, all) < ENGLISH) return false
  const reported = shareOf(REPORTS, all) + shareOf(DAYS, own)
  const points = 100 * (shareOf(ARGUED, own) - REPORTED * reported)
  return points >= (isViewTitle(title) ? ARGUES_TITLED : ARGUES)
}

const normsOf = (text: string) => splitWords(text).map(({ norm }) => norm)

const shareOf = (of: ReadonlySet<string>, norms: readonly string[]) =>
  norms.filter((norm) => of.has(norm)).length / norms.length

/** The part of an article's quality that a view loses. */
export const OPINION = 'opinion'

/** Whether an article was found to be a view when it was scored: by its label, or because it argues. */
export const isView = ({
  title,
  url,
  qualityParts,
}: Pick<Article, 'title' | 'url' | 'qualityParts'>) =>
  isOpinion(title, url) || qualityParts.some(({ name, value }) => name === OPINION && value < 0)
