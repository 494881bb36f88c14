import { ar } from './languages/ar.ts'
import { de } from './languages/de.ts'
import { en } from './languages/en.ts'
import { es } from './languages/es.ts'
import { fr } from './languages/fr.ts'

export type ReaderText = keyof typeof en

/** One language whole: a text that is missing is an error of types. */
export type ReaderTexts = Readonly<Record<ReaderText, string>>

export type Language = 'en' | 'de' | 'fr' | 'es' | 'ar'

export type SayToReader = (key: ReaderText, values?: Readonly<Record<string, string>>) => string

/** Every language of readers' own pages and letters, a file each. The name is its own. */
export const LANGUAGES: Readonly<
  Record<
    Language,
    { readonly name: string; readonly dir: 'ltr' | 'rtl'; readonly texts: ReaderTexts }
  >
> = {
  en: { name: 'English', dir: 'ltr', texts: en },
  de: { name: 'Deutsch', dir: 'ltr', texts: de },
  fr: { name: 'Français', dir: 'ltr', texts: fr },
  es: { name: 'Español', dir: 'ltr', texts: es },
  ar: { name: 'العربية', dir: 'rtl', texts: ar },
}

const FALLBACK: Language = 'en'

/** Of a header of any length so much is read; people name a handful of languages. */
const HEADER_CHARS_MAX = 500

/** First-strong isolate and its end (UAX 9): an address keeps its order between Arabic words. */
const [ISOLATE, END] = ['\u2068', '\u2069'] as const

/** Frames what is filled into a text, so that it does not turn the words around it. */
export const framedIn = (language: Language): ((value: string) => string) =>
  LANGUAGES[language].dir === 'rtl' ? (value) => ISOLATE + value + END : (value) => value

/** Says texts in a language. */
export function sayToReader(language: Language): SayToReader {
  const { texts } = LANGUAGES[language]
  const framed = framedIn(language)
  return (key, values = {}) =>
    texts[key].replace(/\{(\w+)\}/g, (_, name: string) => framed(values[name] ?? ''))
}

/** A language we have, of a tag such as `de-CH`; `null` for others. */
export function readLanguage(tag: string): Language | null {
  const primary = tag.split('-')[0]?.toLowerCase() ?? ''
  return Object.hasOwn(LANGUAGES, primary) ? (primary as Language) : null
}

/** The same; English for others. */
export const languageOf = (tag: string): Language => readLanguage(tag) ?? FALLBACK

/** A language, and a region whose dates and hours are written another way. */
const LOCALE = /^[a-z]{2}-[A-Z]{2}$/

/** The first of these tags that names a region of a language; the language alone where none does. */
export function pickLocale(tags: readonly string[], language: Language): string {
  const isOf = (tag: string) => LOCALE.test(tag) && readLanguage(tag) === language
  return tags.find(isOf) ?? language
}

/** The tags of an Accept-Language header, as they stand. */
export const tagsOf = (acceptLanguage: string): string[] =>
  acceptLanguage
    .slice(0, HEADER_CHARS_MAX)
    .split(',')
    .map((wish) => wish.split(';')[0]?.trim() ?? '')

/** The language a browser wants most of those there are (RFC 9110 section 12.5.4). */
export function pickLanguage(acceptLanguage: string): Language {
  const wishes = acceptLanguage.slice(0, HEADER_CHARS_MAX).split(',').map(readWish)
  const known = wishes.filter(({ language, weight }) => language !== null && weight > 0)
  const [best] = known.toSorted((a, b) => b.weight - a.weight)
  return best?.language ?? FALLBACK
}

function readWish(wish: string): { language: Language | null; weight: number } {
  const [tag = '', ...parameters] = wish.split(';').map((part) => part.trim())
  const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2)
  return { language: readLanguage(tag), weight: weight === undefined ? 1 : Number(weight) || 0 }
}
