import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { DoseError } from '../errors.ts'

/** Nightly back-ups kept. */
const KEPT = 7
const NAME = /^dose-\d{4}-\d{2}-\d{2}\.jsonl\.gz$/

/**
 * Writes JSON lines into a compressed file beside its SHA-256, synced and renamed: a back-up is
 * there whole or not at all. It is read back and compared before it gets its name.
 */
export async function writeArchive(
  file: string,
  fill: (write: (line: object) => Promise<void>) => Promise<void>,
): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const draft = `${file}.part`
  const zip = createGzip()
  const out = createWriteStream(draft, { mode: 0o600 })
  const written = createHash('sha256')
  const copied = pipeline(zip, out)
  try {
    await fill(async (line) => {
      const text = `${JSON.stringify(line)}\n`
      written.update(text)
      if (!zip.write(text)) await new Promise((resume) => zip.once('drain', resume))
    })
    zip.end()
    await copied
    await sync(draft)
    const sum = written.digest('hex')
    if ((await contentSum(draft)) !== sum)
      throw new DoseError(
        'BACKUP_INVALID',
        `${file}: what was read back differs; is the disk full?`,
      )
    await writeFile(`${file}.sha256`, `${sum}\n`, { mode: 0o600 })
    await rename(draft, file)
  } catch (error) {
    zip.destroy()
    await copied.catch(() => undefined) // the error that matters is the first one
    await rm(draft, { force: true })
    throw error
  }
}

/** The lines of an archive. @throws {DoseError} BACKUP_INVALID when it does not match its sum. */
export async function* readArchive(file: string): AsyncGenerator<unknown> {
  const sum = await readFile(`${file}.sha256`, 'utf8').catch(() => null)
  try {
    if (sum !== null && (await contentSum(file)) !== sum.trim())
      throw new DoseError('BACKUP_INVALID', `${file}: does not match ${file}.sha256.`)
    for await (const line of linesOf(openText(file))) yield JSON.parse(line)
  } catch (error) {
    if (error instanceof DoseError) throw error
    throw new DoseError('BACKUP_INVALID', `${file}: ${String(error)}.`, { cause: error })
  }
}

/** The file of a day's back-up; older ones beyond those kept are removed by `pruneArchives`. */
export const archiveOf = (dir: string, date: string): string => join(dir, `dose-${date}.jsonl.gz`)

export async function listArchives(dir: string): Promise<string[]> {
  const names = await readdir(dir).catch(() => [])
  return names.filter((name) => NAME.test(name)).sort()
}

export async function pruneArchives(dir: string): Promise<void> {
  for (const name of (await listArchives(dir)).slice(0, -KEPT)) {
    await rm(join(dir, name))
    await rm(join(dir, `${name}.sha256`), { force: true })
  }
}

async function contentSum(file: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of openText(file)) hash.update(chunk)
  return hash.digest('hex')
}

/** What is in a compressed file; an error of the file comes out of the loop that reads it. */
function openText(file: string): AsyncIterable<Buffer> {
  const input = createReadStream(file)
  const text = createGunzip()
  input.on('error', (error) => text.destroy(error))
  return input.pipe(text)
}

/** readline would swallow errors of its stream. */
async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  if (rest !== '') yield rest
}

async function sync(file: string): Promise<void> {
  const handle = await open(file, 'r+')
  await handle.sync()
  await handle.close()
}
