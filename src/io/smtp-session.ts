import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { parseConnectionUrl } from 'nodemailer/lib/shared'
import SMTPConnection, {
  type SMTPConnectionAuth,
  type SMTPConnectionOptions,
} from 'nodemailer/lib/smtp-connection'
import { DoseError } from '../errors.ts'
import { type AccountLimit, takeAccount } from './smtp-account.ts'

/** How long a server may take to be reached, and then to greet. */
const CONNECT_MS = 30_000

/** RFC 5321 section 4.5.3.2.6: a server may take ten minutes to answer the body. */
const SILENCE_MS = 600_000

/** How long a server may take to say goodbye. */
const GOODBYE_MS = 5_000

/** Digits by which accounts on one host are told apart. */
const MARK_DIGITS = 6

/**
 * A mail server with its credentials. `name` is fit for a log: host and port, no password; where the setting has
 * several users on one host, also a mark of the user, such as `mail.example#3f2a1c`.
 */
export type SmtpServer = {
  readonly name: string
  readonly options: SMTPConnectionOptions
  readonly auth: SMTPConnectionAuth | null
  /** How often it is used beside the others. */
  readonly weight: number
  readonly limit: AccountLimit
}

/** An open connection, greeted, encrypted and logged in as its server asks. */
export type SmtpSession = {
  readonly isOpen: () => boolean
  /** Whether it is encrypted; with a certificate that holds, unless the URL takes any. */
  readonly isSecure: () => boolean
  /** Sends one message; resolves with the server's reply to the body. */
  transmit(from: string, to: string, size: number, body: Readable): Promise<string>
  /** Forgets a refused envelope, so that the session can take the next message. */
  reset(): Promise<void>
  quit(): void
  /** Cuts the connection at once: what the server has not fully read is void. */
  destroy(): void
}

/**
 * Reads the setting SMTP_URL: one or more of `smtp://user:password@host:port`, separated by
 * commas. `smtps` is TLS from the first byte, `smtp` turns to TLS when the server offers it and
 * insists on it with `?requireTLS=true`. Weight and limits stand there too, see `takeAccount`.
 *
 * @throws {DoseError} CONFIG_INVALID naming the part that is no such URL, without its password
 */
export function parseSmtpUrls(setting: string): SmtpServer[] {
  const parts = setting.split(',').map((part) => part.trim())
  return nameByUser(parts.filter((part) => part !== '').map(parseSmtpUrl))
}

/** Limits, warm-up and pauses belong to the name, so that it holds whatever the order of the list. */
const nameByUser = (servers: readonly SmtpServer[]): SmtpServer[] =>
  servers.map((server) => {
    const { name, auth } = server
    const isShared = servers.some((one) => one.name === name && one.auth?.user !== auth?.user)
    return isShared ? { ...server, name: `${name}#${markOf(auth?.user ?? '')}` } : server
  })

/** Of the user and not the user, which is often an address. */
const markOf = (user: string): string =>
  createHash('sha256').update(user).digest('hex').slice(0, MARK_DIGITS)

function parseSmtpUrl(text: string, at: number): SmtpServer {
  const url = URL.parse(text)
  if (url === null || !/^smtps?:$/.test(url.protocol) || url.hostname === '') {
    const fault = 'expected smtp://user:password@host:port or smtps://…'
    throw new DoseError('CONFIG_INVALID', `SMTP_URL, entry ${at + 1}: ${fault}`)
  }
  const account = takeAccount(url, `entry ${at + 1}`)
  const { auth, ...options } = parseConnectionUrl(url.href)
  const { user = '', pass = '' } = (auth ?? {}) as { user?: string; pass?: string }
  return {
    name: url.host,
    options: options as SMTPConnectionOptions,
    auth: auth ? { user, credentials: { user, pass } } : null,
    ...account,
  }
}

/** Connects and logs in. Rejects with nodemailer's error; the connection is closed then. */
export function openSession(server: SmtpServer, signal: AbortSignal): Promise<SmtpSession> {
  const connection = new SMTPConnection({
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    ...server.options,
    // Closing means to cut: a half-closed connection would leave the body's fate open.
    socketCloseTimeout: 0,
    logger: false,
  })
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => {
      signal.removeEventListener('abort', onAbort)
      connection.close()
      reject(error)
    }
    const onAbort = () => fail(signal.reason)
    const succeed = () => {
      signal.removeEventListener('abort', onAbort)
      resolve(sessionOf(connection))
    }
    signal.addEventListener('abort', onAbort, { once: true })
    // It stays for the life of the connection: an error that no one listens to ends the process.
    connection.on('error', fail)
    connection.connect((error) => {
      if (error) return fail(error)
      if (server.auth === null || !connection.allowsAuth) return succeed()
      connection.login(server.auth, (refused) => (refused ? fail(refused) : succeed()))
    })
  })
}

function sessionOf(connection: SMTPConnection): SmtpSession {
  return {
    isOpen: () => !connection.destroyed,
    isSecure: () => connection.secure,
    transmit: (from, to, size, body) =>
      new Promise((resolve, reject) => {
        connection.send({ from, to: [to], size }, body, (error, info) => {
          if (error) reject(error)
          else resolve(info.response)
        })
      }),
    reset: () =>
      new Promise((resolve, reject) => {
        const fail = () => reject(new Error('connection closed'))
        connection.once('end', fail)
        connection.reset((error) => {
          connection.off('end', fail)
          if (error) reject(error)
          else resolve()
        })
      }),
    quit: () => {
      connection.quit()
      setTimeout(() => connection.close(), GOODBYE_MS).unref()
    },
    destroy: () => connection.close(),
  }
}
