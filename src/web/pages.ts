import { createHash } from 'node:crypto'
import { compileTemplates, type Templates } from '../edition/compile.ts'
import { clean } from '../edition/escape.ts'
import type { Site } from '../edition/render.ts'
import { type SayWeb, sayWeb, speakWeb } from './texts.ts'

const LOCALE = 'en'

/** Prints the pages that are not editions: forms, notices, lists of ours. */
export type Pages = {
  readonly say: SayWeb
  /** `site` is a bare one where absent. */
  print(template: string, view: Readonly<Record<string, unknown>> & { site?: Site }): string
  /** `'sha256-…'` of the style sheet in these pages. */
  readonly styleHash: string
}

export const BARE_SITE: Site = {
  name: 'Daily Dose',
  homeUrl: '/',
  nav: [{ label: sayWeb('home'), url: '/' }],
  feeds: [],
}

export function createPages(templates: Templates): Pages {
  const compile = compileTemplates(templates)
  const css = `${templates['page.css'] ?? ''}\n${templates['web/web.css'] ?? ''}`
  return {
    say: sayWeb,
    print: (template, view) =>
      compile(template, {
        locale: LOCALE,
        dir: 'ltr',
        say: speakWeb(LOCALE),
        site: BARE_SITE,
        ...clean(view),
        css,
      }),
    styleHash: `'sha256-${createHash('sha256').update(css, 'utf8').digest('base64')}'`,
  }
}
