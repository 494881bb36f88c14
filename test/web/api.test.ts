import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { setImmediate as turn } from 'node:timers/promises'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { operationRoute } from '../../src/web/api.ts'
import type { Operation } from '../../src/web/operation.ts'
import { keepLog } from '../support/log.ts'

const ROWS = 2_000

/** Asks for many rows; nobody reads the answer yet. */
async function askForMany() {
  let told = 0
  const operation = {
    ...{ name: 'echo say', schema: z.object({}) },
    async run(_input: unknown, { row }: { row(row: object): unknown }) {
      for (; told < ROWS; told++) await row({ n: told, text: 'x'.repeat(100) })
      return 0
    },
  } as unknown as Operation
  let stream: Readable | undefined
  const reply = {
    code: () => reply,
    type: () => reply,
    send: (answer: Readable) => {
      stream = answer
    },
  }
  const request = { body: {}, actor: { name: 'anna' }, routeOptions: {} }
  const handle = operationRoute(operation, keepLog().log)
  await handle(request as unknown as FastifyRequest, reply as unknown as FastifyReply)
  for (let i = 0; i < ROWS; i++) await turn()
  return { stream: stream as unknown as Readable, told: () => told }
}

test('rows wait for a reader who is slow', async () => {
  const { stream, told } = await askForMany()
  expect(told()).toBeLessThan(ROWS)
  const lines = (await text(stream)).trim().split('\n')
  expect(lines).toHaveLength(ROWS + 1)
  expect(lines.at(-1)).toBe('{"exit":0}')
})

test('and for nobody who has gone', async () => {
  const { stream, told } = await askForMany()
  stream.destroy()
  await expect.poll(told).toBe(ROWS)
})
