import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DoseError } from '../errors.ts'
import type { Clock } from './clock.ts'
import type { Http } from './http.ts'
import { type PictureKind, pictureKind } from './picture-kind.ts'

export type Picture = { readonly type: PictureKind['type']; readonly bytes: Uint8Array }

/** Why there is no picture: none that may be shown, or not now. */
export type NoPicture = 'none' | 'later'

export type Pictures = {
  /** A picture from the folder, or from its publisher; the same one is asked for once at a time. */
  get(url: string): Promise<Picture | NoPicture>
}

export type PictureLimits = {
  /** Bytes of one picture. Stops: originals for print. */
  readonly bytes: number
  /** Pixels of one picture, where its head tells. Stops: bombs that unpack in a reader's browser. */
  readonly pixels: number
  /** Bytes of all pictures kept; the longest unused go first. */
  readonly folderBytes: number
  /** Milliseconds after which a picture is asked for anew. */
  readonly keepMs: number
  /** Milliseconds for which a failure stands. Stops: asking a broken host at every opening. */
  readonly failureMs: number
  /** Fetches at once. Stops: many openings of a new edition from taking all connections. */
  readonly fetches: number
}

const MB = 1_024 * 1_024
const MINUTE_MS = 60_000

const PICTURE_LIMITS: PictureLimits = {
  bytes: 5 * MB,
  pixels: 50_000_000,
  folderBytes: 256 * MB,
  keepMs: 30 * 24 * 60 * MINUTE_MS,
  failureMs: 10 * MINUTE_MS,
  fetches: 16,
}

/** Failures remembered; more are forgotten together. */
const FAILURES_MAX = 1_000
/** What is left of the folder's bound when it was passed, so that it is not passed at once again. */
const KEPT_SHARE = 0.8

type Options = {
  readonly dir: string
  readonly http: Pick<Http, 'get'>
  readonly clock: Clock
  readonly limits?: Partial<PictureLimits>
}

/** Pictures of publishers, kept in a folder, so that a publisher does not see who reads. */
export function createPictures({ dir, http, clock, limits: own }: Options): Pictures {
  const limits = { ...PICTURE_LIMITS, ...own }
  const running = new Map<string, Promise<Picture | NoPicture>>()
  const failedAt = new Map<string, number>()
  const now = () => Date.parse(clock.now())
  let folderBytes: number | null = null

  const keep = async (file: string, bytes: Uint8Array) => {
    await mkdir(dir, { recursive: true })
    const part = join(dir, `${randomUUID()}.part`)
    await writeFile(part, bytes)
    await utimes(part, now() / 1_000, now() / 1_000)
    await rename(part, file)
    folderBytes = folderBytes === null ? await sizeOf(dir) : folderBytes + bytes.length
    if (folderBytes > limits.folderBytes)
      folderBytes = await shrink(dir, KEPT_SHARE * limits.folderBytes)
  }

  const fetch = async (url: string, file: string): Promise<Picture | NoPicture> => {
    const answer = await ask(http, url)
    if (answer === 'later') return 'later'
    const kind = answer && fitting(answer, limits)
    if (!answer || !kind) {
      if (failedAt.size >= FAILURES_MAX) failedAt.clear()
      failedAt.set(url, now())
      return 'none'
    }
    await keep(file, answer)
    return { type: kind.type, bytes: answer }
  }

  return {
    async get(url) {
      const known = running.get(url)
      if (known) return known
      const file = join(dir, createHash('sha256').update(url).digest('hex'))
      const kept = await readKept(file, now() - limits.keepMs)
      if (kept) return kept
      if ((failedAt.get(url) ?? -Infinity) > now() - limits.failureMs) return 'none'
      const begun = running.get(url)
      if (begun) return begun
      if (running.size >= limits.fetches) return 'later'
      const fetching = fetch(url, file).finally(() => running.delete(url))
      running.set(url, fetching)
      return fetching
    },
  }
}

/** The bytes of an answer; `null` where there is none to be had, `later` where its host is busy. */
async function ask(http: Pick<Http, 'get'>, url: string): Promise<Uint8Array | null | 'later'> {
  try {
    const answer = await http.get({ url, accept: 'image', robots: true })
    if (answer.kind === 'fetched') return answer.bytes
    return answer.kind === 'postponed' ? 'later' : null
  } catch (error) {
    if (error instanceof DoseError) return null
    throw error
  }
}

function fitting(bytes: Uint8Array, limits: PictureLimits): PictureKind | null {
  const kind = bytes.length <= limits.bytes ? pictureKind(bytes) : null
  return kind && (kind.width ?? 0) * (kind.height ?? 0) <= limits.pixels ? kind : null
}

async function readKept(file: string, since: number): Promise<Picture | null> {
  const found = await stat(file).catch(absent)
  if (!found || found.mtimeMs < since) return null
  const bytes = await readFile(file).catch(absent) // swept away this moment
  const kind = bytes && pictureKind(bytes)
  return bytes && kind ? { type: kind.type, bytes } : null
}

/** A file that is not there is an answer; anything else is trouble. */
function absent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null
  throw error
}

type Kept = { readonly file: string; readonly size: number; readonly at: number }

async function listKept(dir: string): Promise<Kept[]> {
  const names = await readdir(dir)
  const found = await Promise.all(
    names.map(async (name) => {
      const file = join(dir, name)
      const entry = await stat(file).catch(absent)
      return entry ? [{ file, size: entry.size, at: entry.mtimeMs }] : []
    }),
  )
  return found.flat()
}

const sizeOf = async (dir: string): Promise<number> =>
  (await listKept(dir)).reduce((sum, { size }) => sum + size, 0)

/** Takes the oldest away until `bytes` are left. */
async function shrink(dir: string, bytes: number): Promise<number> {
  const kept = (await listKept(dir)).toSorted((a, b) => a.at - b.at)
  let total = kept.reduce((sum, { size }) => sum + size, 0)
  for (const { file, size } of kept) {
    if (total <= bytes) break
    await rm(file, { force: true })
    total -= size
  }
  return total
}
