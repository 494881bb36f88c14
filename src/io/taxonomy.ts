import { existsSync, readFileSync, statSync } from 'node:fs'
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

type Topics = z.infer<typeof Topics>

/** The file is looked at again after this time at the earliest, milliseconds. */
const LOOK_MS = 5_000

/**
 * Reads the topics: `config/topics.yaml` of the working directory where there is one, and the one
 * that comes with the product otherwise.
 *
 * @throws {DoseError} CONFIG_INVALID naming the file and the line or the entry.
 */
export function readTaxonomy(file = taxonomyFile()): Topics {
  try {
    return Topics.parse(parse(readFileSync(file, 'utf8'), { maxAliasCount: 10 }))
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error)
    throw new DoseError('CONFIG_INVALID', `${file}: ${reason}`, { cause: error })
  }
}

/**
 * The topics as the file has them now: it is read again when it has changed. A file that cannot be
 * read is complained of once for each change, and what was read before stays.
 *
 * @throws {DoseError} CONFIG_INVALID where the first reading fails.
 */
export function openTaxonomy(
  complain: (error: unknown) => void,
  { file = taxonomyFile(), lookMs = LOOK_MS } = {},
): () => Topics {
  let held = readTaxonomy(file)
  let changedAt = changeOf(file)
  let lookedAt = performance.now()
  return () => {
    if (performance.now() - lookedAt < lookMs) return held
    lookedAt = performance.now()
    const change = changeOf(file)
    if (change === changedAt) return held
    changedAt = change
    try {
      held = readTaxonomy(file)
    } catch (error) {
      complain(error)
    }
    return held
  }
}

/** Size and time of the last change; `null` where the file is gone. */
function changeOf(file: string): string | null {
  const stat = statSync(file, { throwIfNoEntry: false })
  return stat ? `${stat.mtimeMs} ${stat.size}` : null
}

function taxonomyFile(): string {
  const own = join(process.cwd(), 'config', 'topics.yaml')
  return existsSync(own) ? own : join(packageRoot(), 'config', 'topics.yaml')
}
