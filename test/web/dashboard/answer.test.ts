import type { FastifyReply, FastifyRequest } from 'fastify'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { answerSoon } from '../../../src/web/dashboard/answer.ts'
import type { Frame } from '../../../src/web/dashboard/room.ts'

test('a page that takes long says for how long, looks again, and then has its answer', async () => {
  let end = () => {}
  const composed = new Promise<void>((resolve) => {
    end = resolve
  })
  const slow = {
    ...{ name: 'edition preview', changes: false, schema: z.object({}) },
    run: async (_input: object, { row }: { row: (row: object) => void }) => {
      await composed
      row({ subject: 'Tarn bridge reopens' })
    },
  }
  const frame = { web: { operations: [slow] } } as unknown as Frame
  const request = { actor: { name: 'ann', role: 'viewer' } } as unknown as FastifyRequest
  const headers: Record<string, unknown> = {}
  const reply = {
    header: (name: string, value: unknown) => {
      headers[name] = value
    },
  } as unknown as FastifyReply
  const ask = () => answerSoon(frame, request, reply, 'edition preview', {}, 20)

  const first = await ask()
  expect(first.rows).toEqual([])
  expect(first.fault).toMatch(/being composed.* \d+ s so far/)
  expect(headers.refresh).toBe(2)
  end()
  expect(await ask()).toEqual({ rows: [{ subject: 'Tarn bridge reopens' }], fault: null })
})
