import type { About, Article } from '../model.ts'
import { findEntities } from './entities.ts'
import { keyPhrases } from './keyphrases.ts'

/** What the articles of one story are about, copies left out: they would only vote twice. */
export function aboutStory(articles: readonly Article[]): About {
  const own = articles.filter(({ duplicateOf }) => duplicateOf === null)
  const docs = own.length > 0 ? own : articles
  return { phrases: keyPhrases(docs), names: findEntities(docs).map(({ name }) => name) }
}
