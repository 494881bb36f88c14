import { type BlindSpots, findBlindSpots } from '../edition/blind.ts'
import type { Silence } from '../store/presence.ts'
import type { Deps } from './stage.ts'

/** Earlier editions that say what is usual: two weeks of a daily digest. */
const REMEMBERED = 14

/** Topics and sources that a digest usually has and this edition has not, with what is known of why. */
export async function blindSpotsOf(
  editionId: string,
  { store }: Pick<Deps, 'store'>,
): Promise<BlindSpots> {
  const found = await store.presence.of(editionId, REMEMBERED + 1)
  const today = found.find(({ id }) => id === editionId)
  if (!today) return { topics: [], sources: [] }
  const history = found.filter((one) => one !== today)
  const by = (key: 'topics' | 'sources') => {
    return findBlindSpots(
      { ...today, names: today[key] },
      history.map((one) => ({ ...one, names: one[key] })),
    )
  }
  // An edition for a past date goes by publication, not by what was read since the one before.
  const absent = today.sources.length > 0 ? by('sources') : []
  const silent = await store.presence.silent(absent.map(({ name }) => name))
  return {
    topics: by('topics'),
    sources: absent.flatMap((spot) => {
      const source = silent.find(({ id }) => id === spot.name)
      return source ? [{ ...spot, name: source.name, why: reasonOf(source) }] : []
    }),
  }
}

function reasonOf({ state, failures, lastError, succeededAt }: Silence): string {
  if (state !== 'active') return `the source is ${state}`
  if (failures === 0) return 'it was read and brought nothing new'
  const since = succeededAt ? `not read since ${succeededAt.slice(0, 16)}Z` : 'never read yet'
  return `${since}: ${lastError ?? 'it fails'}`
}
