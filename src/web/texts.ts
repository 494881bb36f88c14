import { LANGUAGES, type Language, type ReaderText, sayToReader } from '../edition/reader-texts.ts'
import { type Speak, textsFor } from '../edition/texts.ts'

/** What pages for operators say; readers' pages and editions have tables of their own. */
const TEXTS = {
  privacyPage: '',
  archiveTitle: 'All editions',
  outboxNav: 'Outbox',
  queuesNav: 'Queues',
  stagesNav: 'Stages',
  older: 'Older editions',
  newest: 'Newest editions',

  signIn: 'Sign in',
  signInHint: 'The user is admin; the password is the setting ADMIN_PASSWORD.',
  signInWrong: 'User or password is wrong.',
  user: 'User',
  password: 'Password',
  signOut: 'Sign out',

  stages: 'Stages',
  stagesHint: 'Every step from a source to an inbox, and how much waits at each.',
  stage: 'Stage',
  waiting: 'Waiting',
  active: 'Running',
  delayed: 'Later',
  failed: 'Failed',
  openQueues: 'Look into the queues',

  unknownTitle: 'Please sign in',
  unknownText: 'This needs the password of the user admin, or the API token.',
  roleTitle: 'Not for your role',
  roleText: 'This takes a higher role than yours. An admin can give it to you.',
  foreignTitle: 'That came from another site',
  foreignText: 'Changes are taken from this site’s own pages only. Open the page again and retry.',
  guessesTitle: 'Too many wrong tries',
  guessesText: 'Wait a minute, then try again.',
} as const

export type WebText = keyof typeof TEXTS | ReaderText

export type SayWeb = (key: WebText, values?: Readonly<Record<string, string>>) => string

/** Operators read English; what a reader may see as well is in the readers' tables. */
export const sayWeb: SayWeb = (key, values = {}) =>
  key in TEXTS
    ? fill(TEXTS[key as keyof typeof TEXTS], values)
    : sayEnglish(key as ReaderText, values)

const sayEnglish = sayToReader('en')

const fill = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '')

/** For templates of pages for operators: our texts, and behind them those of editions. */
export function speakWeb(locale: string): Speak {
  const edition = textsFor(locale)
  return (key, values) =>
    key in TEXTS || key in LANGUAGES.en.texts
      ? sayWeb(key as WebText, values as Record<string, string>)
      : edition(key, values)
}

/** For templates of readers' own pages: their language, and behind it what editions say. */
export function speakToReader(language: Language): Speak {
  const say = sayToReader(language)
  const edition = textsFor(language)
  return (key, values) =>
    key in LANGUAGES[language].texts
      ? say(key as ReaderText, values as Record<string, string>)
      : edition(key, values)
}
