import type { Article } from '../model.ts'
import type { Candidate, Pantry } from './candidates.ts'
import type { EditionHead } from './edition-input.ts'
import type { Deps } from './stage.ts'

/** An article as an edition found it, without its text: that stays in the rows, by version. */
type KeptArticle = Omit<Article, 'text'>
type KeptStory = Omit<Candidate, 'articles'> & { readonly articles: readonly KeptArticle[] }

type Pack = Deps['store']['inputs']['pack']

/**
 * Notes what is taken from a pantry, each story once.
 *
 * @returns the pantry, and what packs all that was taken behind the head.
 */
export function notePantry(pantry: Pantry, head: EditionHead, pack: Pack) {
  const parts = [pack(head)]
  const noted = new Set<string>()
  const noting: Pantry = {
    ...pantry,
    async load(groups) {
      const stories = await pantry.load(groups)
      const fresh = stories.filter(({ id }) => !noted.has(id))
      for (const { id } of fresh) noted.add(id)
      if (fresh.length > 0) parts.push(pack(fresh.map(withoutTexts)))
      return stories
    },
  }
  return { pantry: noting, packed: () => Promise.all(parts) }
}

const withoutTexts = ({ articles, ...story }: Candidate): KeptStory => ({
  ...story,
  articles: articles.map(({ text: _, ...article }) => article),
})

type KeptInput = {
  readonly head: EditionHead
  readonly pantry: Pantry
  /** Articles that were loaded and whose texts are gone since. */
  readonly lost: ReadonlySet<string>
}

/** What an edition was made of, as it was kept; `null` for one made before such things were kept. */
export async function openKept(
  editionId: string,
  { store }: Pick<Deps, 'store'>,
): Promise<KeptInput | null> {
  const head = await store.inputs.read<EditionHead>(editionId, 0)
  if (!head) return null
  const stories = new Map<string, KeptStory>()
  for (let part = 1; ; part++) {
    const kept = await store.inputs.read<KeptStory[]>(editionId, part)
    if (!kept) break
    for (const story of kept) stories.set(story.id, story)
  }
  const lost = new Set<string>()
  return { head, pantry: keptPantry(stories, store, lost), lost }
}

/** A pantry of what was kept; articles whose texts are gone since are left out. */
function keptPantry(
  stories: ReadonlyMap<string, KeptStory>,
  store: Deps['store'],
  lost: Set<string>,
): Pantry {
  const ids = [...stories.values()].map(({ id, articles }) => [id, articles.map((one) => one.id)])
  return {
    groups: new Map(ids as [string, string[]][]),
    load: (groups) =>
      withTexts(
        groups.flatMap(([id]) => stories.get(id) ?? []),
        store,
        lost,
      ),
  }
}

async function withTexts(
  stories: readonly KeptStory[],
  { told }: Deps['store'],
  lost: Set<string>,
): Promise<Candidate[]> {
  const texts = await told.texts(stories.flatMap(({ articles }) => articles))
  const byKey = new Map(texts.map((one) => [`${one.id} ${one.version} ${one.sha256}`, one.text]))
  return stories.map((story) => ({
    ...story,
    articles: story.articles.flatMap((article) => {
      const text = byKey.get(`${article.id} ${article.version} ${article.textSha256}`)
      if (text === undefined) lost.add(article.id)
      return text === undefined ? [] : [{ ...article, text }]
    }),
  }))
}
