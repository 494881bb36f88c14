import { buildMessage, type MessageInput } from '../../src/delivery/message.ts'
import type { Outgoing } from '../../src/io/mail.ts'

/** An invented reader's copy of an invented edition. */
export const input: MessageInput = {
  rendered: {
    subject: 'Bridge over the Aar reopens',
    html: '<p>The bridge <b>reopened</b> — at last.</p>',
    text: 'The bridge reopened — at last.\n\n.\n..dots at the start of a line\n',
  },
  editionId: 'ed-1',
  deliveryId: 'v0123456789abcdef0123',
  digest: { name: 'Morning Dose', slug: 'Morning Dose' },
  from: { name: 'Morning Dose', address: 'dose@news.example' },
  to: { name: 'Ann Reader', address: 'ann@reader.example' },
  unsubscribeUrl: 'https://dose.example/u/token',
  date: '2026-11-20T06:00:00.000Z',
}

/** That copy addressed to `to`, ready for a mailer. */
export function outgoing(to = 'ann@reader.example', over: Partial<MessageInput> = {}): Outgoing {
  const message = buildMessage({
    ...input,
    deliveryId: `v-${to}`,
    to: { name: '', address: to },
    ...over,
  })
  return { message, editionId: 'ed-1', deliveryId: `d-${to.split('@')[0]}` }
}
