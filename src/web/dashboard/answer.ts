import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { DoseError } from '../../errors.ts'
import { actorOf } from '../route.ts'
import type { Frame } from './room.ts'

type Row = Readonly<Record<string, unknown>>

/** What a command answers: its rows, or why there are none. */
export type Answer =
  | { readonly rows: readonly Row[]; readonly fault: null }
  | { readonly rows: readonly []; readonly fault: string }

/** Nobody waits for a page longer than this without a word. */
const PATIENCE_MS = 3_000
/** A page that has no answer yet asks again by itself, also without scripts. */
const AGAIN_SECONDS = 2

/** Since when commands that took longer have been at it. */
const begun = new Map<string, number>()

/**
 * The same for a command that may take long and whose work is kept: after a while the page says that it
 * is being made, and looks again.
 */
export async function answerSoon(
  frame: Frame,
  request: FastifyRequest,
  reply: FastifyReply,
  command: string,
  input: object,
  patienceMs = PATIENCE_MS,
): Promise<Answer> {
  const key = `${command} ${JSON.stringify(input)}`
  const since = begun.get(key) ?? performance.now()
  begun.set(key, since)
  const answer = answerOf(frame, request, command, input).finally(() => begun.delete(key))
  answer.catch(() => undefined) // told to whoever asks again
  const first = await Promise.race([answer, sleep(patienceMs, null, { ref: false })])
  if (first) return first
  reply.header('refresh', AGAIN_SECONDS)
  const seconds = Math.round((performance.now() - since) / 1_000)
  const fault = `It is being composed, which takes a while where much came in: ${seconds} s so far. This page looks again by itself.`
  return { rows: [], fault }
}

/** Asks a command that changes nothing, for a page: what the API answers is what the page shows. */
export async function answerOf(
  { web }: Frame,
  request: FastifyRequest,
  command: string,
  input: object,
): Promise<Answer> {
  const operation = web.operations.find(({ name }) => name === command)
  if (!operation || operation.changes) return { rows: [], fault: `There is no ${command} to ask.` }
  const rows: Row[] = []
  const emit = { row: (row: Row) => void rows.push(row), note() {} }
  try {
    await operation.run(operation.schema.parse(input), emit, actorOf(request))
    return { rows, fault: null }
  } catch (error) {
    if (!(error instanceof DoseError)) throw error
    return { rows: [], fault: error.message }
  }
}
