import { LANGUAGES, type Language, type ReaderText, sayToReader } from '../edition/reader-texts.ts'
import { type Speak, textsFor } from '../edition/texts.ts'

/** What pages for operators say; readers' pages and editions have tables of their own. */
const TEXTS = {
  privacyPage: '',
  archiveTitle: 'All editions',
  outboxNav: 'Outbox',
  dashboardNav: 'Dashboard',
  stagesNav: 'Stages',
  searchTitle: 'Search all editions',
  searchHint: 'Words of a headline or a sentence',
  search: 'Search',
  searchNothing: 'No edition tells of that. One word, or only its beginning, finds more.',
  topicKicker: 'Topic',
  topicEmpty: 'No edition has told of it yet.',
  older: 'Older editions',
  newest: 'Newest editions',

  signIn: 'Sign in',
  signInHint: 'Lost your password or your phone? An admin can send you a new link.',
  signInWith: 'Sign in with {host}',
  signInWrong: 'User, password or code is wrong.',
  code: 'One-time code, if you have set one up',
  user: 'User',
  password: 'Password',
  signOut: 'Sign out',

  welcome: 'Welcome, {name}',
  welcomeText: 'Choose a password for your account; this link works once.',
  viewerRole: 'You will see everything and change nothing.',
  editorRole: 'You will decide over stories and editions.',
  operatorRole: 'You will work sources, digests, readers and queues.',
  adminRole: 'You will be able to do everything, and to give access to others.',
  passwordAgain: 'The same password again',
  choosePassword: 'Choose this password',
  passwordHint: 'At least 12 characters. Four or five words in a row are easy to keep in mind.',
  passwordShort: 'That is too short: take 12 characters or more.',
  passwordLong: 'That is too long: take 256 characters or fewer.',
  passwordName: 'That is too easy to guess: take something else.',
  passwordsDiffer: 'The two passwords differ.',
  roundTitle: 'This sign-in cannot be finished',
  roundText: 'It began in another browser, was used before, or took longer than ten minutes.',
  deniedTitle: '{host} did not let you in',
  deniedText: 'You turned back, or it said no. Whoever looks after your account there knows why.',
  providerTitle: '{host} cannot be asked now',
  providerText:
    'It does not answer as it should. Try again in a minute; if that does not help, tell whoever runs this site: its log says what was wrong.',
  unmatchedTitle: 'No access for you yet',
  unmatchedText:
    '{host} knows you as {name}, but none of your groups there has a role here. Ask the administrator of this site to name one of them in OIDC_ROLES, or to have you put into one that is named.',
  linkTitle: 'This link no longer works',
  linkText: 'It was used, or it is too old. An admin can make you a new one.',

  unknownTitle: 'Please sign in',
  unknownText: 'This needs an account that has signed in, or for scripts a token.',
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
