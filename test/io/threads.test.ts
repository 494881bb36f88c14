import { afterAll, expect, test } from 'vitest'
import { createThreads } from '../../src/io/threads.ts'

const FILE = new URL('../fixtures/hold.mjs', import.meta.url)
const threads = createThreads(FILE, 2)
afterAll(() => threads.close())

test('a task that waits for its turn does not use up its time', async () => {
  const tasks = Array.from({ length: 8 }, () => threads.run('hold', 400, 1_200))
  expect(await Promise.all(tasks)).toEqual(Array(8).fill(400))
})

test('a task that takes too long ends, and those behind it run', async () => {
  const late = Array.from({ length: 3 }, () => threads.run('hold', 60_000, 300))
  const behind = threads.run('hold', 1, 10_000)
  for (const task of late) await expect(task).rejects.toThrow('hold took longer than 300 ms')
  expect(await behind).toBe(1)
})

test('a task that takes too much memory ends, and those behind it run', async () => {
  const small = createThreads(FILE, 1, 32)
  const late = small.run('hoard', null)
  const behind = small.run('hold', 1)
  await expect(late).rejects.toThrow(new RangeError('hoard took more than 32 MB'))
  expect(await behind).toBe(1)
  await small.close()
})
