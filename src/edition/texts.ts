/** A text, or one per plural category of `n` (CLDR), with `{name}` where values go. */
type Text = string | Readonly<Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }>

/** Every word that mails and pages say of themselves, one table per language. */
const TEXTS = {
  en: {
    issueNumber: 'No. {n}',
    minutes: '{n} min read',
    viewOnline: 'View online',
    counters: '{articles} from {sources}, {stories}, your\u00A0{n}.',
    articles: { one: '{n} article', other: '{n} articles' },
    sources: { one: '{n} source', other: '{n} sources' },
    stories: { one: '{n} story', other: '{n} stories' },
    independent: '{n} independent',
    onlyOne: 'Only one source so far',
    followUp: 'First told on {date}; this is new',
    disagree: 'Sources disagree: {sides}',
    alone: 'only {name} says this',
    newSources: 'now also in {names}',
    wholeStory: 'The whole story',
    disagreeTitle: 'Where sources disagree',
    figures: 'In figures',
    said: 'What was said',
    timeline: 'Time line',
    toldOn: 'Told on',
    head: 'first to tell it',
    own: 'own words',
    copy: 'copy',
    contents: 'In this edition',
    highlights: 'Highlights',
    quick: 'Quick hits',
    corrections: 'Corrections',
    correctionOf: 'Edition of {date}',
    correctedOn: 'Corrected on {date}',
    moreOnline: { one: '{n} more story online', other: '{n} more stories online' },
    alsoSaid: 'also in',
    more: '{n} more',
    further: 'Further',
    sourcesLabel: 'Sources',
    excerptNote: 'From the publisher’s excerpt',
    moreLike: 'More like this',
    lessLike: 'Less like this',
    withheld: 'Removed at the publisher’s request',
    pictureOf: 'Picture: {title}',
    sentTo: 'Sent to',
    preferences: 'Preferences',
    unsubscribe: 'Unsubscribe',
    privacy:
      'Every sentence is quoted from the source it links to. This mail does not track opens.',
    countedLinks: 'Which links are followed is counted, not by whom.',
    privacyPage: 'Every sentence is quoted from the source it links to.',
    skip: 'Skip to the stories',
    latest: 'Latest edition',
    readAll: { one: 'Read the one story', other: 'Read all {n} stories' },
    archive: 'Earlier editions',
    quietDay: {
      one: 'A quiet day: there is one story worth telling.',
      other: 'A quiet day: there are {n} stories worth telling.',
    },
    catchUp: 'With the best of what you missed since {date}.',
    quiet: 'A quiet day: nothing was worth a story.',
    noEditions: 'No edition yet',
    noEditionsHint: 'The first one appears here as soon as its digest’s schedule fires.',
    feeds: 'Feeds',
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
  },
} as const satisfies Record<string, Record<string, Text>>

export type TextKey = keyof (typeof TEXTS)['en']
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
  const table: Readonly<Record<TextKey, Text>> = TEXTS.en
  const numbers = new Intl.NumberFormat(locale)
  const plurals = new Intl.PluralRules(locale)
  return (key, values = {}) => {
    const text = table[key]
    const form = plurals.select(Number(values.n ?? 0))
    const pattern = typeof text === 'string' ? text : (text[form] ?? text.other)
    return pattern.replace(/\{(\w+)\}/g, (_, name: string) => {
      const value = values[name] ?? ''
      return typeof value === 'number' ? numbers.format(value) : value
    })
  }
}
