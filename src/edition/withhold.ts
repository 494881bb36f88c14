import type { Card, CardSentence, Citation, Edition, Issue, Rights } from '../model.ts'
import { splitWords } from '../text/words.ts'
import { isTitled } from './card.ts'
import { cardsOf, selectIssue } from './select.ts'
import { makePreheader, makeSubject } from './subject.ts'

/** What may be shown of one cited article; of those that are not named, everything. */
export type Restriction = Rights & {
  readonly articleId: string
  /** Whose words count together. */
  readonly sourceId: string | null
  /** Taken down: neither title nor link is shown. */
  readonly removed: boolean
}

/** By the id of the article. */
export type Restrictions = ReadonlyMap<string, Restriction>

/** Ids of all articles that a pool cites, each once. */
export const citedIn = (pool: readonly Card[]): string[] => [
  ...new Set(pool.flatMap(({ citations }) => citations.map(({ articleId }) => articleId))),
]

/** An edition as anybody may see it now, with the issue of a reader without choices. */
export type Served<T extends Edition> = {
  readonly edition: T
  /** `null` on a day without stories. */
  readonly issue: Issue | null
  /** Search engines may keep the page. */
  readonly index: boolean
}

/**
 * Takes out what publishers let be shown no more: the frozen edition stays as it is, this is what
 * stands between it and its readers. Every card keeps its place.
 *
 * @param archived the edition is no longer its digest's newest.
 */
export function serveEdition<T extends Edition>(
  edition: T,
  restrictions: Restrictions,
  archived: boolean,
): Served<T> {
  const frozen = selectIssue(edition.pool, { topics: [] }, edition.size)
  if (!frozen) return { edition, issue: null, index: true }
  const issue = withholdIssue(frozen, restrictions, archived)
  const index = !quotesUnindexed(issue, restrictions)
  return { edition: { ...edition, ...linesOf(edition, frozen, issue) }, issue, index }
}

/** An edition that is still to be sent: a story of which nothing is left goes. */
export function withholdEdition<T extends Edition>(edition: T, restrictions: Restrictions): T {
  if (restrictions.size === 0) return edition
  const cards = edition.pool.map((card) => withholdCard(card, restrictions, false))
  const { subject, preheader } = serveEdition(edition, restrictions, false).edition
  return { ...edition, subject, preheader, pool: cards.filter(({ withheld }) => !withheld) }
}

function withholdIssue(issue: Issue, restrictions: Restrictions, archived: boolean): Issue {
  const shown = (card: Card) => withholdCard(card, restrictions, archived)
  return {
    ...issue,
    top: shown(issue.top),
    highlights: issue.highlights.map(shown),
    sections: issue.sections.map(({ topic, cards }) => ({ topic, cards: cards.map(shown) })),
    quick: issue.quick.map(shown),
  }
}

/** A subject and a preview line that name no story which was taken down. */
function linesOf({ subject, preheader }: Edition, frozen: Issue, shown: Issue) {
  const headlines = cardsOf(frozen).map(({ headline }) => headline)
  if (cardsOf(shown).every(({ headline }, i) => headline === headlines[i]))
    return { subject, preheader }
  const next = makeSubject(shown)
  return { subject: next, preheader: makePreheader(shown, next) }
}

/** Does an issue quote somebody who wants no search engine to keep it? */
const quotesUnindexed = (issue: Issue, restrictions: Restrictions): boolean =>
  cardsOf(issue).some(({ sentences }) =>
    sentences.some(({ articleId }) => restrictions.get(articleId)?.index === false),
  )

/** One card as it may be shown now. */
export function withholdCard(card: Card, restrictions: Restrictions, archived: boolean): Card {
  const of = (id: string) => restrictions.get(id)
  if (card.citations.every(({ articleId }) => of(articleId) === undefined)) return card
  const kept = card.citations.filter(({ articleId }) => !of(articleId)?.removed)
  if (kept.length === 0) return emptied(card)
  const gone = card.citations.filter((citation) => !kept.includes(citation))
  const isHeld = (id: string) => of(id)?.removed || (archived && of(id)?.archive === false)
  const isLimited = (id: string) => (of(id)?.quoteWords ?? null) !== null
  const sentences = withinQuotes(
    card.sentences.filter(({ articleId }) => !isHeld(articleId)),
    restrictions,
  )
  return {
    ...card,
    ...(gone.length === 0 ? {} : { headline: headlineOf(card, kept, gone) }),
    ...(gone.length === 0 ? {} : countsOf(card, kept, gone)),
    sentences: renumber(sentences, kept),
    citations: kept.map((citation, i) => ({ ...citation, n: i + 1 })),
    disagreements: (card.disagreements ?? [])
      // Sentences beside those of the card would go over a limit of words unseen.
      .filter(({ sides }) =>
        sides.every(({ sentence: { articleId } }) => !isHeld(articleId) && !isLimited(articleId)),
      )
      .map(({ unit, sides }) => {
        const told = renumber(
          sides.map(({ sentence }) => sentence),
          kept,
        )
        return {
          unit,
          sides: sides.map((side, i) => ({ ...side, sentence: told[i] ?? side.sentence })),
        }
      }),
    followUp: followUpOf(card, gone),
    image: mayShowImage(card, restrictions, archived) ? card.image : null,
  }
}

/** Its place is kept, and its topic; of what was told nothing. */
const emptied = (card: Card): Card => ({
  ...card,
  withheld: true,
  headline: '',
  sentences: [],
  citations: [],
  articleCount: 0,
  sourceCount: 0,
  independentCount: 0,
  image: null,
  why: '',
  disagreements: [],
  followUp: null,
})

/** The headline is the title of one of the articles; where that one went, another's. */
function headlineOf({ headline }: Card, kept: readonly Citation[], gone: readonly Citation[]) {
  const isIts = (citation: Citation) => isTitled(citation, headline)
  if (kept.some(isIts) || !gone.some(isIts)) return headline
  return kept.find(({ title }) => title !== '')?.title ?? ''
}

/** That a story goes on may be said; not by whom it was told, where that one is gone. */
function followUpOf({ followUp = null }: Card, gone: readonly Citation[]) {
  if (!followUp || gone.length === 0) return followUp
  const names = new Set(gone.map(({ provider }) => provider.name))
  const newSources = followUp.newSources.filter((name) => !names.has(name))
  return { ...followUp, newSources, changes: [] }
}

function countsOf(card: Card, kept: readonly Citation[], gone: readonly Citation[]) {
  const providers = (of: readonly Citation[]) => new Set(of.map(({ provider }) => provider.domain))
  const left = providers(kept)
  const lost = [...providers(gone)].filter((domain) => !left.has(domain)).length
  const sourceCount = Math.max(left.size, card.sourceCount - lost)
  return {
    articleCount: Math.max(kept.length, card.articleCount - gone.length),
    sourceCount,
    independentCount: Math.min(sourceCount, card.independentCount),
  }
}

/** Sentences in their order, as long as those of one source stay within its words. */
function withinQuotes(sentences: readonly CardSentence[], restrictions: Restrictions) {
  const used = new Map<string, number>()
  return sentences.filter(({ articleId, text }) => {
    const { quoteWords = null, sourceId = null } = restrictions.get(articleId) ?? {}
    if (quoteWords === null) return true
    const key = sourceId ?? articleId
    const words = (used.get(key) ?? 0) + splitWords(text).length
    if (words > quoteWords) return false
    used.set(key, words)
    return true
  })
}

/** Numbers follow the list of sources, which may have become shorter. */
function renumber(sentences: readonly CardSentence[], kept: readonly Citation[]): CardSentence[] {
  const now = new Map(kept.map(({ n }, i) => [n, i + 1]))
  const ids = new Set(kept.map(({ articleId }) => articleId))
  return sentences.map((sentence) => ({
    ...sentence,
    cites: now.get(sentence.cites) ?? 0,
    alsoCites: sentence.alsoCites.flatMap((n) => now.get(n) ?? []),
    support: sentence.support.filter((id) => ids.has(id)),
  }))
}

/** A picture that does not tell whose it is may be anybody's on the card. */
function mayShowImage(card: Card, restrictions: Restrictions, archived: boolean): boolean {
  const owner = card.image?.articleId
  const owners = owner === undefined ? card.citations.map(({ articleId }) => articleId) : [owner]
  return owners.every((id) => {
    const rights = restrictions.get(id)
    return !rights || (!rights.removed && rights.images && (rights.archive || !archived))
  })
}
