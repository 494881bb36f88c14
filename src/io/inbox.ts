import type { AddressInfo } from 'node:net'
import { SMTPServer, type SMTPServerDataStream, type SMTPServerOptions } from 'smtp-server'
import { DoseError } from '../errors.ts'
import { RETURNED_BYTES_MAX } from './returned.ts'

/** Connections at one time; bounces come one by one, and a sender that finds none free comes again. */
const CLIENTS_MAX = 50
/** A connection that says nothing for so long is closed. */
const SILENCE_MS = 60_000
/** Copies of one bounce; more come in another transaction (RFC 5321 section 4.5.3.1.10). */
const RECIPIENTS_MAX = 10
/** How long connections may take to end when it closes. */
const CLOSE_MS = 2_000

export type InboxOptions = {
  /** `host:port`; an IPv6 host in brackets. */
  readonly listen: string
  /** Whether mail to an address is taken in; all other is refused. */
  accepts(address: string): boolean
  /** Stores a mail for good: until it has, its sender is told nothing. */
  receive(mail: {
    readonly from: string
    readonly to: string
    readonly bytes: Buffer
  }): Promise<unknown>
  /** Certificate chain and private key, in PEM: with them it offers STARTTLS. */
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer }
  onError(error: unknown): void
}

export type Inbox = { readonly port: number; close(): Promise<void> }

/**
 * A mail server for mails that come back, and for nothing else: it has no accounts and passes nothing on.
 *
 * @throws {DoseError} CONFIG_INVALID when it cannot listen there, or not with that certificate.
 */
export async function openInbox(options: InboxOptions): Promise<Inbox> {
  const { listen, accepts, receive, tls, onError } = options
  const server = serverOf({
    banner: 'Daily Dose takes bounces',
    ...tls,
    disabledCommands: tls ? ['AUTH'] : ['AUTH', 'STARTTLS'], // there is nothing to log in to
    disableReverseLookup: true,
    logger: false,
    size: RETURNED_BYTES_MAX,
    rejectOversized: true,
    maxClients: CLIENTS_MAX,
    maxRecipients: RECIPIENTS_MAX,
    socketTimeout: SILENCE_MS,
    closeTimeout: CLOSE_MS,
    onRcptTo({ address }, _session, done) {
      done(accepts(address) ? null : replied(550, 'No such address here'))
    },
    onData(stream, { envelope }, done) {
      const from = envelope.mailFrom ? envelope.mailFrom.address : ''
      const store = async () => {
        const bytes = await readAll(stream)
        if (bytes === null) return // it is answered that it is too large
        for (const { address } of envelope.rcptTo) await receive({ from, to: address, bytes })
      }
      store().then(
        () => done(null, 'Taken in'),
        (error: unknown) => {
          onError(error)
          done(replied(451, 'Not now, try again later'))
        },
      )
    },
  })
  const at = listen.lastIndexOf(':')
  const host = listen.slice(0, at).replace(/^\[|\]$/g, '')
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(Number(listen.slice(at + 1)), host, () => resolve())
  }).catch((cause: unknown) => {
    throw new DoseError('CONFIG_INVALID', `BOUNCE_LISTEN ${listen}: ${String(cause)}`, { cause })
  })
  server.removeAllListeners('error')
  server.on('error', onError)
  return {
    port: (server.server.address() as AddressInfo).port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

/** @throws {DoseError} CONFIG_INVALID when certificate and key are none, or do not belong together. */
function serverOf(options: SMTPServerOptions): SMTPServer {
  try {
    return new SMTPServer(options)
  } catch (cause) {
    throw new DoseError('CONFIG_INVALID', `BOUNCE_TLS_CERT, BOUNCE_TLS_KEY: ${String(cause)}`, {
      cause,
    })
  }
}

/** All of it, or `null` when it is too large; then it is read to its end and forgotten. */
async function readAll(stream: SMTPServerDataStream): Promise<Buffer | null> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) if (!stream.sizeExceeded) chunks.push(chunk)
  return stream.sizeExceeded ? null : Buffer.concat(chunks)
}

/** An error that smtp-server answers with. */
const replied = (responseCode: number, text: string): Error =>
  Object.assign(new Error(text), { responseCode })
