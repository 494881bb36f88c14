import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import PostalMime from 'postal-mime'
import { listOutbox } from '../../src/io/outbox.ts'
import type { TestApp } from './setup.ts'

export type Sent = {
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  /** Paths of the links in it. */
  readonly links: readonly string[]
}

/**
 * Every mail that has left so far, the oldest first, wherever this set-up sends to.
 *
 * @param kind where the outbox keeps them: an edition's id, or a word; all where absent
 */
export async function sentMails(app: TestApp, kind?: string): Promise<Sent[]> {
  const raws = app.sink
    ? app.sink.messages.map(({ raw }) => raw)
    : await readFiles(join(app.deps.config.DATA_DIR, 'outbox'), kind)
  return Promise.all(raws.map(readMail))
}

async function readFiles(dir: string, kind: string | undefined): Promise<string[]> {
  const entries = (await listOutbox(dir, kind)).toReversed()
  return Promise.all(
    entries.map(({ editionId, deliveryId }) =>
      readFile(join(dir, editionId, `${deliveryId}.eml`), 'utf8'),
    ),
  )
}

async function readMail(raw: string): Promise<Sent> {
  const { to, subject = '', text = '', html = '' } = await PostalMime.parse(raw)
  const links = [...text.matchAll(/https?:\/\/[^\s/]+(\/\S*)/g)].map(([, path = '']) => path)
  return { to: to?.[0]?.address ?? '', subject, text, html, links }
}
