import { scryptSync } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createGuesses as guessesIn } from '../../src/store/guesses.ts'
import { createSignIn } from '../../src/web/access/sign-in.ts'
import { makeSecret, stepAt, totp } from '../../src/web/access/totp.ts'
import { createGuesses } from '../../src/web/guesses.ts'
import { openTestApp, type TestApp } from '../support/setup.ts'

const NOW = '2026-11-20T06:00:00.000Z'
const GUESSES = 10_000
/** A password whose hash costs nothing, so that ten thousand guesses would all be made if they could. */
const CHEAP = `scrypt$1$1$1$AAAA$${scryptSync('right', Buffer.from('AAAA', 'base64url'), 32, { N: 2, r: 1, p: 1 }).toString('base64url')}`

let app: TestApp
beforeAll(async () => {
  app = await openTestApp()
})
afterAll(() => app?.close())

/** The doors of two web processes that share their rows, and one account behind them. */
async function doors(secret: string | null = null) {
  const { db } = app.deps.store
  await db.deleteFrom('guess').execute()
  const looked: string[] = []
  const refused: string[] = []
  const used = new Set<number>()
  let now = NOW
  const clock = { now: () => now }
  const accounts = {
    async credentials(name: string) {
      looked.push(name)
      const secondFactor = secret === null ? null : { secret, step: 0 }
      return { id: 'anna', password: CHEAP, secondFactor }
    },
    takeStep: async (_id: string, step: number) => !used.has(step) && Boolean(used.add(step)),
    takeRecovery: async () => false,
  }
  const process = () => {
    const deps = { store: { accounts, guesses: guessesIn(db) }, clock }
    const networks = createGuesses('network', { most: 10, windowMs: 60_000 }, deps)
    const visitors = {
      guesses: {
        held: ({ ip }: FastifyRequest) => networks.held(ip),
        waitSeconds: ({ ip }: FastifyRequest) => networks.waitSeconds(ip),
        take: ({ ip }: FastifyRequest) => networks.take(ip),
        forgive: ({ ip }: FastifyRequest) => networks.forgive(ip),
      },
      refuse: async (_request: FastifyRequest, means: string) => void refused.push(means),
    }
    return createSignIn(visitors, deps as never)
  }
  const both = [process(), process()] as const
  let knocks = 0
  return {
    ...{ looked, refused },
    wait: (seconds: number) => {
      now = new Date(Date.parse(now) + seconds * 1_000).toISOString()
    },
    guess: (ip: string, name: string, password: string, code = '') =>
      both[knocks++ % 2 === 0 ? 0 : 1]({ ip } as FastifyRequest, { name, password, code }),
  }
}

const network = (n: number) => `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`

describe('ten thousand guesses, at two processes', () => {
  test('at one name from as many networks: thirty are looked at, and its owner waits', async () => {
    const { guess, looked, wait } = await doors()
    const answers = await Promise.all(
      Array.from({ length: GUESSES }, (_, n) => guess(network(n), 'anna', `guess ${n}`)),
    )
    expect(looked.length).toBe(30)
    expect(answers.filter((answer) => 'accountId' in answer)).toEqual([])
    expect(await guess('192.0.2.1', ' ANNA ', 'right')).toEqual({ waitSeconds: 900 })
    wait(901)
    expect(await guess('192.0.2.1', 'anna', 'right')).toEqual({ accountId: 'anna' })
  })

  test('from one network at as many names: ten are looked at, and what is over is forgotten', async () => {
    const { guess, looked, wait } = await doors()
    await Promise.all(
      Array.from({ length: GUESSES }, (_, n) => guess('192.0.2.7', `name ${n}`, 'wrong')),
    )
    expect(looked.length).toBe(10)
    wait(901)
    const { guesses } = app.deps.store
    const later = new Date(Date.parse(NOW) + 901_000).toISOString()
    await guesses.take('the first try of a process', { most: 1, windowMs: 1_000 }, later)
    const left = await app.deps.store.db.selectFrom('guess').select('count').execute()
    expect(left).toEqual([{ count: 1 }])
  })
})

test('whoever knows is never held, however often they come', async () => {
  const { guess } = await doors()
  for (let n = 0; n < 40; n++)
    expect(await guess('192.0.2.7', 'anna', 'right')).toEqual({ accountId: 'anna' })
})

test('with a second factor the password alone opens nothing, and a code works once', async () => {
  const secret = makeSecret()
  const { guess, refused } = await doors(secret)
  const code = totp(secret, stepAt(Date.parse(NOW)))
  const no = { waitSeconds: 0 }
  expect(await guess('192.0.2.1', 'anna', 'right')).toEqual(no)
  expect(await guess('192.0.2.1', 'anna', 'wrong', code)).toEqual(no)
  expect(await guess('192.0.2.1', 'anna', 'right', code)).toEqual({ accountId: 'anna' })
  expect(await guess('192.0.2.1', 'anna', 'right', code)).toEqual(no)
  expect(refused).toEqual(['code of anna', 'password', 'code of anna'])
})
