import { randomUUID } from 'node:crypto'
import { readerLinks } from '../delivery/links.ts'
import { parseMailbox } from '../delivery/mailbox.ts'
import { buildMessage } from '../delivery/message.ts'
import { fillPersonal } from '../edition/personal.ts'
import { selectIssue } from '../edition/select.ts'
import type { SendResult } from '../io/mail.ts'
import { TESTS } from '../io/outbox.ts'
import type { Digest } from '../model.ts'
import type { EditionRecord } from '../store/editions.ts'
import { renderIssue, shownNow } from './issues.ts'
import type { Deps } from './stage.ts'

type TestDeps = Pick<Deps, 'store' | 'config' | 'renderer' | 'publicUrl' | 'mailer' | 'clock'>

export type TestMail = { readonly subject: string; readonly result: SendResult }

/**
 * Sends an edition as a reader of all topics gets it to any address, marked as a test. The ledger
 * knows nothing of it, and its links belong to no subscription.
 *
 * @returns `null` when there is nothing to tell.
 */
export async function sendTestMail(
  edition: EditionRecord,
  digest: Digest,
  to: string,
  deps: TestDeps,
): Promise<TestMail | null> {
  const { store, config, mailer, clock, publicUrl } = deps
  const shown = await shownNow(edition, digest, deps)
  const issue = selectIssue(shown.pool, { topics: [] }, shown.size)
  if (!issue) return null
  const id = `test-${randomUUID()}`
  const secret = await store.settings.signingSecret()
  const links = readerLinks(publicUrl(), secret, edition.id, id)
  const mail = fillPersonal(renderIssue({ edition: shown, issue }, digest, deps), {
    ...links,
    viewUrl: `${publicUrl()}${edition.frozenAt ? `/editions/${edition.id}` : '/'}`,
    address: to,
    reason: `A test of ${digest.name}: nobody else got it, and its links change nothing.`,
  })
  const subject = `[Test] ${mail.subject}`
  const message = buildMessage({
    rendered: { ...mail, subject },
    ...{ editionId: edition.id, deliveryId: id },
    digest: { name: digest.name, slug: digest.name },
    from: parseMailbox(digest.from ?? config.MAIL_FROM, digest.from ? '--from' : 'MAIL_FROM'),
    to: { name: '', address: to },
    unsubscribeUrl: links.unsubscribeUrl,
    date: clock.now(),
  })
  const result = await mailer.send({ message, editionId: TESTS, deliveryId: id }, async () => true)
  return { subject, result }
}
