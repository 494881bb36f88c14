import { readFile, stat } from 'node:fs/promises'
import { DoseError } from '../errors.ts'

/** @throws {DoseError} USAGE when the file cannot be read. */
export async function readText(file: string): Promise<string> {
  const found = await stat(file).catch(() => null)
  if (!found?.isFile()) throw new DoseError('USAGE', `${file}: no such file.`)
  return readFile(file, 'utf8')
}
