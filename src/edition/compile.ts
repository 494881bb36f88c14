import Handlebars from 'handlebars'
import { KNOWN_HELPERS, registerHelpers } from './helpers.ts'

/** Name of a template (its path without `.hbs`), style sheet (with `.css`) or script (`.js`) → its source. */
export type Templates = Readonly<Record<string, string>>

/**
 * Compiles templates in an environment of their own, where each may include every other and may
 * call our helpers only. Those named `.txt` make plain text; all others escape what they print.
 *
 * @param base path below which this site lies: `{{link}}` puts it before paths.
 * @returns prints one template.
 * @throws {RangeError} when asked for a template that is not there.
 */
export function compileTemplates(
  templates: Templates,
  base = '',
): (name: string, view: object) => string {
  const environment = Handlebars.create()
  registerHelpers(environment, base)
  const compiled = new Map<string, HandlebarsTemplateDelegate>()
  for (const [name, source] of Object.entries(templates)) {
    if (/\.(?:css|js)$/.test(name)) continue
    const template = environment.compile(source, compileOptions(name))
    compiled.set(name, template)
    environment.registerPartial(name, template)
  }
  return (name, view) => {
    const template = compiled.get(name)
    if (template === undefined) throw new RangeError(`no template "${name}"`)
    return template(view)
  }
}

/** Our helpers only; plain text is not escaped. */
export const compileOptions = (name: string) => ({
  knownHelpers: KNOWN_HELPERS,
  knownHelpersOnly: true,
  noEscape: name.endsWith('.txt'),
})
