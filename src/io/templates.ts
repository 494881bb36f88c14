import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DoseError } from '../errors.ts'

/**
 * Reads all templates, style sheets and scripts under a folder, keyed by their path without `.hbs`:
 * `mail`, `mail.css`, `partials/layout`.
 */
export async function readTemplates(folder: string): Promise<Readonly<Record<string, string>>> {
  const names = await readdir(folder, { recursive: true })
  const files = names.filter((name) => /\.(?:hbs|css|js)$/.test(name)).toSorted()
  const entries = files.map(async (name): Promise<[string, string]> => {
    const key = name.replaceAll('\\', '/').replace(/\.hbs$/, '')
    return [key, await readFile(join(folder, name), 'utf8')]
  })
  return Object.fromEntries(await Promise.all(entries))
}

/** The templates and style sheets an operator brought; none without a folder. @throws {DoseError} CONFIG_INVALID where it cannot be read. */
export async function readOwnTemplates(
  folder: string | undefined,
): Promise<Readonly<Record<string, string>>> {
  if (folder === undefined) return {}
  try {
    const found = Object.entries(await readTemplates(folder))
    return Object.fromEntries(found.filter(([name]) => !name.endsWith('.js')))
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause)
    throw new DoseError('CONFIG_INVALID', `TEMPLATES_DIR: cannot read ${folder} (${reason}).`, {
      cause,
    })
  }
}
