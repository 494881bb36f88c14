import { addressKey } from '../delivery/address.ts'
import { nextTry } from '../delivery/bounce.ts'
import { tellHook } from '../io/webhook.ts'
import type { LetterRequest } from '../store/letters.ts'
import type { NoticeText } from '../upkeep/notice.ts'
import { letter } from './letter.ts'
import { type Deps, handTo, WAKE } from './stage.ts'

/** Notes a webhook is told in one go. */
const NOTES = 20
const GIVE_UP_MS = 24 * 3_600_000

/** The letters of a notice, one an address. */
export const noticeLetters = (says: NoticeText, { config }: Pick<Deps, 'config'>) =>
  config.ALERT_MAIL.map((email): LetterRequest => {
    return { kind: 'alert', email, emailKey: addressKey(email), language: 'en', choices: { says } }
  })

export const hookOf = ({ config }: Pick<Deps, 'config'>) =>
  config.ALERT_WEBHOOK ? { url: config.ALERT_WEBHOOK, key: config.ALERT_KEY ?? '' } : null

/** Has what was written down leave: letters by their stage, notes from here. */
export async function sendNotices(deps: Deps, trace: string): Promise<void> {
  if (deps.config.ALERT_MAIL.length > 0) await handTo(letter, [WAKE], trace, deps.queues)
  await sendNotes(deps)
}

/** Tells the webhook what it has not been told, again and again for a day. */
async function sendNotes(deps: Deps): Promise<void> {
  const { store, clock, log } = deps
  const hook = hookOf(deps)
  if (!hook) return
  for (const note of await store.alerts.notesDue(clock.now(), NOTES)) {
    const now = clock.now()
    const error = await tellHook(hook, note.id, note.body, Date.parse(now))
    const isOld = Date.parse(now) - Date.parse(note.created_at) >= GIVE_UP_MS
    if (error) log.warn('the webhook did not take an alert', { note: note.id, reason: error })
    const again = error !== null && !isOld && { dueAt: nextTry(note.attempt + 1, now, note.id) }
    await store.alerts.settleNote(note, { error, ...again })
  }
}
