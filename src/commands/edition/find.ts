import { DoseError } from '../../errors.ts'
import type { Deps } from '../../workers/stage.ts'

/** An edition by id, or the newest public one of a digest or of all; without its pool. */
export async function findEdition({ store }: Pick<Deps, 'store'>, id: string, digestId?: string) {
  const newest = id === 'latest' ? (await store.archive.list({ limit: 1, digestId }))[0] : { id }
  const edition = newest && (await store.archive.head(newest.id))
  if (!edition) throw new DoseError('NOT_FOUND', `edition ${id}`)
  return edition
}
