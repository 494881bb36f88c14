import { stringify } from 'yaml'
import type { Card, CardSentence, Edition, Issue } from '../model.ts'
import { clean, safeUrl } from './escape.ts'
import { cardsOf } from './select.ts'
import { textsFor } from './texts.ts'

/**
 * An edition as a Markdown file with YAML front matter, in the shape in which our folder sources
 * are written: what one house publishes another can read.
 *
 * @param url where the edition stands as a web page.
 */
export function editionMarkdown(edition: Edition, issue: Issue, url: string): string {
  const safe = clean({ edition, issue })
  // YAML 1.1 quotes what its readers would take for dates and booleans.
  const head = stringify(frontMatter(safe.edition, safe.issue, url), {
    version: '1.1',
    lineWidth: 0,
    aliasDuplicateObjects: false,
  })
  return `---\n${head}---\n\n${body(safe.issue)}`
}

function frontMatter(edition: Edition, issue: Issue, url: string) {
  return {
    category: 'edition',
    title: edition.subject,
    excerpt: edition.preheader,
    publishedDateTime: edition.frozenAt ?? edition.span.to,
    webUrl: url,
    type: 'edition',
    published: true,
    date: edition.date,
    number: edition.number,
    provider: { name: edition.digestName, domain: URL.parse(url)?.hostname ?? '' },
    topics: [...new Set(cardsOf(issue).map(({ topic }) => topic))],
    images: pictures(issue.top),
    counters: edition.counters,
    stories: cardsOf(issue).map(describe),
  }
}

/** As their publishers serve them: who reads the file is a program. */
function pictures({ image }: Card) {
  if (image === null) return []
  const { url, width, height, title } = image
  return [{ url, width, height, title }]
}

function describe(card: Card) {
  return {
    title: headlineOf(card),
    webUrl: card.citations[0]?.url ?? '',
    topics: card.topics,
    heat: Math.round(card.score * 100) / 100,
    articles: card.articleCount,
    sources: card.citations.map(({ title, url, provider, publishedAt }) => ({
      title,
      webUrl: url,
      publishedDateTime: publishedAt,
      provider,
    })),
  }
}

function body({ top, highlights, sections, quick }: Issue): string {
  const parts = [
    story(top, 2),
    ...chapter('Highlights', highlights),
    ...sections.flatMap(({ topic, cards }) => chapter(topic, cards)),
    ...(quick.length === 0 ? [] : ['## Quick hits', quick.map(hit).join('\n')]),
  ]
  return `${parts.join('\n\n')}\n`
}

function chapter(title: string, cards: readonly Card[]): string[] {
  return cards.length === 0 ? [] : [`## ${plain(title)}`, ...cards.map((card) => story(card, 3))]
}

function story(card: Card, level: number): string {
  const text = card.sentences.map(sentence).join(' ')
  const since = card.followUp ? `First told on ${card.followUp.firstTold}; this is new.` : ''
  return [
    `${'#'.repeat(level)} ${plain(headlineOf(card))}`,
    since,
    text,
    card.citations.length === 0 ? '' : `Sources: ${citationLinks(card)}`,
  ]
    .filter((line) => line !== '')
    .join('\n\n')
}

const hit = (card: Card) =>
  `- ${plain(headlineOf(card))}${card.withheld ? '' : ` (${citationLinks(card)})`}`

const headlineOf = ({ withheld, headline }: Card) =>
  withheld ? textsFor('en')('withheld') : headline

const sentence = ({ text, cites, link }: CardSentence) =>
  `${plain(text)} ${anchor(`[${cites}]`, link)}`

const citationLinks = ({ citations }: Card) =>
  citations.map(({ n, provider, url }) => anchor(`${n} ${provider.name}`, url)).join(', ')

/** A link; its text alone where the address is none for a browser. */
function anchor(label: string, url: string): string {
  const target = safeUrl(url)
  return target === null ? plain(label) : `[${plain(label)}](<${target}>)`
}

/** Text that Markdown shows as it is (CommonMark 0.31, section 2.4). */
const plain = (text: string) =>
  text
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_[\]<>#|~&!]/g, (mark) => `\\${mark}`)
    .replace(/^(\d*)(?=[-+.)])/, '$1\\')
