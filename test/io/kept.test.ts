import { expect, test } from 'vitest'
import { createKept } from '../../src/io/kept.ts'

/** Each making takes `tookMs` of the clock and gives the next number. */
function shelf(tookMs: number, rule = { freshMs: 60_000, quickMs: 250, most: 3 }) {
  let time = 0
  let made = 0
  const kept = createKept(rule, () => time)
  const make = async () => {
    time += tookMs
    return ++made
  }
  return {
    get: async (stamp = 'a', how = make, key = 'preview') =>
      (await kept.get(key, how, stamp)).value,
    look: (stamp = 'a') => kept.look('preview', make, stamp)?.value ?? null,
    pass: (ms: number) => {
      time += ms
    },
    settle: () => new Promise((resolve) => setImmediate(resolve)),
    forget: kept.forget,
    made: () => kept.made,
  }
}

test('what took long is shown again within a minute', async () => {
  const { get, pass } = shelf(3_000)
  expect(await get()).toBe(1)
  pass(50_000)
  expect(await get()).toBe(1)
})

test('two who ask at once wait for one making', async () => {
  const { get } = shelf(3_000)
  expect(await Promise.all([get(), get()])).toEqual([1, 1])
})

test('an older one is shown while the next is made, and after ten minutes nobody sees it', async () => {
  const { get, pass, settle } = shelf(3_000)
  await get()
  pass(120_000)
  expect(await get()).toBe(1)
  await settle()
  expect(await get()).toBe(2)
  pass(700_000)
  expect(await get()).toBe(3)
})

test('what takes a quarter of a minute is not made again each minute', async () => {
  const { get, pass, settle } = shelf(15_000)
  await get()
  pass(120_000)
  await get()
  await settle()
  expect(await get()).toBe(1)
  pass(300_000)
  await get()
  await settle()
  expect(await get()).toBe(2)
})

test('what is made quickly, or was made of something else, is made anew', async () => {
  const quick = shelf(10)
  expect([await quick.get(), await quick.get()]).toEqual([1, 2])
  const slow = shelf(3_000)
  expect([await slow.get('a'), await slow.get('b')]).toEqual([1, 2])
})

test('who does not wait sees what there is, be it made quickly, and is told when there is more', async () => {
  const { look, settle, pass, made } = shelf(10)
  expect([look(), look(), made()]).toEqual([null, null, 0])
  await settle()
  expect([look(), look(), made()]).toEqual([1, 1, 1])
  pass(120_000)
  expect(look()).toBe(1)
  await settle()
  expect([look(), look('b')]).toEqual([2, null])
})

test('what is forgotten is made anew', async () => {
  const { get, forget } = shelf(3_000)
  expect([await get(), await get()]).toEqual([1, 1])
  forget('preview')
  expect(await get()).toBe(2)
})

test('no more is kept than there is room for', async () => {
  const { get, made } = shelf(3_000)
  for (const key of ['a', 'b', 'c', 'd']) await get('', undefined, key)
  await get('', undefined, 'd')
  await get('', undefined, 'a')
  expect(made()).toBe(5)
})

test('what could not be made is told to each who asks, also where it is made behind the scenes', async () => {
  const { get, pass, settle } = shelf(3_000)
  const fail = async () => Promise.reject(new Error('no sentence'))
  await expect(get('a', fail)).rejects.toThrow('no sentence')
  expect(await get()).toBe(1)
  pass(120_000)
  expect(await get('a', fail)).toBe(1)
  await settle()
  await expect(get('a', fail)).rejects.toThrow('no sentence')
})
