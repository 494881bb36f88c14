import type { ImapFlow } from 'imapflow'
import { DoseError } from '../errors.ts'

const CONNECT_MS = 30_000
/** A server that says nothing for so long has gone. */
const SILENCE_MS = 60_000
/** Text of a mail and of what stands around it. */
const LITERAL_BYTES_MAX = 8 * 1_024 * 1_024

/** A folder of a mail server, and how it is reached. */
export type ImapPlace = {
  /** Host and folder, for people: nobody's address. */
  readonly name: string
  readonly host: string
  readonly port: number
  /** TLS from the first byte; else by STARTTLS, without which nobody logs in. */
  readonly secure: boolean
  readonly user: string
  readonly pass: string
  readonly path: string
  /** Folder that mails go to which were read; `null`: they stay, marked as seen. */
  readonly moveTo: string | null
  readonly takesAnyCertificate: boolean
}

/** A mail that nobody has seen. */
export type UnseenMail = { readonly uid: number; readonly bytes: number }

/** A folder while it is open. Every method throws a DoseError MAILBOX_UNREADABLE when it fails. */
export type ImapFolder = {
  /** While it stays the same, so do the numbers of the mails. */
  readonly validity: string
  /** Mails that nobody has seen, the oldest first. */
  unseen(): Promise<UnseenMail[]>
  /** The mail as it came; it stays unseen. `null`: it has gone meanwhile. */
  read(uid: number): Promise<Buffer | null>
  /** Marks or moves one that was read. */
  done(uid: number): Promise<void>
  close(): Promise<void>
}

/** Reads the setting BOUNCE_IMAP, whose form the settings have checked. */
export function parseImapUrl(text: string): ImapPlace {
  const url = new URL(text)
  const secure = url.protocol === 'imaps:'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const path = decodeURIComponent(url.pathname.slice(1)) || 'INBOX'
  return {
    name: `${host}/${path}`,
    ...{ host, secure, path },
    port: Number(url.port || (secure ? 993 : 143)),
    user: decodeURIComponent(url.username),
    pass: decodeURIComponent(url.password),
    moveTo: url.searchParams.get('move'),
    takesAnyCertificate: url.searchParams.get('tls.rejectUnauthorized') === 'false',
  }
}

/** @throws {DoseError} MAILBOX_UNREADABLE saying why. */
export async function openFolder(place: ImapPlace): Promise<ImapFolder> {
  const { name, path, moveTo } = place
  const client = await clientOf(place)
  const tried = async <T>(run: () => Promise<T>): Promise<T> => {
    try {
      return await run()
    } catch (error) {
      client.close()
      throw new DoseError('MAILBOX_UNREADABLE', `${name}: ${reasonOf(error)}`)
    }
  }
  const { uidValidity } = await tried(async () => {
    await client.connect()
    return client.mailboxOpen(path)
  })
  return {
    validity: String(uidValidity),
    unseen: () =>
      tried(async () => {
        const uids = (await client.search({ seen: false, deleted: false }, { uid: true })) || []
        if (uids.length === 0) return []
        const mails = await client.fetchAll(uids.join(), { uid: true, size: true }, { uid: true })
        return mails
          .map(({ uid, size = 0 }) => ({ uid, bytes: size }))
          .toSorted((a, b) => a.uid - b.uid)
      }),
    read: (uid) =>
      tried(async () => {
        const mail = await client.fetchOne(String(uid), { source: true }, { uid: true })
        return mail ? (mail.source ?? null) : null
      }),
    done: (uid) =>
      tried(async () => {
        const isDone = moveTo
          ? await client.messageMove(String(uid), moveTo, { uid: true })
          : await client.messageFlagsAdd(String(uid), ['\\Seen'], { uid: true })
        if (!isDone)
          throw new Refused(moveTo ? `it takes no mail into ${moveTo}` : 'it marks no mail')
      }),
    close: () => client.logout().catch(() => client.close()),
  }
}

class Refused extends Error {}

async function clientOf(place: ImapPlace): Promise<ImapFlow> {
  const { ImapFlow } = await import('imapflow') // whoever has no such mailbox does without
  const { host, port, secure, user, pass, takesAnyCertificate } = place
  const client = new ImapFlow({
    ...{ host, port, secure, auth: { user, pass } },
    ...(!secure && { doSTARTTLS: true }),
    tls: { rejectUnauthorized: !takesAnyCertificate },
    logger: false,
    disableAutoIdle: true,
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    maxLiteralSize: LITERAL_BYTES_MAX,
  })
  client.on('error', () => {}) // whatever is under way fails with it
  return client
}

/** In words of ours: what servers say may name an address. */
function reasonOf(error: unknown): string {
  if (error instanceof Refused) return error.message
  const { authenticationFailed, mailboxMissing, tlsFailed, serverResponseCode, code } =
    error as Record<string, unknown>
  const detail = serverResponseCode ?? code
  const told = typeof detail === 'string' && /^[\w-]{1,60}$/.test(detail) ? ` (${detail})` : ''
  if (authenticationFailed) return `the log-in is refused${told}`
  if (mailboxMissing) return 'there is no such folder'
  if (tlsFailed) return `it cannot be spoken to over TLS${told}`
  return `it does not answer as it should${told}`
}
