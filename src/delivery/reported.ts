import { z } from 'zod'
import { tidy } from './bounce.ts'
import { deliveryOf } from './message.ts'

/** Reports of one request. */
export const REPORTS_MAX = 500

const ID_CHARS_MAX = 500

/** What a mail service that sends for us tells of a mail: an item of `POST /api/bounces`. */
export const ReportedMail = z
  .strictObject({
    messageId: z
      .string()
      .max(ID_CHARS_MAX)
      .optional()
      .describe('Its Message-ID, with or without angle brackets'),
    deliveryId: z
      .string()
      .regex(/^v[0-9a-f]{20}$/, 'no id of a delivery')
      .optional()
      .describe('Or the id of the delivery, as `dose delivery why` tells it'),
    kind: z
      .enum(['hard', 'soft', 'complaint', 'unsubscribe'])
      .describe('hard: the address is of no use; soft: the next mail may arrive'),
    status: z
      .string()
      .regex(/^[245]\.\d{1,3}\.\d{1,3}$/, 'expected a code of RFC 3463, such as 5.1.1')
      .optional(),
    reason: z.string().max(2_000).default('').transform(tidy).describe('What the server said'),
    at: z.iso
      .datetime({ offset: true })
      .regex(/^20/, 'expected an instant of this century')
      .optional()
      .describe('When; now where absent'),
  })
  .refine(({ messageId, deliveryId }) => (messageId === undefined) !== (deliveryId === undefined), {
    error: 'give messageId or deliveryId',
  })
  .transform(({ messageId, deliveryId, ...rest }) => ({
    ...rest,
    deliveryId: deliveryId ?? deliveryOf(messageId ?? ''),
  }))

export type ReportedMail = z.infer<typeof ReportedMail>

/** What the request takes: one, or a list. */
export const ReportedMails = z.union([ReportedMail, z.array(ReportedMail).min(1).max(REPORTS_MAX)])
