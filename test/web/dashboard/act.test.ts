import type { FastifyReply, FastifyRequest } from 'fastify'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { DoseError } from '../../../src/errors.ts'
import { actRoute } from '../../../src/web/dashboard/act.ts'
import type { Frame } from '../../../src/web/dashboard/room.ts'
import type { Emit, Operation } from '../../../src/web/operation.ts'
import { keepLog } from '../../support/log.ts'

/** Presses the button of an operation; without more patience nobody waits for its end. */
async function press(
  run: (input: { n: string }, emit: Emit) => Promise<number>,
  ids: string[],
  patienceMs = 0,
) {
  const { log, lines } = keepLog()
  const operation = {
    ...{ name: 'source fetch', summary: '', changes: false, needs: 'viewer', tellsKey: false },
    schema: z.object({ n: z.string() }),
    confirm: async () => null,
    show: (row: object) => JSON.stringify(row),
    run,
  } as unknown as Operation
  let page: { lines: string[] } | undefined
  const frame = {
    web: { operations: [operation], deps: { log } },
    page: (_request: unknown, _reply: unknown, _name: string, view: { lines: string[] }) => {
      page = view
    },
  } as unknown as Frame
  let notice = 'null'
  const reply = {
    setCookie: (_name: string, value: string) => {
      notice = Buffer.from(value, 'base64url').toString()
    },
    redirect: () => reply,
  }
  const request = {
    id: 'r1',
    params: { noun: 'source', verb: 'fetch' },
    body: { _each: 'n', _ids: ids },
    actor: { name: 'anna', role: 'viewer' },
    routeOptions: {},
  }
  await actRoute(frame, patienceMs).handle(
    request as unknown as FastifyRequest,
    reply as unknown as FastifyReply,
  )
  return { notice: JSON.parse(notice), page, lines }
}

test('what fails after the page was answered is logged, and the audit log is asked to tell it', async () => {
  const end = Promise.withResolvers<number>()
  let emit: Emit | undefined
  const { notice, lines } = await press(
    (_input, given) => {
      emit = given
      return end.promise
    },
    ['1'],
  )
  expect(notice).toMatchObject({
    title: 'source fetch: it goes on',
    lines: ['The audit log tells how it ends.'],
  })
  expect(emit?.isLate?.()).toBe(true)
  end.reject(new DoseError('SOURCE_UNREACHABLE', 'ann@reader.example: refused'))
  await expect.poll(() => lines.join()).toContain('SOURCE_UNREACHABLE')
  expect(lines.join()).not.toContain('ann@')
})

test('what failed before is told with it', async () => {
  const { notice } = await press(
    async ({ n }) => {
      if (n === '1') throw new DoseError('NOT_FOUND', 'source 1')
      return new Promise(() => {})
    },
    ['1', '2'],
  )
  expect(notice).toMatchObject({
    tone: 'bad',
    lines: ['The audit log tells how it ends.', expect.stringContaining('source 1')],
  })
})

test('of an answer without end a page shows the beginning, and says how much it leaves out', async () => {
  const { page } = await press(
    async (_input, emit) => {
      for (let n = 0; n < 50_000; n++) await emit.row({ n })
      return 0
    },
    ['1'],
    20_000,
  )
  expect(page?.lines).toHaveLength(2_001)
  expect(page?.lines.at(-1)).toMatch(/^There are 48000 more/)
})

test('so does the page of what goes on', async () => {
  const { page } = await press(
    (_input, emit) => {
      for (let n = 0; n < 3_000; n++) emit.row({ n })
      return new Promise(() => {})
    },
    ['1'],
  )
  expect(page?.lines.at(-1)).toMatch(/^There are 1000 more/)
})
