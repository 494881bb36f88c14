import type { Rendered } from '../model.ts'
import { clean } from './escape.ts'
import { LANGUAGES, type Language } from './reader-texts.ts'

/** What a letter says: a sentence, a button, and what is to be known about it. */
export type LetterView = {
  readonly language: Language
  readonly subject: string
  readonly text: string
  /** Where the button leads; `null` for none. */
  readonly url: string | null
  readonly button: string
  readonly notes: readonly string[]
  /** Whom it comes from, with the postal address. */
  readonly from: string
}

/** @param print prints a template: its name, then what it shows */
export function renderLetter(
  print: (name: string, view: object) => string,
  { language, ...said }: LetterView,
): Rendered {
  const view = { ...clean(said), locale: language, dir: LANGUAGES[language].dir }
  return { subject: view.subject, html: print('letter', view), text: print('letter.txt', view) }
}
