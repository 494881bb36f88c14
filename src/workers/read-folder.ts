import { createHash } from 'node:crypto'
import { DoseError } from '../errors.ts'
import { listFolder, readFolderFile } from '../io/folder.ts'
import type { Reading } from '../store/documents.ts'
import type { Source } from '../store/sources.ts'
import type { StageContext } from './stage.ts'
import { READ, type Visit } from './visit.ts'

/** Files of a folder are stored in slices, so that a large folder does not fill the memory. */
const SLICE_FILES = 100
const SLICE_BYTES = 16 * 1_024 * 1_024

/**
 * Stores the files of a folder in the order of their names. One that cannot be read is noted.
 *
 * @throws {DoseError} when the folder itself cannot be read.
 */
export async function readFolder(
  source: Source,
  { store, clock, signal }: StageContext,
): Promise<Visit> {
  let slice: Reading[] = []
  let bytes = 0
  const flush = async () => {
    await store.documents.put(source.id, slice, clock.now())
    slice = []
    bytes = 0
  }
  for await (const { ref } of listFolder(source.url)) {
    signal.throwIfAborted()
    const reading = await readFile(source.url, ref)
    slice.push(reading)
    bytes += reading.bytes.length
    if (slice.length >= SLICE_FILES || bytes >= SLICE_BYTES) await flush()
  }
  await flush()
  return READ
}

async function readFile(dir: string, ref: string): Promise<Reading> {
  const common = { ref, url: null, contentType: null }
  try {
    const bytes = await readFolderFile(dir, ref)
    return { ...common, bytes, sha256: createHash('sha256').update(bytes).digest('hex') }
  } catch (error) {
    if (!(error instanceof DoseError)) throw error
    const bytes = new Uint8Array()
    return { ...common, bytes, sha256: error.message, refusal: error.message }
  }
}
