import { createHash } from 'node:crypto'
import { cardsOf, selectIssue } from '../../src/edition/select.ts'
import type { Article, ArticleDraft, Card, Instant } from '../../src/model.ts'
import { clusterArticles, type Grouped } from '../../src/story/batch.ts'
import { scoreArticle } from '../../src/story/score.ts'
import type { Taxonomy } from '../../src/story/topics.ts'
import { makePool, type PoolInput } from '../../src/workers/pool.ts'

/** A draft as the store would hold it. `at` stands in where the draft tells no time. */
export function toArticle(draft: ArticleDraft, at: Instant): Article {
  const quality = scoreArticle(draft)
  return {
    ...draft,
    id: draft.ref,
    seq: null,
    sourceId: 'bench',
    provider: draft.provider ?? { name: draft.ref, domain: `${draft.ref}.example` },
    publishedAt: draft.publishedAt ?? at,
    undated: draft.publishedAt === null,
    firstSeenAt: at,
    textSha256: createHash('sha256').update(draft.text, 'utf8').digest('hex'),
    version: 1,
    quality: quality.total,
    qualityParts: quality.parts,
    duplicateOf: null,
    backfill: false,
  }
}

/** The articles with their originals named, and the story of each by its id. */
export function group(articles: readonly Article[]) {
  const clusterable = articles.map((article) => ({ ...article, provider: article.provider.domain }))
  const placed = new Map<string, Grouped>(
    clusterArticles(clusterable).map((grouped) => [grouped.id, grouped]),
  )
  const known = articles.map((article) => {
    return { ...article, duplicateOf: placed.get(article.id)?.duplicateOf ?? null }
  })
  return { articles: known, storyOf: (id: string) => placed.get(id)?.story ?? id }
}

/** An edition as a page to read, the cards that are in it, and what it was chosen from. */
export function print(
  stories: PoolInput['stories'],
  now: Instant,
  size: number,
  taxonomy: Taxonomy,
) {
  const pool = makePool({ stories, now, timeZone: 'UTC', topics: [], taxonomy })
  const issue = selectIssue(pool.cards, { topics: [] }, size)
  if (issue === null) return { page: 'nothing\n', cards: [], issue, pool }
  const parts = [
    ['TOP', [issue.top]],
    ['HIGHLIGHTS', issue.highlights],
    ...issue.sections.map(({ topic, cards }) => [topic, cards] as const),
  ] as const
  const told = parts.map(([name, cards]) => `## ${name}\n\n${cards.map(printCard).join('\n')}`)
  const quick = issue.quick.map((card) => `- ${card.headline} (${placeOf(card)})`)
  return {
    page: `${told.join('\n')}\n## QUICK\n\n${quick.join('\n')}\n`,
    cards: cardsOf(issue),
    issue,
    pool,
  }
}

const placeOf = ({ rank, score, articleCount, why }: Card) =>
  `#${rank}, ${score.toFixed(1)}, ${articleCount} articles, ${why}`

function printCard(card: Card): string {
  const sentences = card.sentences.map(({ text, cites, alsoCites }) => {
    return `  ${text} ${[cites, ...alsoCites].map((n) => `[${n}]`).join('')}`
  })
  const sources = card.citations.map(
    ({ n, provider, title }) => `[${n}] ${provider.name}: ${title}`,
  )
  return [
    `${card.headline} (${placeOf(card)})${card.followUp ? `, since ${card.followUp.lastTold}` : ''}`,
    ...sentences,
    `    ${sources.join(' · ')}`,
    '',
  ].join('\n')
}
