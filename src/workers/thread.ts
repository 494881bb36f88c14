import { decodeText } from '../article/encoding.ts'
import { filterReason } from '../article/filter-rules.ts'
import { inspectDocument } from '../article/inspect.ts'
import { readListPage as readList } from '../article/list-page.ts'
import { readOpml as opml } from '../article/opml.ts'
import { type Page, readPage as page } from '../article/page.ts'
import { type Document, readDocument as read } from '../article/read.ts'
import type { Entry, SpreadWeights } from '../edition/spread.ts'
import { makeStoryPage } from '../edition/story-page.ts'
import { readReturned as returned } from '../io/returned.ts'
import type { About, Article, FilterRule, Score, Story, StoryPage } from '../model.ts'
import { aboutStory } from '../story/about.ts'
import { assembleStory as assemble } from '../story/assemble.ts'
import { type Scorable, scoreArticle as score } from '../story/score.ts'
import { sectionsOf } from '../story/sections.ts'
import type { Taxonomy } from '../story/topics.ts'
import { explainPlace } from './explain.ts'
import { type PoolInput, makePool as pool, rankEntries, scoreStories as scores } from './pool.ts'
import type { ListInput } from './read-list.ts'

/** What runs in the thread pool. Each export is a task of `Threads.run`. */

type InspectInput = {
  readonly document: Document
  readonly rules: readonly FilterRule[]
  readonly now: string
}

type ReadInput = Document & { readonly rules: readonly FilterRule[] }

/** Reads a document, and tells apart what an operator's rules keep out. */
export function readDocument({ rules, ...document }: ReadInput) {
  const result = read(document)
  const judged = result.drafts.map((draft) => ({ draft, reason: filterReason(draft, rules) }))
  return {
    ...result,
    drafts: judged.flatMap(({ draft, reason }) => (reason === null ? [draft] : [])),
    filtered: judged.flatMap(({ draft: { ref }, reason }) =>
      reason === null ? [] : [{ ref, reason }],
    ),
  }
}

export const inspect = ({ document, rules, now }: InspectInput) =>
  inspectDocument(document, rules, now)

export const readOpml = ({ content, file }: { content: string; file: string }) =>
  opml(content, file)

export const readListPage = ({ page, rules }: ListInput) => readList(page, rules)
export type PageBytes = Pick<Document, 'bytes' | 'contentType' | 'url'>

export const readPage = ({ bytes, contentType, url }: PageBytes): Page =>
  page(decodeText(bytes, contentType), url)

export const readReturned = (bytes: Uint8Array) => returned(bytes)

export const scoreArticle = (article: Scorable): Score => score(article)

export type AssembleInput = {
  readonly id: string
  readonly articles: readonly Article[]
  readonly now: string
  readonly taxonomy: Taxonomy
  /** Lines that the hosts of its articles print under every story. */
  readonly repeated: readonly string[]
  /** Articles whose titles an operator chose. */
  readonly headlines: readonly string[]
}

export type ExplainInput = {
  readonly entries: readonly Entry[]
  readonly id: string
  readonly weights?: SpreadWeights
}

export type Assembled = {
  readonly story: Story
  readonly about: About
  readonly page: StoryPage
}

export const assembleStory = ({ id, articles, ...options }: AssembleInput): Assembled => {
  const story = assemble(id, articles, options)
  const sections = sectionsOf(story.members, story.sentences, new Set(options.repeated))
  return { story, about: aboutStory(articles), page: makeStoryPage(story, sections) }
}

export const makePool = (input: PoolInput) => pool(input)

export const scoreStories = (input: PoolInput) => scores(input)

export const rank = (input: PoolInput) => rankEntries(input)

export const explain = ({ entries, id, weights }: ExplainInput) =>
  explainPlace(entries, id, weights)
