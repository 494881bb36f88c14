import { join } from 'node:path'
import {
  faultsIn,
  fileOf,
  joinTemplates,
  standingOf,
  type TemplateSet,
} from './edition/own-templates.ts'
import { DoseError } from './errors.ts'
import type { Log } from './io/log.ts'
import { readOwnTemplates, readTemplates } from './io/templates.ts'

/**
 * The templates that are shipped, with those of TEMPLATES_DIR in their place.
 *
 * @throws {DoseError} CONFIG_INVALID naming file and line of everything that is wrong with them.
 */
export async function openTemplates(folder: string | undefined, log: Log): Promise<TemplateSet> {
  const shipped = await readTemplates(join(import.meta.dirname, 'templates'))
  const set = joinTemplates(shipped, await readOwnTemplates(folder))
  const faults = faultsIn(set).map(({ file, line, says }) => `${file}:${line}: ${says}`)
  if (faults.length > 0)
    throw new DoseError('CONFIG_INVALID', `TEMPLATES_DIR:\n${faults.join('\n')}\n`)
  for (const name of Object.keys(set.own)) {
    const standing = standingOf(name, set)
    if (standing === 'changed since' || standing === 'of unknown version')
      log.warn('a template of TEMPLATES_DIR may be out of date', {
        ...{ file: fileOf(name), standing, compare: `dose template show ${name}` },
      })
  }
  return set
}
