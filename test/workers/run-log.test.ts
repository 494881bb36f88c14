import { expect, test } from 'vitest'
import type { Log } from '../../src/io/log.ts'
import { recordLog } from '../../src/workers/run-log.ts'

const AT = '2026-11-20T06:00:00.000Z'

/** A log that keeps its sentences. */
function listener() {
  const heard: string[] = []
  const hear = (sentence: string) => void heard.push(sentence)
  const log: Log = { debug: hear, info: hear, warn: hear, error: hear, with: () => log }
  return { heard, log }
}

test('what a run logs is kept beside its log, without secrets, addresses and what is for developers', () => {
  const { heard, log: outer } = listener()
  const { log, lines } = recordLog(outer, { now: () => AT })
  log.debug('looked')
  log.with({ source: 's1' }).info('read', { items: 3, token: 'secret' })
  log.warn('refused', { error: new Error('550 ann@reader.example is unknown') })
  expect(heard).toEqual(['looked', 'read', 'refused'])
  expect(lines).toEqual([
    { at: AT, level: 'info', says: 'read; source: s1; items: 3' },
    { at: AT, level: 'warn', says: 'refused; error: 550 <address> is unknown' },
  ])
})

test('however much a run logs, little is kept', () => {
  const { log, lines } = recordLog(listener().log, { now: () => AT })
  for (let n = 0; n < 1_000; n++) log.info('x'.repeat(100_000))
  expect(JSON.stringify(lines).length).toBeLessThan(30_000)
})
