import type { FastifyReply, FastifyRequest } from 'fastify'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { DoseError } from '../../../src/errors.ts'
import { actRoute } from '../../../src/web/dashboard/act.ts'
import type { Frame } from '../../../src/web/dashboard/room.ts'
import type { Emit, Operation } from '../../../src/web/operation.ts'
import { keepLog } from '../../support/log.ts'

/** Presses the button of an operation without waiting for its end. */
async function pressSlow(
  run: (input: { n: string }, emit: Emit) => Promise<number>,
  ids: string[],
) {
  const { log, lines } = keepLog()
  const operation = {
    ...{ name: 'source fetch', summary: '', changes: false, needs: 'viewer', tellsKey: false },
    schema: z.object({ n: z.string() }),
    confirm: async () => null,
    show: (row: object) => JSON.stringify(row),
    run,
  } as unknown as Operation
  const frame = { web: { operations: [operation], deps: { log } } } as unknown as Frame
  let notice = ''
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
  await actRoute(frame, 0).handle(
    request as unknown as FastifyRequest,
    reply as unknown as FastifyReply,
  )
  return { notice: JSON.parse(notice), lines }
}

test('what fails after the page was answered is logged, and the audit log is asked to tell it', async () => {
  const end = Promise.withResolvers<number>()
  let emit: Emit | undefined
  const { notice, lines } = await pressSlow(
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
  const { notice } = await pressSlow(
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
