import { resolve } from 'node:path'
import { DoseError } from '../../errors.ts'
import type { Source } from '../../store/sources.ts'
import type { Deps } from '../../workers/stage.ts'

/** Names one source: what most commands on sources take. */
export type Target = { readonly target: string }

/** How a target may be spelled, for the help. */
export const TARGET = 'Id, URL, path or name'

export const isUrl = (target: string): boolean => /^[a-z][a-z0-9+.-]*:\/\//i.test(target)

/** Folders are named by their absolute path: the server may stand in another directory. */
export const absolute = (target: string): string => (isUrl(target) ? target : resolve(target))

/** @throws {DoseError} NOT_FOUND. */
export async function findSource({ store }: Pick<Deps, 'store'>, key: string): Promise<Source> {
  const source = (await store.sources.find(key)) ?? (await store.sources.find(absolute(key)))
  if (!source) throw new DoseError('NOT_FOUND', `source ${key}`)
  return source
}

/** What a source is called that nobody named: its host, or its folder. */
export const nameOf = (target: string): string =>
  isUrl(target)
    ? new URL(target).hostname.replace(/^www\./, '')
    : (target.split('/').at(-1) ?? target)

const HOUR_SECONDS = 3_600
/** A folder is cheap to look at. */
const FOLDER_SECONDS = 300

/** How often a new source is read, in seconds. */
export const firstInterval = (target: string): number =>
  isUrl(target) ? HOUR_SECONDS : FOLDER_SECONDS
