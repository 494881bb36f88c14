import type { FastifyReply, FastifyRequest } from 'fastify'

/** What came of a change, said once on the page that follows. */
export type Notice = {
  readonly tone: 'good' | 'bad'
  readonly title: string
  readonly lines: readonly string[]
}

const COOKIE = 'dose_notice'
/** A cookie holds 4,096 bytes; four bytes of base64 stand for three of UTF-8. */
const LINE_CHARS_MAX = 200
const LINES_MAX = 3
const SECONDS = 60

const OPTIONS = { signed: true, httpOnly: true, sameSite: 'strict' } as const

/** It travels in a signed cookie: neither addresses nor logs hold it, and any process can show it. */
export function leaveNotice(reply: FastifyReply, { tone, title, lines }: Notice): void {
  const short = lines.slice(0, LINES_MAX).map((line) => line.slice(0, LINE_CHARS_MAX))
  const value = JSON.stringify({ tone, title: title.slice(0, LINE_CHARS_MAX), lines: short })
  const coded = Buffer.from(value).toString('base64url')
  reply.setCookie(COOKIE, coded, { ...OPTIONS, secure: 'auto', maxAge: SECONDS })
}

/** Shown once: taking it removes it. */
export function takeNotice(request: FastifyRequest, reply: FastifyReply): Notice | null {
  const cookie = request.cookies[COOKIE]
  if (cookie === undefined) return null
  reply.clearCookie(COOKIE)
  const { valid, value } = request.unsignCookie(cookie)
  return valid ? JSON.parse(Buffer.from(value, 'base64url').toString()) : null
}
