import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

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
