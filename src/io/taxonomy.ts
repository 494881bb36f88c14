import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { DoseError } from '../errors.ts'
import { packageRoot } from './root.ts'

const Topics = z.object({
  threshold: z.number().positive(),
  topics: z.array(
    z.object({
      name: z.string().min(1),
      aliases: z.array(z.string()).default([]),
      match: z.record(z.string(), z.number()),
    }),
  ),
})

/**
 * Reads the topics: `config/topics.yaml` of the working directory where there is one, and the one
 * that comes with the product otherwise.
 *
 * @throws {DoseError} CONFIG_INVALID naming the file and the line or the entry.
 */
export async function readTaxonomy(): Promise<z.infer<typeof Topics>> {
  const own = join(process.cwd(), 'config', 'topics.yaml')
  const file = existsSync(own) ? own : join(packageRoot(), 'config', 'topics.yaml')
  try {
    return Topics.parse(parse(await readFile(file, 'utf8'), { maxAliasCount: 10 }))
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error)
    throw new DoseError('CONFIG_INVALID', `${file}: ${reason}`, { cause: error })
  }
}
