import type { Alert } from '../model.ts'
import { alertKey, type Notice } from './alerts.ts'

/** A notice in words. */
export type NoticeText = {
  readonly subject: string
  readonly text: string
  /** A line an alert. */
  readonly lines: readonly string[]
}

/** A mail with more lines than this is read by nobody. */
const LINES_MAX = 20
const SUBJECT_CHARS_MAX = 120

export function describeNotice({ firing, resolved }: Notice): NoticeText {
  const named = firing.length > 0 ? firing : resolved
  const verb = firing.length > 0 ? count(firing.length, 'alert') : 'Resolved'
  const lines = [
    ...firing.map((alert) => `${alertKey(alert)}: ${alert.detail}`),
    ...resolved.map((alert) => `Resolved: ${alertKey(alert)}, since ${alert.since}`),
  ]
  return {
    subject: cut(`${verb}: ${named.map(alertKey).join(', ')}`),
    text: sentenceOf(firing, resolved),
    lines:
      lines.length <= LINES_MAX
        ? lines
        : [...lines.slice(0, LINES_MAX), `and ${lines.length - LINES_MAX} more`],
  }
}

/** What a webhook gets; `text` is what chat programs show of it. */
export function noticeBody(notice: Notice): Readonly<Record<string, unknown>> {
  const { subject, lines } = describeNotice(notice)
  const told = (alerts: readonly Alert[]) =>
    alerts.map(({ rule, subject, urgent, detail, since, resolvedAt }) => {
      return { rule, subject, urgent, detail, since, resolvedAt }
    })
  return {
    text: [subject, ...lines].join('\n'),
    firing: told(notice.firing),
    resolved: told(notice.resolved),
  }
}

function sentenceOf(firing: readonly Alert[], resolved: readonly Alert[]): string {
  const parts = [
    firing.length > 0 ? `needing a look: ${firing.length}` : '',
    resolved.length > 0 ? `well again: ${resolved.length}` : '',
  ]
  const [first = '', ...rest] = parts.filter(Boolean)
  return `${[first.slice(0, 1).toUpperCase() + first.slice(1), ...rest].join('; ')}.`
}

const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`

const cut = (line: string): string =>
  line.length <= SUBJECT_CHARS_MAX ? line : `${line.slice(0, SUBJECT_CHARS_MAX - 1)}…`
