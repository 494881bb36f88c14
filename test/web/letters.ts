import { signTimed } from '../../src/delivery/token.ts'
import { LETTERS } from '../../src/io/outbox.ts'
import { letter } from '../../src/workers/letter.ts'
import { WAKE } from '../../src/workers/stage.ts'
import { type Sent, sentMails } from '../support/mails.ts'
import { stageContext } from '../support/rows.ts'
import type { TestApp } from '../support/setup.ts'

/** Sends what waits, and reads every letter that has left so far. */
export async function sendLetters(app: TestApp): Promise<Sent[]> {
  await letter.run(WAKE, stageContext(app))
  return sentMails(app, LETTERS)
}

/** What stands hidden in a form that was fetched a minute ago. */
export async function formToken({ deps }: TestApp): Promise<string> {
  const now = Date.parse(deps.clock.now())
  const ends = new Date(now + 3_600_000).toISOString()
  const secret = await deps.store.settings.signingSecret()
  return signTimed(secret, 'form', String(now - 60_000), ends)
}
