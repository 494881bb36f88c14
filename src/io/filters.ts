import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { DoseError } from '../errors.ts'
import type { FilterRule } from '../model.ts'
import { packageRoot } from './root.ts'

/** Rules for all sources; more than these would be a list of hosts. */
const RULES_MAX = 500

const Rule = z.union([
  z.string(),
  // YAML reads `- title: webinar` as a mapping of one.
  z
    .record(z.string(), z.union([z.string(), z.number()]))
    .refine((entry) => Object.keys(entry).length === 1, 'expected `field: words`')
    .transform((entry) => Object.entries(entry).map(([key, value]) => `${key}: ${value}`)[0] ?? ''),
])
const Rules = z.array(Rule).max(RULES_MAX).nullable().default([])
const Filters = z
  .object({ block: Rules, keep: Rules })
  .nullable()
  .transform((found) => ({ block: found?.block ?? [], keep: found?.keep ?? [] }))

/**
 * Reads the rules for all sources: `config/filters.yaml` of the working directory where there is
 * one, and the one that comes with the product otherwise. What the rules say is checked elsewhere.
 *
 * @throws {DoseError} CONFIG_INVALID naming the file and the entry.
 */
export async function readFilters(given?: string): Promise<FilterRule[]> {
  const [file, of] = given === undefined ? [usual(), 'config/filters.yaml'] : [given, given]
  try {
    const { block, keep } = Filters.parse(
      parse(await readFile(file, 'utf8'), { maxAliasCount: 10 }),
    )
    return [
      ...block.map((rule): FilterRule => ({ action: 'block', rule, of })),
      ...keep.map((rule): FilterRule => ({ action: 'keep', rule, of })),
    ]
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error)
    if (isMissing) throw new DoseError('CONFIG_INVALID', `${file}: there is no such file.`)
    throw new DoseError('CONFIG_INVALID', `${file}: ${reason}`, { cause: error })
  }
}

function usual(): string {
  const own = join(process.cwd(), 'config', 'filters.yaml')
  return existsSync(own) ? own : join(packageRoot(), 'config', 'filters.yaml')
}
