import { basename, isAbsolute, resolve } from 'node:path'
import { DoseError } from '../../errors.ts'
import type { Source } from '../../store/sources.ts'
import type { Deps } from '../../workers/stage.ts'

/** Names one source: what most commands on sources take. */
export type Target = { readonly target: string; readonly path?: string | undefined }

/** Sources of one name that are told apart in a message. */
const SHOWN_NAMESAKES = 5

/** How a target may be spelled, for the help. */
export const TARGET = 'Id, URL, path or name'

export const isUrl = (target: string): boolean => /^[a-z][a-z0-9+.-]*:\/\//i.test(target)

/**
 * One spelling of a target. URLs are as the standard writes them, so that one host in capitals or as a
 * number is no second source; folders by their absolute path: the server may stand in another directory.
 */
export const absolute = (target: string): string =>
  isUrl(target) ? (URL.parse(target)?.href ?? target) : resolve(target)

/**
 * @param path `key` as an absolute path, where it may be one: of a relative path only the caller knows what it means.
 * @throws {DoseError} NOT_FOUND; USAGE where several bear the name: none of them is guessed.
 */
export async function findSource(
  deps: Pick<Deps, 'store'>,
  key: string,
  path?: string,
): Promise<Source> {
  const source = await seekSource(deps, key, path)
  if (!source) throw new DoseError('NOT_FOUND', `source ${key}`)
  return source
}

/** The same, where it need not be a source. @throws {DoseError} USAGE where several bear the name. */
export async function seekSource(
  { store }: Pick<Deps, 'store'>,
  key: string,
  path?: string,
): Promise<Source | undefined> {
  const isSpelled = isUrl(key) || isAbsolute(key)
  const exact =
    (await store.sources.find(key)) ?? (isSpelled && (await store.sources.find(absolute(key))))
  if (exact) return exact
  const there = path === undefined ? undefined : await store.sources.find(path)
  const named = await store.sources.named(key)
  const meant = [...(there ? [there] : []), ...named.filter(({ id }) => id !== there?.id)]
  if (meant.length <= 1) return meant[0]
  const ids = meant.slice(0, SHOWN_NAMESAKES).map(({ id, url }) => `${id} (${url})`)
  const more = meant.length > ids.length ? ', …' : ''
  const which = `${ids.join(', ')}${more}`
  throw new DoseError(
    'USAGE',
    `${key}: ${meant.length} sources bear that name; name it by id: ${which}.`,
  )
}

/** What a source is called that nobody named: its host, or its folder. */
export const nameOf = (target: string): string =>
  isUrl(target) ? new URL(target).hostname.replace(/^www\./, '') : basename(target) || target

const HOUR_SECONDS = 3_600
/** A folder is cheap to look at. */
const FOLDER_SECONDS = 300

/** How often a new source is read, in seconds. */
export const firstInterval = (target: string): number =>
  isUrl(target) ? HOUR_SECONDS : FOLDER_SECONDS
