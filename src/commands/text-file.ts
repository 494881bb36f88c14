import { readFile, stat } from 'node:fs/promises'
import { buffer, text } from 'node:stream/consumers'
import { DoseError } from '../errors.ts'

/** @throws {DoseError} USAGE when the file cannot be read. */
export const readText = async (file: string): Promise<string> => (await readWhole(file)).toString()

/**
 * What a file holds, or what comes in on stdin for `-`.
 *
 * @throws {DoseError} USAGE when the file cannot be read.
 */
export const readBytes = (file: string): Promise<Buffer> =>
  file === '-' ? buffer(process.stdin) : readWhole(file)

async function readWhole(file: string): Promise<Buffer> {
  const found = await stat(file).catch(() => null)
  if (!found?.isFile()) throw new DoseError('USAGE', `${file}: no such file.`)
  return readFile(file)
}

/**
 * A value that should not stand in a shell's history: `@FILE` is what the file says, `-` what
 * comes in on stdin, anything else itself.
 *
 * @throws {DoseError} USAGE when the file cannot be read.
 */
export async function readValue(given: string): Promise<string> {
  if (given === '-') return (await text(process.stdin)).trim()
  return given.startsWith('@') ? (await readText(given.slice(1))).trim() : given
}
