import { setImmediate as breathe } from 'node:timers/promises'
import type { Article } from '../model.ts'
import type { Eligibility } from '../store/stories.ts'
import type { Telling } from '../story/develop.ts'
import type { CandidateScore, Pool, PoolInput } from './pool.ts'
import type { Deps } from './stage.ts'

/** A story with the articles it may be told from. */
export type Candidate = {
  readonly id: string
  readonly articles: readonly Article[]
  readonly tellings: readonly Telling[]
  /** Lines that the hosts of its articles print under every story. */
  readonly repeated: readonly string[]
}

/** What earlier editions told of stories, by story. */
type Tellings = ReadonlyMap<string, readonly Telling[]>

type CandidateDeps = Pick<Deps, 'store' | 'threads'>

/** Stories sent to a thread at once: copying more in one go would stall the event loop. */
const SLICE = 50
/** Stories that are ranked against each other; an edition's pool holds 200. */
const FINALISTS = 300

/** The stories of an edition with their articles, loaded slice by slice. */
export async function loadCandidates(
  eligibility: Eligibility,
  { store }: Pick<Deps, 'store'>,
): Promise<Map<string, string[]>> {
  const groups = new Map<string, string[]>()
  for (const { storyId, articleId } of await store.stories.candidates(eligibility)) {
    const group = groups.get(storyId)
    if (group) group.push(articleId)
    else groups.set(storyId, [articleId])
  }
  return groups
}

export async function withArticles(
  groups: readonly (readonly [string, readonly string[]])[],
  { store }: Pick<Deps, 'store'>,
  tellings: Tellings = new Map(),
): Promise<Candidate[]> {
  const articles = await store.articles.many(groups.flatMap(([, ids]) => ids))
  const byId = new Map(articles.map((article) => [article.id, article]))
  const lines = await store.lines.repeated(domainsOf(articles))
  return groups.map(([id, ids]) => {
    const own = ids.flatMap((one) => byId.get(one) ?? [])
    const repeated = domainsOf(own).flatMap((domain) => lines.get(domain) ?? [])
    return { id, articles: own, tellings: tellings.get(id) ?? [], repeated }
  })
}

/** The hosts of articles, each once. */
export const domainsOf = (articles: readonly Article[]): string[] => [
  ...new Set(articles.map(({ provider }) => provider.domain)),
]

/**
 * The ranked cards of an edition. Where there are more stories than could ever be shown, each is
 * scored alone first and the best go on: a story's score does not depend on the others.
 */
export async function rankCandidates(
  groups: ReadonlyMap<string, string[]>,
  options: Omit<PoolInput, 'stories'>,
  deps: CandidateDeps,
  tellings: Tellings = new Map(),
): Promise<Pool> {
  const all = [...groups]
  if (all.length <= FINALISTS)
    return deps.threads.run<Pool>('makePool', {
      ...options,
      stories: await withArticles(all, deps, tellings),
    })
  const scores: CandidateScore[] = []
  for (let start = 0; start < all.length; start += SLICE) {
    const stories = await withArticles(all.slice(start, start + SLICE), deps, tellings)
    scores.push(
      ...(await deps.threads.run<CandidateScore[]>('scoreStories', { ...options, stories })),
    )
    await breathe()
  }
  const best = scores
    .toSorted((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
    .slice(0, FINALISTS)
  const finalists = best.map(({ id }) => [id, groups.get(id) ?? []] as const)
  const pool = await deps.threads.run<Pool>('makePool', {
    ...options,
    stories: await withArticles(finalists, deps, tellings),
  })
  return { ...pool, stories: scores.length }
}
