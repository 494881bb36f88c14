import { withoutAddresses } from '../delivery/address.ts'
import type { Clock } from '../io/clock.ts'
import { type Fields, type Log, REDACT } from '../io/log.ts'
import type { RunLine } from '../model.ts'

/** A run that says more is in a loop; the rest is in the log of its process. */
const LINES_MAX = 50
const CHARS_MAX = 400

/** Keeps what a run logs, beside logging it; what is for developers is not kept. */
export function recordLog(log: Log, clock: Clock): { log: Log; lines: readonly RunLine[] } {
  const lines: RunLine[] = []
  const keep = (level: RunLine['level'], sentence: string, fields: Fields): void => {
    if (lines.length >= LINES_MAX) return
    lines.push({ at: clock.now(), level, says: told(sentence, fields) })
  }
  const wrap = (inner: Log, bound: Fields): Log => {
    const both =
      (level: RunLine['level']) =>
      (sentence: string, fields: Fields = {}): void => {
        keep(level, sentence, { ...bound, ...fields })
        inner[level](sentence, fields)
      }
    return {
      debug: inner.debug,
      info: both('info'),
      warn: both('warn'),
      error: both('error'),
      with: (fields) => wrap(inner.with(fields), { ...bound, ...fields }),
    }
  }
  return { log: wrap(log, {}), lines }
}

function told(sentence: string, fields: Fields): string {
  const facts = Object.entries(fields)
    .filter(([name]) => !REDACT.includes(name))
    .map(([name, value]) => `${name}: ${textOf(value)}`)
  const text = [sentence, ...facts].join('; ').slice(0, 2 * CHARS_MAX)
  return withoutAddresses(text).slice(0, CHARS_MAX)
}

const textOf = (value: unknown): string => {
  if (value instanceof Error) return value.message
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
}
