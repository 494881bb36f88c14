import { describe, expect, test } from 'vitest'
import { editionMarkdown } from '../../src/edition/markdown.ts'
import { cardsOf } from '../../src/edition/select.ts'
import {
  citedIn,
  type Restriction,
  serveEdition,
  withholdEdition,
} from '../../src/edition/withhold.ts'
import type { Card } from '../../src/model.ts'
import { splitWords } from '../../src/text/words.ts'
import { makeEdition, makeIssue, POOL } from '../support/edition.ts'

const edition = makeEdition()
const top = makeIssue().top
const first = top.citations[0]?.articleId ?? ''

const held = (articleId: string, over: Partial<Restriction>): Restriction => ({
  ...{ articleId, sourceId: `s ${articleId}`, removed: false },
  ...{ quoteWords: null, images: true, archive: true, index: true },
  ...over,
})
const restrict = (...all: Restriction[]) => new Map(all.map((one) => [one.articleId, one]))
const allOf = (card: Card, over: Partial<Restriction>) =>
  restrict(...card.citations.map(({ articleId }) => held(articleId, over)))
const sentencesOf = (card: Card, id: string) => card.sentences.filter((s) => s.articleId === id)

describe('serveEdition', () => {
  test('without a restriction everything is as it was frozen', () => {
    const { issue, edition: served, index } = serveEdition(edition, new Map(), true)
    expect(issue).toEqual(makeIssue())
    expect(served).toEqual(edition)
    expect(index).toBe(true)
  })

  test('a story of which everything was taken down keeps its place and nothing else', () => {
    const { issue, edition: served } = serveEdition(edition, allOf(top, { removed: true }), false)
    expect(issue?.top).toMatchObject({ withheld: true, headline: '', sentences: [], image: null })
    const told = JSON.stringify([issue, served.subject, served.preheader])
    for (const { text } of top.sentences) expect(told).not.toContain(text)
    for (const { url, title } of top.citations) {
      expect(told).not.toContain(url)
      expect(told).not.toContain(title)
    }
    expect(served.subject).not.toBe(edition.subject)
    expect(issue && cardsOf(issue).map(({ rank }) => rank)).toEqual(
      cardsOf(makeIssue()).map(({ rank }) => rank),
    )
  })

  test('where one of several was taken down, the others tell on under new numbers', () => {
    const { issue } = serveEdition(edition, restrict(held(first, { removed: true })), false)
    const card = issue?.top as Card
    expect(card.withheld).toBeUndefined()
    expect(sentencesOf(card, first)).toEqual([])
    expect(sentencesOf(top, first).length).toBeGreaterThan(0)
    expect(card.citations.map(({ n }) => n)).toEqual(card.citations.map((_, i) => i + 1))
    expect(card.citations).toHaveLength(top.citations.length - 1)
    for (const { cites, alsoCites, articleId, support } of card.sentences) {
      expect(card.citations[cites - 1]?.articleId).toBe(articleId)
      expect(alsoCites.every((n) => card.citations[n - 1] !== undefined)).toBe(true)
      expect(support).not.toContain(first)
    }
    expect(card.sourceCount).toBe(top.sourceCount - 1)
  })

  test('a headline goes with the article that it is the title of, whatever else has none, or a label', () => {
    const [one, ...others] = top.citations
    const titled = { ...one, title: `${top.headline} | Paper` } as (typeof top.citations)[number]
    for (const title of ['', top.headline.split(' ')[0] ?? '']) {
      const kept = others.map((citation) => ({ ...citation, title }))
      const told = { ...top, citations: [titled, ...kept] }
      const { issue } = serveEdition(
        makeEdition([told, ...POOL.slice(1)]),
        restrict(held(first, { removed: true })),
        false,
      )
      expect(issue?.top.headline).not.toContain(top.headline)
    }
  })

  test('words are quoted up to the limit, counted for all articles of a source together', () => {
    const quoteWords = 25
    const { issue } = serveEdition(edition, allOf(top, { quoteWords, sourceId: 's' }), false)
    const words = issue?.top.sentences.flatMap(({ text }) => splitWords(text)) ?? []
    expect(words.length).toBeLessThanOrEqual(quoteWords)
    expect(top.sentences.flatMap(({ text }) => splitWords(text)).length).toBeGreaterThan(quoteWords)
    const none = serveEdition(edition, allOf(top, { quoteWords: 0 }), false).issue?.top
    expect(none).toMatchObject({ headline: top.headline, sentences: [] })
  })

  test('numbers that disagree quote beside the card: not where words are counted', () => {
    const [one] = top.sentences
    const side = (says: string) => ({ says, sentence: one as NonNullable<typeof one> })
    const told = { ...top, disagreements: [{ unit: 'lanes', sides: [side('two'), side('three')] }] }
    const show = (over: Partial<Restriction>) =>
      serveEdition(makeEdition([told, ...POOL.slice(1)]), allOf(told, over), false).issue?.top
    expect(show({ images: false })?.disagreements).toHaveLength(1)
    expect(show({ quoteWords: 500 })?.disagreements).toEqual([])
    expect(show({ removed: true })?.disagreements).toEqual([])
  })

  test('what may not be archived is shown in the newest edition only', () => {
    const restrictions = allOf(top, { archive: false })
    expect(serveEdition(edition, restrictions, false).issue?.top).toEqual(top)
    const later = serveEdition(edition, restrictions, true).issue?.top
    expect(later).toMatchObject({ headline: top.headline, sentences: [], image: null })
    expect(later?.citations).toEqual(top.citations)
  })

  test('no pictures of those who let none be shown; one of unknown owner counts as anybody’s', () => {
    expect(top.image?.articleId).toBe(first)
    const show = (of: Card, restriction: Restriction) =>
      serveEdition(makeEdition([of, ...POOL.slice(1)]), restrict(restriction), false).issue?.top
        .image
    expect(show(top, held(first, { images: false }))).toBeNull()
    const other = held(top.citations[1]?.articleId ?? '', { images: false })
    expect(show(top, other)).toEqual(top.image)
    const { articleId: _, ...unowned } = top.image ?? { url: '' }
    expect(show({ ...top, image: unowned as Card['image'] }, other)).toBeNull()
  })

  test('quoting somebody who wants no index is told', () => {
    expect(serveEdition(edition, restrict(held(first, { index: false })), false).index).toBe(false)
    const silent = restrict(held(first, { index: false, quoteWords: 0 }))
    expect(serveEdition(edition, silent, false).index).toBe(true)
  })

  test('Markdown says why a place is empty', () => {
    const served = serveEdition(edition, allOf(top, { removed: true }), false)
    const text = editionMarkdown(served.edition, served.issue ?? makeIssue(), 'https://d.example/e')
    expect(text).toContain('Removed at the publisher’s request')
    expect(text).not.toContain(top.headline)
  })
})

describe('withholdEdition', () => {
  test('a mail that is still to leave goes without the story', () => {
    const sent = withholdEdition(edition, allOf(top, { removed: true }))
    expect(sent.pool).toHaveLength(POOL.length - 1)
    expect(sent.subject).not.toBe(edition.subject)
    expect(withholdEdition(edition, new Map())).toBe(edition)
  })
})

test('citedIn names every article once', () => {
  const ids = citedIn(POOL)
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids).toContain(first)
})
