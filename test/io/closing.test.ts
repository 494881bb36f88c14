import { expect, test } from 'vitest'
import { createClosing } from '../../src/io/closing.ts'
import { createLog, type Log } from '../../src/io/log.ts'

function recording(): { log: Log; lines: unknown[] } {
  const lines: unknown[] = []
  const log = createLog('silent')
  return { lines, log: { ...log, error: (_sentence, fields) => void lines.push(fields?.part) } }
}

test('parts are closed in reverse; one that fails or hangs is logged and holds up none', async () => {
  const { log, lines } = recording()
  const closed: string[] = []
  const closing = createClosing(log, 20)
  closing.add('first', () => closed.push('first'))
  closing.add('hangs', () => new Promise(() => undefined))
  closing.add('throws', () => {
    throw new Error('a slip')
  })
  closing.add('fails', () => Promise.reject(new Error('gone')))
  closing.add('last', async () => closed.push('last'))
  await closing.closeAll()
  expect(closed).toEqual(['last', 'first'])
  expect(lines).toEqual(['fails', 'throws', 'hangs'])
  await closing.closeAll()
  expect(closed).toHaveLength(2)
})
