import { constants, type Dirent } from 'node:fs'
import { lstat, open, readdir, realpath } from 'node:fs/promises'
import { extname, isAbsolute, join, relative } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { DoseError } from '../errors.ts'
import { sizeInWords } from './size.ts'

export type FolderFile = {
  /** Path inside the folder, `/` between its parts: the same on every system. */
  readonly ref: string
  /** Bytes. */
  readonly size: number
  readonly mtimeMs: number
}

export type FolderLimits = Readonly<{
  /** Folders within folders. Stops: a tree without end. */
  depth: number
  /** Files listed. Stops: somebody's whole disk given as a source. */
  files: number
  /** Bytes of one file. Stops: a dump or a log with an ending of ours. */
  fileBytes: number
}>

export const FOLDER_LIMITS: FolderLimits = {
  depth: 16,
  files: 200_000,
  fileBytes: 5 * 1_024 * 1_024,
}

/** Front matter, plain text and pages. */
const ENDINGS = new Set(['.md', '.markdown', '.html', '.htm', '.txt'])

/**
 * Lists the readable files of a folder and of the folders in it, sorted by `ref`. Hidden files,
 * `node_modules` and symbolic links are left out: a link may lead anywhere, or round in a circle.
 *
 * @throws {DoseError} SOURCE_UNREACHABLE for a folder that cannot be read, SOURCE_TOO_LARGE past a limit.
 */
export async function* listFolder(
  dir: string,
  limits: FolderLimits = FOLDER_LIMITS,
): AsyncGenerator<FolderFile> {
  let count = 0
  for await (const ref of walk(dir, '', limits.depth)) {
    count += 1
    if (count > limits.files) throw tooLarge(dir, `more than ${limits.files} files`)
    const stat = await lstat(join(dir, ref)).catch(() => null)
    if (stat) yield { ref, size: stat.size, mtimeMs: stat.mtimeMs } // null: gone since it was listed
  }
}

/**
 * Reads one file that `listFolder` listed.
 *
 * @throws {DoseError} SOURCE_UNREACHABLE when it is gone, SOURCE_TOO_LARGE above the limit,
 *   SOURCE_REFUSED for a `ref` that leads out of the folder.
 */
export async function readFolderFile(
  dir: string,
  ref: string,
  limits: FolderLimits = FOLDER_LIMITS,
): Promise<Uint8Array> {
  const path = await inside(dir, ref)
  // A named pipe would otherwise hold the call until somebody writes to it.
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch(
    unreadable(path),
  )
  try {
    if (!(await handle.stat()).isFile()) throw refused(path, 'not a file')
    const stream = handle.createReadStream({ end: limits.fileBytes, autoClose: false })
    const bytes = await buffer(stream)
    if (bytes.length <= limits.fileBytes) return bytes
    throw tooLarge(path, `more than ${sizeInWords(limits.fileBytes)}`)
  } finally {
    await handle.close()
  }
}

async function* walk(dir: string, under: string, depthLeft: number): AsyncGenerator<string> {
  const entries = await readdir(join(dir, under), { withFileTypes: true }).catch(
    unreadable(join(dir, under)),
  )
  for (const { name, isFolder } of inOrder(entries)) {
    const ref = under + name
    if (!isFolder) yield ref
    else if (depthLeft > 0) yield* walk(dir, ref, depthLeft - 1)
    else throw tooLarge(join(dir, ref), 'folders nested too deep')
  }
}

/** A folder's name ends in `/` here, so that sorting each level sorts the whole list. */
function inOrder(entries: readonly Dirent[]): { name: string; isFolder: boolean }[] {
  return entries
    .filter(isWanted)
    .map((entry) => ({
      name: entry.isDirectory() ? `${entry.name}/` : entry.name,
      isFolder: entry.isDirectory(),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

function isWanted(entry: Dirent): boolean {
  if (entry.name.startsWith('.')) return false
  if (entry.isDirectory()) return entry.name !== 'node_modules'
  return entry.isFile() && ENDINGS.has(extname(entry.name).toLowerCase())
}

/** The real path of `ref`, which no `..` and no link may take out of `dir`. */
async function inside(dir: string, ref: string): Promise<string> {
  const root = await realpath(dir).catch(unreadable(dir))
  const path = await realpath(join(root, ref)).catch(unreadable(join(dir, ref)))
  const way = relative(root, path)
  if (way.startsWith('..') || isAbsolute(way)) throw refused(join(dir, ref), 'outside the folder')
  return path
}

/** What Node calls the usual faults, in words an operator knows. */
const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'is a file, not a folder',
  EACCES: 'may not be read; give this user the right to read it',
  EPERM: 'may not be read; give this user the right to read it',
}

function unreadable(path: string) {
  return (error: NodeJS.ErrnoException): never => {
    const what = WORDS[error.code ?? ''] ?? error.message
    throw new DoseError('SOURCE_UNREACHABLE', `${path}: ${what}`, { cause: error })
  }
}

const refused = (path: string, what: string) => new DoseError('SOURCE_REFUSED', `${path}: ${what}`)

const tooLarge = (path: string, what: string) =>
  new DoseError('SOURCE_TOO_LARGE', `${path}: ${what}`)
