import type { Article } from '../model.ts'
import type { LogEntry, LoggedArticle } from '../store/log.ts'
import { endsOf } from '../story/ends.ts'
import { LEVELS } from '../story/level.ts'
import type { Candidate, Pantry } from './candidates.ts'
import { pinned, told } from './cluster.ts'
import type { Placed } from './cluster-thread.ts'
import type { EditionHead } from './edition-input.ts'
import type { Deps } from './stage.ts'

/** Entries read at once; fewer where an edition ends. */
const BATCH = 500

type Membership = { readonly story: string; readonly duplicateOf: string | null }

/** The stories as they would be at a place of the log. */
export type Regrouping = {
  /** Goes on to a place behind the one before, and answers where every article is then. */
  readonly goTo: (place: number) => Promise<ReadonlyMap<string, Membership>>
  readonly close: () => Promise<void>
}

type Changed = {
  /** Settings of the grouping that are not those of the log. */
  readonly settings: Readonly<Record<string, number>>
  /** Articles that are not to be there. */
  readonly without: ReadonlySet<string>
}

/** Reads the log again from its beginning, in a thread of its own. */
export async function openRegrouping(
  { settings, without }: Changed,
  { store, openClusterThread }: Pick<Deps, 'store' | 'openClusterThread'>,
): Promise<Regrouping> {
  const thread = openClusterThread()
  const state = await store.log.state(LEVELS.story)
  const input = { settings: { ...state.settings, ...settings }, snapshot: null, seq: 0 }
  await thread.run('load', input)
  const membership = new Map<string, Membership>()
  const take = async (entries: readonly (LogEntry & { article: LoggedArticle | null })[]) => {
    const applied = entries.map((entry) =>
      told(entry, entry.article && without.has(entry.article.id) ? null : entry.article),
    )
    for (const placed of [...pinned(entries), ...(await thread.run<Placed[]>('apply', applied))])
      if (!without.has(placed.articleId)) put(membership, placed)
  }
  let seq = 0
  return {
    async goTo(place) {
      while (seq < place) {
        const entries = await store.log.read(seq, Math.min(BATCH, place - seq))
        if (entries.length === 0) break
        await take(entries)
        seq = entries.at(-1)?.seq ?? place
      }
      return membership
    },
    close: () => thread.close(),
  }
}

/** As the rows do: what is known of a copy stays where a move says nothing of it. */
function put(
  membership: Map<string, Membership>,
  { articleId, storyId, duplicateOf }: Placed,
): void {
  const known = membership.get(articleId)
  const original = duplicateOf ?? known?.duplicateOf ?? null
  membership.set(articleId, { story: storyId, duplicateOf: original })
}

/**
 * The stories of an edition by another grouping.
 *
 * @param kept how it was made: its articles are taken from there, others from the rows of now
 */
export async function regroupedPantry(
  { log, span, headlines }: EditionHead,
  membership: ReadonlyMap<string, Membership>,
  kept: Pantry,
  { store }: Pick<Deps, 'store'>,
): Promise<Pantry> {
  if (!log) return kept
  const tellable = await store.stories.tellable({ kind: 'live', log, to: span.to })
  const storyOf = (id: string) => membership.get(id)?.story
  const chosen = new Set(tellable.filter(({ fresh }) => fresh).map(({ id }) => storyOf(id)))
  const groups = new Map<string, string[]>()
  for (const { id } of tellable) {
    const story = storyOf(id)
    if (story === undefined || !chosen.has(story)) continue
    const group = groups.get(story) ?? []
    group.push(id)
    groups.set(story, group)
  }
  const known = await kept.load([...kept.groups])
  const articlesById = new Map(
    known.flatMap(({ articles }) => articles).map((one) => [one.id, one]),
  )
  const lines = Object.assign({}, ...known.map(({ repeated }) => repeated)) as Candidate['repeated']
  return {
    groups: new Map([...groups].map(([story, ids]) => [story, endsOf(ids, headlines)])),
    async load(some) {
      const missing = some.flatMap(([, ids]) => ids.filter((id) => !articlesById.has(id)))
      const others = new Map((await store.articles.many(missing)).map((one) => [one.id, one]))
      return some.map(([id, ids]): Candidate => {
        const found = ids.flatMap((one) => articlesById.get(one) ?? others.get(one) ?? [])
        const articles = found.map((one): Article => {
          return { ...one, duplicateOf: membership.get(one.id)?.duplicateOf ?? null }
        })
        return { id, articles, repeated: lines }
      })
    },
  }
}
