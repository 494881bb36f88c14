import { inspect } from 'node:util'
import type { Log } from '../../src/io/log.ts'

/** A log that keeps every line of every level, fields, stacks and causes spelled out. */
export function keepLog(): { readonly log: Log; readonly lines: string[] } {
  const lines: string[] = []
  const keep = (sentence: string, fields?: object) =>
    void lines.push(`${sentence} ${inspect(fields, { depth: 9 })}`)
  const log: Log = { debug: keep, info: keep, warn: keep, error: keep, with: () => log }
  return { log, lines }
}
