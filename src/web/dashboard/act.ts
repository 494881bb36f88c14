import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { DoseError } from '../../errors.ts'
import { type Actor, hasRole } from '../../model.ts'
import { safeNext } from '../next.ts'
import type { Operation } from '../operation.ts'
import { Refusal } from '../refusal.ts'
import { actorOf, field, fields, param, type Route } from '../route.ts'
import { actUrl, unpackForm } from './action.ts'
import { inputOfForm } from './form.ts'
import { leaveNotice } from './notice.ts'
import type { Frame } from './room.ts'

/** Ticked rows that one press of a button may mean. */
const EACH_MAX = 500
/** Milliseconds; what takes longer goes on by itself, and its end is in the audit log. */
const PATIENCE_MS = 20_000
/** An answer of more lines gets a page of its own. */
const NOTICE_LINES = 3
/** Of a longer answer a page shows the beginning: a list of all readers would fill the memory. */
const PAGE_LINES = 2_000

/** A form may bring a list of feeds or of subscribers along. */
const BYTES_MAX = 32 * 1_024 * 1_024

type Row = Readonly<Record<string, unknown>>

/** What became of one press of a button, or has until now. */
type Outcome = {
  readonly goesOn: boolean
  readonly failed: number
  readonly lines: readonly string[]
}

type Press = {
  readonly ended: Promise<Outcome>
  soFar(): Outcome
  /** Nobody waits any more: the audit log tells of each run that ends from now on, and `fail` gets what broke. */
  letGo(fail: (error: unknown) => void): void
}

/**
 * Runs a command for a form: `POST /admin/do/noun/verb` with its inputs by their names, just as the
 * command line and the API run it. `_each` names an input of which every value of `_ids` makes a run;
 * `_back` is the page to return to; `_sure` says that what the command asks was answered.
 */
export function actRoute(frame: Frame, patienceMs = PATIENCE_MS): Route {
  const { operations, deps } = frame.web
  return {
    method: 'POST',
    url: '/admin/do/:noun/:verb',
    access: 'viewer',
    type: 'text/html',
    policy: 'dashboard',
    csrf: true,
    bytes: BYTES_MAX,
    summary: 'Runs a command for a form and leads back',
    async handle(request, reply) {
      const name = `${param(request, 'noun')} ${param(request, 'verb')}`
      const operation = operations.find((one) => one.name === name)
      if (!operation) throw new Refusal(404, 'missing')
      if (!hasRole(actorOf(request), operation.needs)) throw new Refusal(403, 'role')
      // What we can name may name a reader, who has no business in a log; the audit log has it in full.
      const fail = (error: unknown) =>
        deps.log.error('an operation failed', {
          ...{ operation: name, request: request.id },
          error: error instanceof DoseError ? error.code : error,
        })
      const back = safeNext(field(request.body, '_back'), '/admin')
      try {
        const inputs = inputsOf(operation, unpackForm(request.body))
        const question = await questionOf(operation, inputs)
        if (question !== null && field(request.body, '_sure') !== 'yes')
          return askFirst(frame, request, reply, { operation, question, back })
        const press = startAll(operation, inputs, actorOf(request))
        const ended = await Promise.race([press.ended, sleep(patienceMs, null, { ref: false })])
        if (ended === null) press.letGo(fail)
        return tell(frame, request, reply, operation, ended ?? press.soFar(), back)
      } catch (error) {
        if (!(error instanceof DoseError)) {
          fail(error)
          throw error
        }
        leaveNotice(reply, { tone: 'bad', title: `${name}: not done`, lines: [error.message] })
        return reply.redirect(back, 303)
      }
    },
  }
}

/** One input, or one for each ticked row. @throws {DoseError} USAGE naming every fault. */
function inputsOf(operation: Operation, form: unknown): unknown[] {
  const input = inputOfForm(operation.schema, form)
  const each = field(form, '_each')
  if (each === '') return [checked(operation, input)]
  const ids = fields(form, '_ids', EACH_MAX)
  if (ids.length === 0) throw new DoseError('USAGE', 'Nothing was ticked.')
  return ids.map((id) => checked(operation, { ...input, [each]: id }))
}

function checked(operation: Operation, input: unknown): unknown {
  const { success, data, error } = operation.schema.safeParse(input)
  if (success) return data
  throw new DoseError('USAGE', z.prettifyError(error))
}

async function questionOf(operation: Operation, inputs: readonly unknown[]) {
  const question = await operation.confirm(inputs[0])
  return question !== null && inputs.length > 1
    ? `${question} The same for ${inputs.length - 1} more.`
    : question
}

function startAll(operation: Operation, inputs: readonly unknown[], actor: Actor): Press {
  const lines: string[] = []
  let left = 0
  let failed = 0
  let isLate = false
  const emit = {
    row: (row: Row) => {
      if (lines.length < PAGE_LINES) lines.push(...operation.show(row).split('\n'))
      else left++
    },
    note() {}, // of how far it is; nobody would see it
    isLate: () => isLate,
  }
  const told = () => (left > 0 ? [...lines, leftOut(left)] : lines)
  const runAll = async (): Promise<Outcome> => {
    for (const input of inputs)
      try {
        const exit = await operation.run(input, emit, actor)
        if (exit !== 0) failed++
      } catch (error) {
        if (!(error instanceof DoseError) || inputs.length === 1) throw error
        failed++
        lines.push(error.message)
      }
    return { goesOn: false, failed, lines: told() }
  }
  const ended = runAll()
  return {
    ended,
    soFar: () => ({ goesOn: true, failed, lines: ['The audit log tells how it ends.', ...told()] }),
    letGo(fail) {
      isLate = true
      ended.catch(fail)
    },
  }
}

const leftOut = (rows: number): string =>
  `There are ${rows} more, which no page shows: the command line and the API tell all.`

/** The same form again, with a question above it and every value kept. */
function askFirst(
  frame: Frame,
  request: FastifyRequest,
  reply: FastifyReply,
  asked: { operation: Operation; question: string; back: string },
) {
  const { operation, question, back } = asked
  const kept = Object.entries(request.body as Readonly<Record<string, unknown>>)
    .filter(([name]) => name !== 'token' && name !== '_sure')
    .flatMap(([name]) => fields(request.body, name, EACH_MAX).map((value) => ({ name, value })))
  return frame.page(request, reply, 'dashboard/confirm', {
    title: `${operation.name}?`,
    ...{ summary: operation.summary, question, back, kept },
    url: actUrl(operation.name),
  })
}

function tell(
  frame: Frame,
  request: FastifyRequest,
  reply: FastifyReply,
  operation: Operation,
  outcome: Outcome,
  back: string,
) {
  const { lines } = outcome
  const title = titleOf(operation.name, outcome)
  if (lines.length > NOTICE_LINES || operation.tellsKey)
    return frame.page(request, reply, 'dashboard/result', { title, lines, back })
  leaveNotice(reply, { tone: outcome.failed > 0 ? 'bad' : 'good', title, lines })
  return reply.redirect(back, 303)
}

function titleOf(name: string, { goesOn, failed }: Outcome): string {
  if (goesOn) return `${name}: it goes on`
  return failed > 0 ? `${name}: failed in part` : `${name}: done`
}
