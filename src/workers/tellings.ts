import { selectIssue } from '../edition/select.ts'
import { toldBy } from '../edition/shown.ts'
import type { Card } from '../model.ts'
import type { ToldArticle, ToldBefore, ToldStory } from '../store/told.ts'
import type { Telling } from '../story/develop.ts'
import { indexTellings } from '../story/recall.ts'
import type { Deps } from './stage.ts'

type Groups = ReadonlyMap<string, readonly string[]>

/** What earlier editions told of each of the stories, by story; those never told are left out. */
export async function loadTellings(
  told: readonly ToldBefore[],
  groups: Groups,
  { store }: Pick<Deps, 'store'>,
): Promise<Map<string, readonly Telling[]>> {
  const tellingsOf = indexTellings(told)
  const found = [...groups].flatMap(([id, articles]) => {
    const tellings = tellingsOf(id, articles)
    return tellings.length > 0 ? [[id, tellings] as const] : []
  })
  const wanted = found.flatMap(([, tellings]) => tellings.flatMap(({ articles }) => articles))
  const texts = new Map(
    (await store.told.texts(distinct(wanted))).map((row) => [keyOf(row), row] as const),
  )
  return new Map(
    found.map(([id, tellings]) => [
      id,
      tellings.map((telling, i) => ({
        ...telling,
        // A text that an earlier telling knew is not sent along twice.
        texts: distinct(telling.articles)
          .filter((one) => !tellings.slice(0, i).some((earlier) => knows(earlier, one)))
          .flatMap((one) => texts.get(keyOf(one)) ?? []),
      })),
    ]),
  )
}

/** What an edition with this pool tells readers without choices. */
export function toldIn(
  pool: readonly Card[],
  size: number,
  articlesOf: ReadonlyMap<string, readonly ToldArticle[]>,
): ToldStory[] {
  const issue = selectIssue(pool, { topics: [] }, size)
  if (issue === null) return []
  return toldBy(issue).map((told) => ({ ...told, articles: articlesOf.get(told.storyId) ?? [] }))
}

type Key = Pick<ToldArticle, 'id' | 'version'>

const keyOf = ({ id, version }: Key) => `${id} ${version}`

const knows = ({ articles }: { readonly articles: readonly Key[] }, { id, version }: Key) =>
  articles.some((one) => one.id === id && one.version === version)

const distinct = <T extends Key>(articles: readonly T[]): T[] => [
  ...new Map(articles.map((article) => [keyOf(article), article])).values(),
]
