import { z } from 'zod'
import type { ApprovalRule, QuietRule, SendWindow } from '../model.ts'

/** The rules of a digest as people type them; each may be read again from what it makes. */

/** Takes a rule back. */
const NONE = 'none'
/** Stories in a full issue at most. */
const MOST_STORIES = 100

const QUIET_SAYS = 'write e.g. 3 (a short issue that says so), 3:skip (none), or none'

export const quietRule = z
  .union([z.null(), z.custom<QuietRule>(isQuietRule), z.string(), z.number()])
  .transform((given, { addIssue }): QuietRule | null => {
    if (given === null || given === NONE) return null
    if (typeof given === 'object') return given
    const [, below = '', rule = 'short'] = /^(\d{1,3})(?::(short|skip))?$/.exec(`${given}`) ?? []
    const read = { below: Number(below || 0), rule } as QuietRule
    if (!isQuietRule(read)) addIssue(QUIET_SAYS)
    return read
  })

function isQuietRule(given: unknown): given is QuietRule {
  const { below, rule } = (given ?? {}) as Partial<QuietRule>
  return (
    Number.isInteger(below) &&
    Number(below) >= 1 &&
    Number(below) <= MOST_STORIES &&
    (rule === 'short' || rule === 'skip')
  )
}

const HOUR_SAYS = 'write a full hour from 0 to 23, or none'

export const deadlineHour = z
  .union([z.null(), z.string(), z.number()])
  .transform((given, { addIssue }): number | null => {
    if (given === null || given === NONE) return null
    const hour = /^(\d{1,2})(?::00)?$/.exec(`${given}`)?.[1] ?? 'none'
    if (!(Number(hour) <= 23)) addIssue(HOUR_SAYS)
    return Number(hour)
  })

const WINDOW_SAYS = 'write two full hours such as 6-22, the first before the second, or none'

export const sendWindow = z
  .union([z.null(), z.custom<SendWindow>(isWindow), z.string()])
  .transform((given, { addIssue }): SendWindow | null => {
    if (given === null || given === NONE) return null
    if (typeof given === 'object') return given
    const [, from, to] = /^(\d{1,2})-(\d{1,2})$/.exec(given) ?? []
    const window = { from: Number(from), to: Number(to) }
    if (!isWindow(window)) addIssue(WINDOW_SAYS)
    return window
  })

function isWindow(given: unknown): given is SendWindow {
  const { from, to } = (given ?? {}) as Partial<SendWindow>
  const isWhole = Number.isInteger(from) && Number.isInteger(to)
  return isWhole && Number(from) >= 0 && Number(from) < Number(to) && Number(to) <= 24
}

/** An edition waits no longer than to the next but one. */
const MOST_HOURS = 48
const APPROVAL_SAYS = `write e.g. 2:send or 2:skip, with 1 to ${MOST_HOURS} hours, or none`

export const approvalRule = z
  .union([z.null(), z.custom<ApprovalRule>(isApproval), z.string()])
  .transform((given, { addIssue }): ApprovalRule | null => {
    if (given === null || given === NONE) return null
    if (typeof given === 'object') return given
    const [, hours = '', then = ''] = /^(\d{1,2}):(\w{4})$/.exec(given) ?? []
    const read = { hours: Number(hours || 0), else: then } as ApprovalRule
    if (!isApproval(read)) addIssue(APPROVAL_SAYS)
    return read
  })

function isApproval(given: unknown): given is ApprovalRule {
  const rule = (given ?? {}) as Partial<ApprovalRule>
  const isWhole = Number.isInteger(rule.hours)
  const isKnown = rule.else === 'send' || rule.else === 'skip'
  return isWhole && Number(rule.hours) >= 1 && Number(rule.hours) <= MOST_HOURS && isKnown
}
