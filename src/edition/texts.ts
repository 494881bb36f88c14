import { issueAr } from './languages/issue-ar.ts'
import { issueDe } from './languages/issue-de.ts'
import { issueEs } from './languages/issue-es.ts'
import { issueFr } from './languages/issue-fr.ts'
import { framedIn, type Language, languageOf } from './reader-texts.ts'

/** A text, or one per plural category of `n` (CLDR), with `{name}` where values go. */
type Text = string | Readonly<Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }>

/** Every word that an issue says of itself, as a mail and online; for other languages in `languages/`. */
const ISSUE = {
  issueNumber: 'No. {n}',
  minutes: '{n} min read',
  viewOnline: 'View online',
  counters: '{articles} from {sources}, {stories}, your\u00A0{n}.',
  articles: { one: '{n} article', other: '{n} articles' },
  sources: { one: '{n} source', other: '{n} sources' },
  stories: { one: '{n} story', other: '{n} stories' },
  independent: '{n} independent',
  onlyOne: 'Only one source so far',
  firstSeen: 'first seen {when}',
  followUp: 'First told on {date}; this is new',
  disagree: 'Sources disagree: {sides}',
  alone: 'only {name} says this',
  newSources: 'now also in {names}',
  wholeStory: 'The whole story',
  noTopic: 'General',
  contents: 'In this edition',
  highlights: 'Highlights',
  quick: 'Quick hits',
  corrections: 'Corrections',
  correctionOf: 'Edition of {date}',
  correctedOn: 'Corrected on {date}',
  moreOnline: { one: '{n} more story online', other: '{n} more stories online' },
  alsoSaid: 'also in',
  more: '{n} more',
  sourcesLabel: 'Sources',
  excerptNote: 'From the publisher’s excerpt',
  moreLike: 'More like this',
  lessLike: 'Less like this',
  withheld: 'Removed at the publisher’s request',
  pictureOf: 'Picture: {title}',
  because: 'You get {digest} because you signed up: {consent}.',
  confirmedOn: 'confirmed on {date}',
  sentTo: 'Sent to',
  preferences: 'Preferences',
  unsubscribe: 'Unsubscribe',
  privacy: 'Every sentence is quoted from the source it links to. This mail does not track opens.',
  countedLinks: 'Which links are followed is counted, not by whom.',
  quietDay: {
    one: 'A quiet day: there is one story worth telling.',
    other: 'A quiet day: there are {n} stories worth telling.',
  },
  catchUp: 'With the best of what you missed since {date}.',
  plus: 'Plus: {headline}',
  quiet: 'A quiet day: nothing was worth a story.',
  skip: 'Skip to the stories',
  privacyPage: 'Every sentence is quoted from the source it links to.',
  feeds: 'Feeds',
} as const satisfies Record<string, Text>

/** What only pages say that are the same for all. */
const PAGES = {
  disagreeTitle: 'Where sources disagree',
  figures: 'In figures',
  said: 'What was said',
  timeline: 'Time line',
  toldOn: 'Told on',
  head: 'first to tell it',
  own: 'own words',
  copy: 'copy',
  further: 'Further',
  latest: 'Latest edition',
  readAll: { one: 'Read the one story', other: 'Read all {n} stories' },
  archive: 'Earlier editions',
  noEditions: 'No edition yet',
  noEditionsHint: 'The first one appears here as soon as its digest’s schedule fires.',
  outbox: 'Outbox',
  outboxHint: 'Mails of this set-up stay here as files; none has left this machine.',
  outboxEmpty: 'No mail yet.',
  allMails: 'All mails',
  from: 'From',
  to: 'To',
  date: 'Date',
  htmlPart: 'As the reader sees it',
  textPart: 'Plain text',
  headers: 'Headers',
  openAlone: 'Open on its own page',
  download: 'Download .eml',
  previous: 'Previous edition',
  next: 'Next edition',
} as const satisfies Record<string, Text>

/** What issues say in one language: a text that is missing is an error of types. */
export type IssueTexts = Readonly<Record<keyof typeof ISSUE, Text>>

/** Every language of `LANGUAGES`. */
export const ISSUE_TEXTS: Readonly<Record<Language, IssueTexts>> = {
  en: ISSUE,
  de: issueDe,
  fr: issueFr,
  es: issueEs,
  ar: issueAr,
}

export type TextKey = keyof typeof ISSUE | keyof typeof PAGES
export type Speak = (key: TextKey, values?: Readonly<Record<string, number | string>>) => string

/** Making a number format is slow, and mails are many. */
const speakers = new Map<string, Speak>()

/** The texts of a locale's language (English where there is none), numbers in its form. */
export function textsFor(locale: string): Speak {
  const known = speakers.get(locale) ?? makeSpeaker(locale)
  speakers.set(locale, known)
  return known
}

function makeSpeaker(locale: string): Speak {
  const language = languageOf(locale)
  const table: Readonly<Record<TextKey, Text>> = { ...PAGES, ...ISSUE_TEXTS[language] }
  const framed = framedIn(language)
  const numbers = new Intl.NumberFormat(locale)
  const plurals = new Intl.PluralRules(locale)
  return (key, values = {}) => {
    const text = table[key]
    const form = plurals.select(Number(values.n ?? 0))
    const pattern = typeof text === 'string' ? text : (text[form] ?? text.other)
    return pattern.replace(/\{(\w+)\}/g, (_, name: string) => {
      const value = values[name] ?? ''
      return typeof value === 'number' ? numbers.format(value) : framed(value)
    })
  }
}
