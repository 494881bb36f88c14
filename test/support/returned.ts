/** Mails as mail servers and programs send them back, with invented names. */

type Parts = {
  readonly headers?: readonly string[]
  readonly text?: string
  /** Body of the machine part. */
  readonly status?: string
  readonly feedback?: string
  /** Head of the mail it is about. */
  readonly original?: string
}

const lines = (...all: readonly string[]) => `${all.join('\r\n')}\r\n`

/** A mail with the parts of a report, or with its words alone. */
export function makeReturned({ headers = [], text = '', ...parts }: Parts): Buffer {
  const { status, feedback, original } = parts
  const type = feedback === undefined ? 'delivery-status' : 'feedback-report'
  if (status === undefined && feedback === undefined)
    return Buffer.from(lines(...headers, '', ...text.split('\n')))
  const part = (mimeType: string, body: string) =>
    lines('--cut', `Content-Type: ${mimeType}`, '', ...body.trim().split('\n'), '')
  return Buffer.from(
    lines(
      ...headers,
      'MIME-Version: 1.0',
      `Content-Type: multipart/report; report-type=${type}; boundary="cut"`,
      '',
    ) +
      part('text/plain; charset=us-ascii', text || 'A mail came back.') +
      part(`message/${type}`, status ?? feedback ?? '') +
      (original === undefined ? '' : part('message/rfc822', `${original.trim()}\n\nThe mail.`)) +
      lines('--cut--'),
  )
}

const DAEMON = [
  'From: MAILER-DAEMON@mx.reader.example (Mail Delivery System)',
  'Subject: Undelivered',
]

/** A delivery status notification (RFC 3464) of one recipient. */
export const makeDsn = (
  code: string,
  diagnostic: string,
  { action = 'failed', original }: { readonly action?: string; readonly original?: string } = {},
): Buffer =>
  makeReturned({
    headers: [...DAEMON, 'Auto-Submitted: auto-replied'],
    status: `Reporting-MTA: dns; mx.reader.example
Arrival-Date: Fri, 20 Nov 2026 07:00:04 +0100 (CET)

Final-Recipient: rfc822; ann@reader.example
Original-Recipient: rfc822;ann@reader.example
Action: ${action}
Status: ${code}
Diagnostic-Code: smtp; ${diagnostic}`,
    ...(original !== undefined && { original }),
  })

/** A complaint (ARF, RFC 5965). */
export const makeComplaint = (original: string, type = 'abuse'): Buffer =>
  makeReturned({
    headers: ['From: fbl@reader.example', 'Subject: FW: Morning Dose'],
    feedback: `Feedback-Type: ${type}
User-Agent: FeedbackLoop/1.0
Version: 1`,
    original,
  })
