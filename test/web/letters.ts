import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import PostalMime from 'postal-mime'
import { signTimed } from '../../src/delivery/token.ts'
import { listOutbox } from '../../src/io/outbox.ts'
import { letter } from '../../src/workers/letter.ts'
import { WAKE } from '../../src/workers/stage.ts'
import { stageContext } from '../support/rows.ts'
import type { TestApp } from '../support/setup.ts'

export type Sent = {
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  /** Paths of the links in it. */
  readonly links: readonly string[]
}

/** Sends what waits, and reads every letter that has left so far, wherever this set-up sends to. */
export async function sendLetters(app: TestApp): Promise<Sent[]> {
  await letter.run(WAKE, stageContext(app))
  const raws = app.sink
    ? app.sink.messages.map(({ raw }) => raw)
    : await readFiles(join(app.deps.config.DATA_DIR, 'outbox'))
  return Promise.all(raws.map(readLetter))
}

async function readFiles(dir: string): Promise<string[]> {
  const entries = (await listOutbox(dir, 'letters')).toReversed()
  return Promise.all(
    entries.map(({ deliveryId }) => readFile(join(dir, 'letters', `${deliveryId}.eml`), 'utf8')),
  )
}

async function readLetter(raw: string): Promise<Sent> {
  const { to, subject = '', text = '', html = '' } = await PostalMime.parse(raw)
  const links = [...text.matchAll(/https?:\/\/[^\s/]+(\/\S*)/g)].map(([, path = '']) => path)
  return { to: to?.[0]?.address ?? '', subject, text, html, links }
}

/** What stands hidden in a form that was fetched a minute ago. */
export async function formToken({ deps }: TestApp): Promise<string> {
  const now = Date.parse(deps.clock.now())
  const ends = new Date(now + 3_600_000).toISOString()
  const secret = await deps.store.settings.signingSecret()
  return signTimed(secret, 'form', String(now - 60_000), ends)
}
