import type { Instant } from '../model.ts'
import { insertArrival, removeArrival } from './arrivals.ts'
import { createDuplicateIndex } from './duplicate.ts'
import { freeze, type Held, type HeldSnapshot, thaw } from './held.ts'
import type { ClusterSettings } from './level.ts'
import { createPostings } from './postings.ts'

/** A story as far as it is in memory: its articles that are no copies, in order of arrival. */
export type HeldStory = { readonly id: string; readonly born: number; readonly members: Held[] }

export type MemorySnapshot = {
  /** The two newest dates, the newest first, in milliseconds since 1970. */
  readonly newest: readonly [number | null, number | null]
  readonly unswept: number
  readonly stories: readonly (readonly [id: string, born: number])[]
  /** In order of arrival. */
  readonly articles: readonly HeldSnapshot[]
}

/** The articles in memory, by id, by story, by what they are about and by how they read. */
export type Memory = {
  readonly get: (id: string) => Held | undefined
  readonly articles: () => Iterable<Held>
  readonly story: (id: string) => HeldStory | undefined
  readonly hold: (article: Held) => void
  /** Changes an article's text in all indexes. */
  readonly revise: (article: Held, text: Pick<Held, 'vector' | 'print'>) => void
  /** Puts an article that is no copy into another story, begun by it where there is none. */
  readonly move: (article: Held, story: string) => void
  /** Time as the articles tell it; what has left the window for good is forgotten now and then. */
  readonly pass: (at: number | null, arrivals: number) => void
  /** The beginning of the window that ends at `now`, in milliseconds since 1970. */
  readonly windowStart: (now: Instant | null) => number
  readonly nearest: (vector: Held['vector'], limit: number) => Held[]
  readonly findTwin: (print: Held['print'], at: number | null) => Held | null
  readonly snapshot: () => MemorySnapshot
}

/** Articles are looked through for old ones when this share of them has arrived anew. */
const SWEEP_SHARE = 0.05

const DAY_MS = 86_400_000

export function createMemory(settings: ClusterSettings, from?: MemorySnapshot): Memory {
  const window = settings.windowDays * DAY_MS
  const held = new Map<string, Held>()
  const stories = new Map<string, HeldStory>()
  const postings = createPostings<Held>()
  const duplicates = createDuplicateIndex<Held>()
  let [newest, second] = from?.newest ?? [null, null]
  let unswept = from?.unswept ?? 0

  const enter = (article: Held) => {
    const story = stories.get(article.story)
    if (story !== undefined) insertArrival(story.members, article)
    else stories.set(article.story, { id: article.story, born: article.order, members: [article] })
  }
  const leave = (article: Held) => {
    const story = stories.get(article.story)
    if (story === undefined) return
    removeArrival(story.members, article)
    if (story.members.length === 0) stories.delete(story.id)
  }
  const hold = (article: Held) => {
    held.set(article.id, article)
    duplicates.add(article)
    if (article.original !== null) return
    postings.add(article)
    enter(article)
  }
  const drop = (article: Held) => {
    held.delete(article.id)
    duplicates.remove(article)
    if (article.original !== null) return
    postings.remove(article)
    leave(article)
  }
  const sweep = (arrivals: number) => {
    for (const article of held.values()) {
      if (article.order >= arrivals - settings.holdArticles) break
      if (article.at === null || article.at < (second ?? 0) - window) drop(article)
    }
  }

  for (const [id, born] of from?.stories ?? []) stories.set(id, { id, born, members: [] })
  for (const article of from?.articles ?? []) hold(thaw(article))

  return {
    get: (id) => held.get(id),
    articles: () => held.values(),
    story: (id) => stories.get(id),
    hold,
    revise(article, { vector, print }) {
      duplicates.remove(article)
      article.print = print
      duplicates.add(article)
      if (article.original !== null) return
      postings.remove(article)
      article.vector = vector
      postings.add(article)
    },
    move(article, story) {
      leave(article)
      article.story = story
      enter(article)
    },
    pass(at, arrivals) {
      // Time is what two articles agree on: one date in the future must not age all others.
      if (at !== null && (newest === null || at > newest)) [newest, second] = [at, newest]
      else if (at !== null && (second === null || at > second)) second = at
      if (++unswept < held.size * SWEEP_SHARE) return
      unswept = 0
      sweep(arrivals)
    },
    windowStart: (now) => (now === null ? (second ?? newest ?? 0) : Date.parse(now)) - window,
    nearest: (vector, limit) => postings.nearest(vector, limit),
    findTwin(print, at) {
      const twin = duplicates.find(print)
      const far =
        twin !== null && at !== null && twin.at !== null && Math.abs(at - twin.at) > window
      return far ? null : twin
    },
    snapshot: () => ({
      newest: [newest, second],
      unswept,
      stories: [...stories.values()].map(({ id, born }) => [id, born]),
      articles: [...held.values()].map(freeze),
    }),
  }
}
