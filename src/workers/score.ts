import type { Score } from '../model.ts'
import type { Stage } from './stage.ts'

/** Gives an article its quality, 0–100, as a sum of named parts. */
export const score: Stage = {
  name: 'score',
  does: 'scores an article',
  takes: 'article',
  gives: 'article',
  concurrency: 4,

  async run(key, { store, threads }) {
    const article = await store.articles.get(key.id)
    if (!article || article.version !== key.version) return []
    const source = await store.sources.get(article.sourceId)
    const input = { ...article, authority: source?.authority ?? null }
    await store.articles.saveQuality(key, await threads.run<Score>('scoreArticle', input))
    return [key]
  },

  /** An article without a score still belongs to its story. */
  async giveUp(key, _error, { store }) {
    await store.articles.saveQuality(key, null)
  },
}
