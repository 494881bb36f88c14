import { setImmediate as breathe } from 'node:timers/promises'
import type { Article } from '../model.ts'
import type { Eligibility } from '../store/stories.ts'
import type { Telling } from '../story/develop.ts'
import { ENDS } from '../story/ends.ts'
import type { CandidateScore, Pool, PoolInput } from './pool.ts'
import type { Deps } from './stage.ts'

/** A story with the articles it may be told from. */
export type Candidate = {
  readonly id: string
  readonly articles: readonly Article[]
  /** Lines that the hosts of its articles print under every story, by domain. */
  readonly repeated: Readonly<Record<string, readonly string[]>>
}

type Group = readonly [story: string, articles: readonly string[]]

/** The stories of an edition, and where their articles are found when they are needed. */
export type Pantry = {
  readonly groups: ReadonlyMap<string, readonly string[]>
  load(groups: readonly Group[]): Promise<readonly Candidate[]>
}

/** What earlier editions told of stories, by story. */
type Tellings = ReadonlyMap<string, readonly Telling[]>

/** Stories sent to a thread at once: copying more in one go would stall the event loop. */
const SLICE = 50
/** Stories that are ranked against each other; an edition's pool holds 200. */
const FINALISTS = 300

/**
 * The stories of an edition as the rows have them now.
 *
 * @param headlines articles whose titles an editor chose
 */
export async function pantryOf(
  eligibility: Eligibility,
  headlines: readonly string[],
  deps: Pick<Deps, 'store'>,
): Promise<Pantry> {
  const ends = { ...ENDS, chosen: headlines }
  const members = await deps.store.stories.candidates(eligibility, ends)
  const groups = new Map<string, string[]>()
  for (const { storyId, articleId } of members) {
    const group = groups.get(storyId)
    if (group) group.push(articleId)
    else groups.set(storyId, [articleId])
  }
  return { groups, load: (some) => withArticles(some, deps) }
}

async function withArticles(
  groups: readonly Group[],
  { store }: Pick<Deps, 'store'>,
): Promise<Candidate[]> {
  const articles = await store.articles.many(groups.flatMap(([, ids]) => ids))
  const byId = new Map(articles.map((article) => [article.id, article]))
  const lines = await store.lines.repeated(domainsOf(articles))
  return groups.map(([id, ids]) => {
    const own = ids.flatMap((one) => byId.get(one) ?? [])
    const repeated = domainsOf(own).map((domain) => [domain, lines.get(domain) ?? []] as const)
    return { id, articles: own, repeated: Object.fromEntries(repeated) }
  })
}

/** Stories as they are ranked: with what earlier editions told of them. */
export const withTellings = (
  candidates: readonly Candidate[],
  tellings: Tellings,
): PoolInput['stories'] =>
  candidates.map(({ id, articles, repeated }) => ({
    id,
    articles,
    tellings: tellings.get(id) ?? [],
    repeated: domainsOf(articles).flatMap((domain) => repeated[domain] ?? []),
  }))

/** The hosts of articles, each once. */
export const domainsOf = (articles: readonly Article[]): string[] => [
  ...new Set(articles.map(({ provider }) => provider.domain)),
]

/**
 * The ranked cards of an edition. Where there are more stories than could ever be shown, each is
 * scored alone first and the best go on: a story's score does not depend on the others.
 */
export async function rankCandidates(
  { groups, load }: Pantry,
  options: Omit<PoolInput, 'stories'>,
  { threads }: Pick<Deps, 'threads'>,
  tellings: Tellings = new Map(),
): Promise<Pool> {
  const stories = async (some: readonly Group[]) => withTellings(await load(some), tellings)
  const all = [...groups]
  if (all.length <= FINALISTS)
    return threads.run<Pool>('makePool', { ...options, stories: await stories(all) })
  const scores: CandidateScore[] = []
  for (let start = 0; start < all.length; start += SLICE) {
    const input = { ...options, stories: await stories(all.slice(start, start + SLICE)) }
    scores.push(...(await threads.run<CandidateScore[]>('scoreStories', input)))
    await breathe()
  }
  const finalists = chooseFinalists(scores, options).map(
    ({ id }): Group => [id, groups.get(id) ?? []],
  )
  const pool = await threads.run<Pool>('makePool', {
    ...options,
    stories: await stories(finalists),
  })
  return { ...pool, stories: scores.length }
}

/** The best, and whatever an editor has put at a place. */
function chooseFinalists(
  scores: readonly CandidateScore[],
  { places = [] }: Omit<PoolInput, 'stories'>,
): readonly CandidateScore[] {
  const placed = new Set(places.map(({ storyId }) => storyId))
  const ordered = scores.toSorted((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
  return ordered.filter(({ id }, i) => i < FINALISTS || placed.has(id))
}
