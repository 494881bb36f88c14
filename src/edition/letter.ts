import type { MailBrand } from './brand.ts'
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
  /** Whom it comes from. */
  readonly name: string
  readonly postal: string
  readonly brand: MailBrand
}

/** What the templates of a letter show. */
export function viewLetter({ language, ...said }: LetterView) {
  return { ...clean(said), locale: language, dir: LANGUAGES[language].dir }
}
