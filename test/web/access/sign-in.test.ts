import { scryptSync } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { describe, expect, test } from 'vitest'
import { createSignIn } from '../../../src/web/access/sign-in.ts'
import { makeSecret, stepAt, totp } from '../../../src/web/access/totp.ts'
import { createGuesses } from '../../../src/web/guesses.ts'

const NOW = '2026-11-20T06:00:00.000Z'
const GUESSES = 10_000
/** A password whose hash costs nothing, so that ten thousand guesses would all be made if they could. */
const CHEAP = `scrypt$1$1$1$AAAA$${scryptSync('right', Buffer.from('AAAA', 'base64url'), 32, { N: 2, r: 1, p: 1 }).toString('base64url')}`

function door(secret: string | null = null) {
  const looked: string[] = []
  const used = new Set<number>()
  let now = NOW
  const guesses = createGuesses(10, 60_000)
  const ms = () => Date.parse(now)
  const visitors = {
    waitSeconds: ({ ip }: FastifyRequest) => guesses.waitSeconds(ip, ms()),
    note: ({ ip }: FastifyRequest) => guesses.note(ip, ms()),
    forgive: ({ ip }: FastifyRequest) => guesses.forgive(ip),
  }
  const accounts = {
    async credentials(name: string) {
      looked.push(name)
      const secondFactor = secret === null ? null : { secret, step: 0 }
      return { id: 'anna', password: CHEAP, secondFactor }
    },
    takeStep: async (_id: string, step: number) => !used.has(step) && Boolean(used.add(step)),
    takeRecovery: async () => false,
  }
  const deps = { store: { accounts }, clock: { now: () => now } }
  const check = createSignIn(visitors as never, deps as never)
  return {
    looked,
    wait: (seconds: number) => {
      now = new Date(ms() + seconds * 1_000).toISOString()
    },
    guess: (ip: string, name: string, password: string, code = '') =>
      check({ ip } as FastifyRequest, { name, password, code }),
  }
}

const network = (n: number) => `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`

describe('ten thousand guesses', () => {
  test('at one name from as many networks: thirty are looked at, and its owner waits', async () => {
    const { guess, looked, wait } = door()
    const answers = await Promise.all(
      Array.from({ length: GUESSES }, (_, n) => guess(network(n), 'anna', `guess ${n}`)),
    )
    expect(looked.length).toBe(30)
    expect(answers.filter((answer) => 'accountId' in answer)).toEqual([])
    expect(await guess('192.0.2.1', ' ANNA ', 'right')).toEqual({ waitSeconds: 900 })
    wait(901)
    expect(await guess('192.0.2.1', 'anna', 'right')).toEqual({ accountId: 'anna' })
  })

  test('from one network at as many names: ten are looked at', async () => {
    const { guess, looked } = door()
    await Promise.all(
      Array.from({ length: GUESSES }, (_, n) => guess('192.0.2.7', `name ${n}`, 'wrong')),
    )
    expect(looked.length).toBe(10)
  })
})

test('whoever knows is never held, however often they come', async () => {
  const { guess } = door()
  for (let n = 0; n < 100; n++)
    expect(await guess('192.0.2.7', 'anna', 'right')).toEqual({ accountId: 'anna' })
})

test('with a second factor the password alone opens nothing, and a code works once', async () => {
  const secret = makeSecret()
  const { guess } = door(secret)
  const code = totp(secret, stepAt(Date.parse(NOW)))
  const refused = { waitSeconds: 0 }
  expect(await guess('192.0.2.1', 'anna', 'right')).toEqual(refused)
  expect(await guess('192.0.2.1', 'anna', 'wrong', code)).toEqual(refused)
  expect(await guess('192.0.2.1', 'anna', 'right', code)).toEqual({ accountId: 'anna' })
  expect(await guess('192.0.2.1', 'anna', 'right', code)).toEqual(refused)
})
