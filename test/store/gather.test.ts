import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { gather } from '../../src/store/gather.ts'

test('what is asked for while a statement runs goes together in the next, each with its answer', async () => {
  const runs: number[][] = []
  const double = gather(async (items: readonly number[]) => {
    runs.push([...items])
    await sleep(1)
    return items.map((item) => item * 2)
  })
  expect(await Promise.all([1, 2, 3, 4].map(double))).toEqual([2, 4, 6, 8])
  expect(runs).toEqual([[1], [2, 3, 4]])
  expect(await double(5)).toBe(10)
})

test('a statement that fails fails for those in it, and for nobody else', async () => {
  const run = gather(async (items: readonly number[]) => {
    await sleep(1)
    if (items.includes(2)) throw new Error('gone')
    return items
  })
  const ends = await Promise.allSettled([1, 2, 3].map(run))
  expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected'])
  expect(await run(4)).toBe(4)
})
