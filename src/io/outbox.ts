import { constants } from 'node:fs'
import { access, lstat, mkdir, open, readdir, readFile, rename, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import PostalMime, { type Address } from 'postal-mime'
import { DoseError } from '../errors.ts'
import type { Instant } from '../model.ts'
import type { Mailer, SendResult } from './mail.ts'
import { composeMime } from './mime.ts'

/** A mail larger than this is not ours: editions stay below 100 KB. */
const MAIL_BYTES_MAX = 5_000_000

/** Ids become file names: nothing that could climb out of the folder or hide in it. */
const ID = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$/

/** Stands for the edition of mails that belong to none. */
export const LETTERS = 'letters'
/** The same for mails that were sent to try them. */
export const TESTS = 'tests'

/** A mail in the outbox; `at` is when it was written. */
export type OutboxEntry = {
  readonly editionId: string
  readonly deliveryId: string
  readonly bytes: number
  readonly at: Instant
}

/** A mail as a reader's program would show it. `html` is as written: show it in a sandbox. */
export type OutboxMail = {
  readonly subject: string
  readonly from: string
  readonly to: string
  /** As the mail tells it, ISO where it could be read. */
  readonly date: string
  readonly html: string
  readonly text: string
  readonly headers: readonly { readonly name: string; readonly value: string }[]
}

/**
 * A mailer for machines without a mail server: each message becomes the file
 * `dir/<editionId>/<deliveryId>.eml`, written beside its place, synced and renamed, so that a
 * file is there whole or not at all. Sending a delivery again replaces its file.
 */
export function createOutbox(dir: string): Mailer {
  return {
    async send({ message, editionId, deliveryId }, beforeBody, settle) {
      const folder = join(dir, checkedId(editionId))
      const name = `${checkedId(deliveryId)}.eml`
      const bytes = composeMime(message)
      const result: SendResult = (await beforeBody())
        ? await write(folder, name, bytes)
        : { kind: 'abandoned' }
      await settle?.(result)
      return result
    },
    async verify() {
      try {
        await mkdir(dir, { recursive: true })
        await access(dir, constants.W_OK)
      } catch (cause) {
        const subject = `DATA_DIR: cannot write to ${dir} (${reasonOf(cause)})`
        throw new DoseError('CONFIG_INVALID', subject, { cause })
      }
    },
    async close() {},
  }
}

/** The mails in the outbox, the newest first; of one edition when it is named. */
export async function listOutbox(dir: string, editionId?: string): Promise<OutboxEntry[]> {
  const editions = editionId === undefined ? await namesIn(dir) : [editionId]
  const entries: OutboxEntry[] = []
  for (const edition of editions.filter((name) => ID.test(name))) {
    for (const name of await namesIn(join(dir, edition))) {
      const deliveryId = name.endsWith('.eml') ? name.slice(0, -'.eml'.length) : ''
      const file = ID.test(deliveryId)
        ? await lstat(join(dir, edition, name)).catch(() => null)
        : null
      if (file === null || !file.isFile()) continue
      entries.push({
        editionId: edition,
        deliveryId,
        bytes: file.size,
        at: file.mtime.toISOString(),
      })
    }
  }
  return entries.sort(
    (a, b) => b.at.localeCompare(a.at) || a.deliveryId.localeCompare(b.deliveryId),
  )
}

/** Reads a mail back from its bytes; `null` when there is none of these ids, or none readable. */
export async function readOutbox(
  dir: string,
  editionId: string,
  deliveryId: string,
): Promise<OutboxMail | null> {
  if (!ID.test(editionId) || !ID.test(deliveryId)) return null
  const path = join(dir, editionId, `${deliveryId}.eml`)
  const file = await lstat(path).catch(() => null)
  if (file === null || !file.isFile() || file.size > MAIL_BYTES_MAX) return null
  const mail = await PostalMime.parse(await readFile(path))
  return {
    subject: mail.subject ?? '',
    from: mailboxes(mail.from === undefined ? [] : [mail.from]),
    to: mailboxes(mail.to ?? []),
    date: mail.date ?? '',
    html: mail.html ?? '',
    text: mail.text ?? '',
    headers: mail.headers.map(({ originalKey, value }) => ({ name: originalKey, value })),
  }
}

/** Removes mails, where they are there. */
export async function removeMails(
  dir: string,
  mails: readonly { readonly editionId: string | null; readonly deliveryId: string }[],
): Promise<void> {
  for (const { editionId, deliveryId } of mails)
    await rm(join(dir, checkedId(editionId ?? LETTERS), `${checkedId(deliveryId)}.eml`), {
      force: true,
    })
}

/** Removes mails written before an instant, and folders in which none is left. */
export async function pruneOutbox(dir: string, before: Instant): Promise<number> {
  const old = (await listOutbox(dir)).filter(({ at }) => at < before)
  await removeMails(dir, old)
  for (const edition of new Set(old.map(({ editionId }) => editionId)))
    await rmdir(join(dir, edition)).catch(() => {}) // not empty
  return old.length
}

/** Whole or not at all: what fails before the rename leaves nothing behind. */
async function write(folder: string, name: string, bytes: Buffer): Promise<SendResult> {
  const partial = join(folder, `.${name}.partial`)
  try {
    await mkdir(folder, { recursive: true })
    await writeSynced(partial, bytes)
    await rename(partial, join(folder, name))
    await syncFolder(folder)
  } catch (error) {
    await rm(partial, { force: true }).catch(() => {})
    return { kind: 'deferred', reason: `outbox: ${reasonOf(error)}` }
  }
  return { kind: 'accepted', reply: `written to ${name}` }
}

async function writeSynced(path: string, bytes: Buffer): Promise<void> {
  const file = await open(path, 'w')
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Makes the new name outlast a power cut, where the system can sync a folder (Windows cannot). */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null)
  await handle?.sync().catch(() => {})
  await handle?.close()
}

function checkedId(id: string): string {
  if (!ID.test(id)) throw new RangeError(`no id fit for a file name: ${JSON.stringify(id)}`)
  return id
}

async function namesIn(dir: string): Promise<string[]> {
  return readdir(dir).catch(() => [])
}

function mailboxes(addresses: readonly Address[]): string {
  return addresses
    .map(({ name, address }) => (name ? `${name} <${address}>` : (address ?? '')))
    .join(', ')
}

function reasonOf(error: unknown): string {
  return error instanceof Error
    ? ((error as NodeJS.ErrnoException).code ?? error.message)
    : String(error)
}
