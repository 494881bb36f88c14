import { expect, test } from 'vitest'
import { createNights } from '../src/nights.ts'

test('a night that failed is tried again; one that succeeded is not, until the next day', async () => {
  let day = '2026-11-20'
  let broken = true
  const spent: string[] = []
  const nights = createNights(
    () => day,
    async () => {
      if (broken) throw new Error('disk full')
      spent.push(day)
    },
  )
  await expect(nights.look()).rejects.toThrow('disk full')
  broken = false
  await nights.look()
  await nights.look()
  expect(spent).toEqual(['2026-11-20'])
  day = '2026-11-21'
  await nights.look()
  expect(spent).toEqual(['2026-11-20', '2026-11-21'])
})

test('what is still at work is waited for, and not begun twice', async () => {
  const gate = Promise.withResolvers<void>()
  let begun = 0
  const nights = createNights(
    () => '2026-11-20',
    async () => {
      begun++
      await gate.promise
    },
  )
  const first = nights.look()
  await nights.look()
  let idle = false
  const ended = nights.idle().then(() => {
    idle = true
  })
  await Promise.resolve()
  expect([begun, idle]).toEqual([1, false])
  gate.resolve()
  await Promise.all([first, ended])
  expect(idle).toBe(true)
})
