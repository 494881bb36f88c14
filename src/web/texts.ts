import { type Speak, textsFor } from '../edition/texts.ts'

/** What the server's own pages say; everything else is in the edition's table. */
const TEXTS = {
  skip: 'Skip to the content',
  privacyPage: '',
  home: 'Latest edition',
  archiveNav: 'Archive',
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

  leaveTitle: 'Unsubscribe from {digest}?',
  leaveText: 'No more mail of {digest} will be sent to {address}.',
  leave: 'Unsubscribe',
  leaveNot: 'Changed your mind? Close this page; nothing has changed.',
  leftTitle: 'You are unsubscribed',
  leftText: 'No more mail of {digest} will reach you.',
  leftGone: 'No more mail of this newsletter will reach you.',

  missingTitle: 'There is nothing here',
  missingText: 'The address may be mistyped, or the page has moved. Start from the latest edition.',
  unknownTitle: 'Please sign in',
  unknownText: 'This needs the password of the user admin, or the API token.',
  foreignTitle: 'That came from another site',
  foreignText: 'Changes are taken from this site’s own pages only. Open the page again and retry.',
  guessesTitle: 'Too many wrong tries',
  guessesText: 'Wait a minute, then try again.',
  busyTitle: 'Too many requests',
  busyText: 'Wait a minute, then try again.',
  tokenTitle: 'This link does not work',
  tokenText:
    'It may have been cut off on its way. Open the link in the newest mail again, or copy all of it.',
  requestTitle: 'That request makes no sense here',
  requestText:
    'It is too large, malformed, or its form has expired. Go back, reload and try again.',
  failureTitle: 'Something went wrong',
  failureText: 'It is not your fault, and it was written to the log. Try again in a moment.',
} as const

export type WebText = keyof typeof TEXTS

export type SayWeb = (key: WebText, values?: Readonly<Record<string, string>>) => string

export const sayWeb: SayWeb = (key, values = {}) =>
  TEXTS[key].replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '')

/** For templates: our texts, and behind them those of editions, which the layout uses. */
export function speakWeb(locale: string): Speak {
  const edition = textsFor(locale)
  return (key, values) =>
    key in TEXTS ? sayWeb(key as WebText, values as Record<string, string>) : edition(key, values)
}
