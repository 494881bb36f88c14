import { contentTerms } from '../text/words.ts'
import type { Page } from './page.ts'

/** What a feed told of an article whose page was read. */
type Told = {
  readonly title: string
  readonly text: string
  readonly language: string | null
}

/** Titles of fewer words than this may be told in others on the page. */
const FEWEST_TERMS = 3
/** A page with less than this share of the title's words is another page: consent, log-in, error. */
const SAME_SHARE = 0.34
/** Characters of a page's text in which the title's words are looked for. */
const LOOKED_AT = 20_000

/**
 * Why the text of an article's page is not to be taken; `null` where it is. The text of the feed is
 * better than that of a wrong page, a part of one, or one its publisher keeps for others.
 */
export function judgePage(page: Page, article: Told): string | null {
  if (!page.archivable) return 'its publisher allows no copy'
  if (page.access === 'paywall') return 'the page is behind a paywall'
  if (page.access === 'teaser') return 'the page has only a teaser'
  if (page.text === '') return 'no text was found in the page'
  if (page.text.length < article.text.length) return 'the page says less than the feed'
  return isAbout(page, article) ? null : 'the page is about something else'
}

function isAbout({ title, text }: Page, article: Told): boolean {
  const wanted = new Set(contentTerms(article.title, article.language))
  if (wanted.size < FEWEST_TERMS) return true
  const said = `${title ?? ''}\n${text.slice(0, LOOKED_AT)}`
  const found = new Set(contentTerms(said, article.language))
  const share = [...wanted].filter((term) => found.has(term)).length / wanted.size
  return share >= SAME_SHARE
}
