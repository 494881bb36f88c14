import type { Email } from 'postal-mime'
import { isHardCode, tidy } from './bounce.ts'

/** Words of a bounce stand at its beginning, before the mail that it brings back. */
const WORDS_CHARS_MAX = 8_000

/** Where a mail server begins to quote what it brings back. */
const QUOTE =
  /^(?:-{2,}.{0,20}(?:original|below this line|copy of|returned|undelivered|forwarded)|return-path:|received:|message-id:|dkim-signature:)/im

/** An enhanced code in the words of a server, told from version numbers by what stands before it. */
const ENHANCED = /(?:\b[45]\d\d[ -]|#|\(|\bstatus:? )([45]\.\d{1,3}\.\d{1,3})(?![.\d])/i
const REPLY = /(?:^|[\s(:])([45]\d\d)[ -]\S/m

const DAEMON = /^(?:mailer-daemon|postmaster|mail-daemon|mdaemon)@/i

/** Beginnings of subjects by which programs without the header say that nobody wrote this. */
const AWAY =
  /^(?:auto(?:matic|mated)?[ -]?(?:reply|response)|out of (?:the )?office|automatische antwort|abwesenheit|réponse automatique|respuesta automática|risposta automatica)/i

type Words = Pick<Email, 'headers' | 'from' | 'subject' | 'text'>

const header = ({ headers }: Words, name: string): string =>
  headers.find(({ key }) => key === name)?.value.toLowerCase() ?? ''

const isDaemon = ({ from }: Words): boolean => DAEMON.test(from?.address ?? '')

/** Sent by nobody, to say that a reader is away (RFC 3834); mail servers mark their bounces alike. */
export function isAutoReply(mail: Words): boolean {
  if (isDaemon(mail)) return false
  return (
    header(mail, 'auto-submitted').startsWith('auto-replied') ||
    header(mail, 'precedence') === 'auto_reply' ||
    ['x-autoreply', 'x-autorespond'].some((name) => header(mail, name) !== '') ||
    AWAY.test(mail.subject ?? '')
  )
}

/**
 * A bounce without a machine part: known by its sender, by a header of Exim and Gmail, or by a code of
 * SMTP in its words. What the code does not say for good is soft. `null` when it is no bounce.
 *
 * @param sender of the envelope: empty, where nothing may answer it
 */
export function readBounceText(mail: Words, sender: string) {
  const text = (mail.text ?? '').slice(0, WORDS_CHARS_MAX)
  const words = text.slice(0, QUOTE.exec(text)?.index)
  const enhanced = ENHANCED.exec(words)
  const code = enhanced ?? REPLY.exec(words)
  const isBounce = isDaemon(mail) || header(mail, 'x-failed-recipients') !== '' || sender === ''
  if (!isBounce && code === null) return null
  const status = enhanced?.[1] ?? null
  const line = code === null ? (mail.subject ?? '') : lineAt(words, code.index)
  const kind = status !== null && isHardCode(status) ? ('hard' as const) : ('soft' as const)
  return { kind, status, reason: tidy(line) }
}

function lineAt(text: string, at: number): string {
  const start = text.lastIndexOf('\n', at) + 1
  const end = text.indexOf('\n', Math.max(at, start) + 1)
  return text.slice(start, end < 0 ? undefined : end)
}
