import { createHash } from 'node:crypto'
import type { BrandView } from '../edition/brand.ts'
import { compileTemplates, type Templates } from '../edition/compile.ts'
import { clean } from '../edition/escape.ts'
import { LANGUAGES, type Language, type SayToReader, sayToReader } from '../edition/reader-texts.ts'
import type { Site } from '../edition/render.ts'
import { type SayWeb, sayWeb, speakToReader, speakWeb } from './texts.ts'

const LOCALE = 'en'

/** Prints the pages that are not editions: forms, notices, lists of ours. */
export type Pages = {
  readonly say: SayWeb
  /** `site` is a bare one where absent. */
  print(template: string, view: Readonly<Record<string, unknown>> & { site?: Site }): string
  /** The same in a reader's language. */
  speak(language: Language, locale?: string, brand?: BrandView | null): Speech
  /** `'sha256-…'` of the style sheet in these pages. */
  readonly styleHash: string
}

/** Pages in a reader's language. */
export type Speech = {
  readonly language: Language
  /** The language, with its region where it is known: for dates and hours. */
  readonly locale: string
  readonly say: SayToReader
  print(template: string, view: Readonly<Record<string, unknown>>): string
}

export const BARE_SITE: Site = {
  name: 'Daily Dose',
  homeUrl: '/',
  nav: [{ label: sayWeb('home'), url: '/' }],
  feeds: [],
}

export function createPages(templates: Templates, base: string): Pages {
  const compile = compileTemplates(templates, base)
  const css = `${templates['page.css'] ?? ''}\n${templates['web/web.css'] ?? ''}`
  const speak = (
    language: Language,
    locale: string = language,
    brand: BrandView | null = null,
  ): Speech => {
    const say = sayToReader(language)
    const site = { ...BARE_SITE, nav: [{ label: say('home'), url: '/' }] }
    const frame = { locale: language, dir: LANGUAGES[language].dir, say: speakToReader(language) }
    return {
      language,
      locale,
      say,
      print: (template, view) =>
        compile(template, { ...frame, ...clean({ site, brand, ...view }), css }),
    }
  }
  return {
    say: sayWeb,
    speak,
    print: (template, view) =>
      compile(template, {
        locale: LOCALE,
        dir: 'ltr',
        say: speakWeb(LOCALE),
        site: BARE_SITE,
        ...clean({ brand: view.site?.brand ?? null, ...view }),
        css,
      }),
    styleHash: `'sha256-${createHash('sha256').update(css, 'utf8').digest('base64')}'`,
  }
}
