import type { Article, Instant } from '../../src/model.ts'
import type { Telling } from '../../src/story/develop.ts'
import { indexTellings } from '../../src/story/recall.ts'
import { piecesOf } from '../../src/story/repeated.ts'
import type { Pool, PoolInput } from '../../src/workers/pool.ts'
import { toldIn } from '../../src/workers/tellings.ts'

type Stories = PoolInput['stories']
type Told = Telling & { readonly storyId: string }

/** As `store/lines.ts` has them: articles of a host, stories with a line, their share, its length. */
const RECENT = 50
const FEWEST_STORIES = 3
const SHARE = 0.3
const LENGTH = { min: 20, max: 600 }

/**
 * What a digest's editions know of those before them, without a store: what was told, and which
 * lines each host repeats.
 */
export function createMemory() {
  const told: Told[] = []
  const hosts = new Map<string, { readonly story: string; readonly pieces: readonly string[] }[]>()
  const seen = new Set<string>()

  /** The stories of a day with all that the compose stage would load for them. */
  function recall(stories: Stories): Stories {
    for (const { id, articles } of stories) for (const article of articles) note(id, article)
    const lines = new Map([...hosts].map(([host, of]) => [host, repeatedIn(of.slice(-RECENT))]))
    const tellingsOf = indexTellings(told)
    return stories.map(({ id, articles }) => {
      const own = articles.map((article) => article.id)
      return {
        id,
        articles,
        tellings: tellingsOf(id, own),
        repeated: articles.flatMap(({ provider }) => lines.get(provider.domain) ?? []),
      }
    })
  }

  function note(story: string, { id, provider, text }: Article): void {
    if (seen.has(id)) return
    seen.add(id)
    const entry = { story, pieces: piecesOf(text) }
    if (!hosts.get(provider.domain)?.push(entry)) hosts.set(provider.domain, [entry])
  }

  /** An edition went out with this pool. */
  function remember(pool: Pool, size: number, now: Instant, stories: Stories): void {
    const articles = new Map(
      stories.flatMap((story) => story.articles.map((article) => [article.id, article] as const)),
    )
    for (const one of toldIn(pool.cards, size, pool.articles)) {
      const texts = one.articles.flatMap(({ id }) => articles.get(id) ?? [])
      told.push({ ...one, date: now.slice(0, 10), texts })
    }
  }
  return { recall, remember }
}

function repeatedIn(
  recent: readonly { readonly story: string; readonly pieces: readonly string[] }[],
): string[] {
  const stories = new Map<string, Set<string>>()
  for (const { story, pieces } of recent) {
    for (const piece of pieces) {
      if (piece.length < LENGTH.min || piece.length > LENGTH.max) continue
      stories.set(piece, (stories.get(piece) ?? new Set()).add(story))
    }
  }
  const least = Math.max(FEWEST_STORIES, SHARE * new Set(recent.map(({ story }) => story)).size)
  return [...stories].filter(([, of]) => of.size >= least).map(([piece]) => piece)
}
