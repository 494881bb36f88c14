import { describe, expect, test } from 'vitest'
import {
  LANGUAGES,
  type Language,
  pickLanguage,
  pickLocale,
  type ReaderText,
  sayToReader,
  tagsOf,
} from '../../src/edition/reader-texts.ts'
import { ISSUE_TEXTS, type IssueTexts } from '../../src/edition/texts.ts'
import { makeEdition, makeIssue } from '../support/edition.ts'
import { renderer } from '../support/renderer.ts'

const languages = Object.keys(LANGUAGES) as Language[]
const keys = Object.keys(LANGUAGES.en.texts) as ReaderText[]
const placesOf = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).sort()

describe.each(languages)('the table of %s', (language) => {
  const { texts } = LANGUAGES[language]

  test('has every text once, none empty', () => {
    expect(Object.keys(texts).sort()).toEqual([...keys].sort())
    expect(keys.filter((key) => texts[key].trim() === '')).toEqual([])
  })

  test('has the same places for values as English', () => {
    const distinct = (text: string) => [...new Set(placesOf(text))]
    const odd = keys.filter(
      (key) => `${distinct(texts[key])}` !== `${distinct(LANGUAGES.en.texts[key])}`,
    )
    expect(odd).toEqual([])
  })

  test('is a translation', () => {
    const long = keys.filter((key) => LANGUAGES.en.texts[key].length > 20)
    const same = long.filter((key) => texts[key] === LANGUAGES.en.texts[key])
    expect(same).toEqual(language === 'en' ? long : [])
  })

  test('has what issues say too, with the same places for values, in words of its own', () => {
    const whole = (text: IssueTexts[keyof IssueTexts]) =>
      typeof text === 'string' ? text : text.other
    const places = (texts: IssueTexts) =>
      Object.entries(texts).map(([key, text]) => [key, `${placesOf(whole(text))}`])
    expect(Object.fromEntries(places(ISSUE_TEXTS[language]))).toEqual(
      Object.fromEntries(places(ISSUE_TEXTS.en)),
    )
    const mail = renderer.mail({
      edition: makeEdition(),
      issue: makeIssue(),
      postal: 'P',
      quiet: true,
      locale: language,
    })
    expect(mail.html).toContain(`<html lang="${language}" dir="${LANGUAGES[language].dir}">`)
    for (const key of ['contents', 'moreLike', 'unsubscribe'] as const)
      expect(mail.text + mail.html).toContain(ISSUE_TEXTS[language][key])
    const english =
      /Plus:|first seen|independent|Highlights|more like this|view online|November 20, 2026/i
    expect(english.test(mail.text + mail.html)).toBe(language === 'en')
  })

  test('is known to Intl', () => {
    expect(Intl.DateTimeFormat.supportedLocalesOf(language)).toEqual([language])
  })
})

test('an address keeps its order between words from right to left', () => {
  const said = sayToReader('ar')('preferencesFor', { address: 'a@reader.example' })
  expect(said).toContain('\u2068a@reader.example\u2069')
  expect(sayToReader('en')('preferencesFor', { address: 'a@b.example' })).toBe('For a@b.example')
})

test.each([
  { header: '', language: 'en' },
  { header: 'de', language: 'de' },
  { header: 'de-CH,de;q=0.9,en;q=0.8', language: 'de' },
  { header: 'en;q=0.5, fr;q=0.9', language: 'fr' },
  { header: 'ja, es;q=0.1', language: 'es' },
  { header: 'AR-eg', language: 'ar' },
  { header: 'de;q=0, fr;q=x', language: 'en' },
  { header: '*', language: 'en' },
  { header: 'constructor, __proto__;q=1', language: 'en' },
  { header: `${'x,'.repeat(100_000)}de`, language: 'en' },
])('a browser that wants "$header" is spoken to in $language', ({ header, language }) => {
  expect(pickLanguage(header)).toBe(language)
})

test.each([
  { tags: ['en-GB', 'en-US'], language: 'en', locale: 'en-GB' },
  { tags: ['', ...tagsOf('fr, de-CH;q=0.5')], language: 'de', locale: 'de-CH' },
  { tags: tagsOf('de-x-a-b, de-ZZZ, de-DE-u-nu-thai'), language: 'de', locale: 'de' },
] as const)('$tags in $language is the locale $locale', ({ tags, language, locale }) => {
  expect(pickLocale(tags, language)).toBe(locale)
})
