import { inspect } from 'node:util'
import type { Fields, Log } from '../../src/io/log.ts'

/** A log that keeps every line of every level, fields, stacks and causes spelled out. */
export function keepLog(): { readonly log: Log; readonly lines: string[] } {
  const lines: string[] = []
  return { log: keeping(lines, {}), lines }
}

function keeping(lines: string[], bound: Fields): Log {
  const keep = (sentence: string, fields?: Fields) =>
    void lines.push(`${sentence} ${inspect({ ...bound, ...fields }, { depth: 9 })}`)
  return {
    ...{ debug: keep, info: keep, warn: keep, error: keep },
    with: (fields) => keeping(lines, { ...bound, ...fields }),
  }
}
