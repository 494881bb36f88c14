import { expect, test } from 'vitest'
import { createTraces, runningSpan } from '../../src/io/traces.ts'

const run = { stage: 'fetch', id: 'a', version: 1, attempt: 1, trace: 'clock', queuedAt: '' }
const SPAN = { run, parent: undefined, attributes: {} }

test('a receiver that is away loses spans, never work', async () => {
  const errors: unknown[] = []
  const endpoint = 'http://127.0.0.1:9'
  const onError = (error: unknown) => errors.push(error)
  const traces = createTraces({ endpoint, headers: '', service: 'test', onError })
  expect(await traces.span(SPAN, async () => runningSpan())).toMatch(/^[0-9a-f]{16}$/)
  await expect(traces.span(SPAN, () => Promise.reject(new Error('no feed')))).rejects.toThrow(
    'no feed',
  )
  await traces.close()
  expect(errors).toHaveLength(1)
  expect(runningSpan()).toBeUndefined()
})
