import { expect, test } from 'vitest'
import { keepFor } from '../../../src/web/dashboard/kept.ts'

function open() {
  let now = 0
  let counted = 0
  const count = keepFor(
    100,
    async (key: string) => `${key}${++counted}`,
    () => now,
  )
  const wait = (ms: number) => {
    now += ms
  }
  return { ask: async () => (await count('n')).value, wait }
}

test('who asks at the same time waits for one count', async () => {
  const { ask } = open()
  expect(await Promise.all([ask(), ask()])).toEqual(['n1', 'n1'])
})

test('what has become too old is shown once more while it is counted anew', async () => {
  const { ask, wait } = open()
  await ask()
  wait(150)
  expect(await ask()).toBe('n1')
  expect(await ask()).toBe('n2')
})

test('a count that failed is tried again', async () => {
  let tries = 0
  const count = keepFor(100, async () => {
    if (++tries === 1) throw new Error('no answer')
    return tries
  })
  await expect(count('n')).rejects.toThrow('no answer')
  expect((await count('n')).value).toBe(2)
})
