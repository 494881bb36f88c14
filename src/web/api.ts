import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { DoseError } from '../errors.ts'
import type { Log } from '../io/log.ts'
import type { Operation } from './operation.ts'
import { actorOf } from './route.ts'

export const NDJSON = 'application/x-ndjson'

/** How a failure's exit code reads as an HTTP status, when nothing was answered before it. */
const STATUS_OF_EXIT: Readonly<Record<number, number>> = { 1: 422, 2: 400, 3: 503 }
const STATUS_OF_CODE: Readonly<Record<string, number>> = {
  INTERNAL: 500,
  NOT_FOUND: 404,
  FORBIDDEN: 403,
}

/** The URL of an operation: `source add` is `/api/source/add`. */
export const operationUrl = ({ name }: Operation): string => `/api/${name.replaceAll(' ', '/')}`

/**
 * Runs one operation and streams its answer, a JSON object a line: `{"row"}` and `{"note"}` as they
 * come, `{"error":{code,message,exit}}` if it fails, and at the end `{"exit"}`. An answer without
 * that last line was cut off. The operation runs to its end, also when nobody listens any more.
 */
export function operationRoute(operation: Operation, log: Log) {
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const input = operation.schema.safeParse(request.body ?? {})
    if (!input.success) {
      const fault = new DoseError('USAGE', `${operation.name}:\n${z.prettifyError(input.error)}\n`)
      return reply
        .code(400)
        .type(NDJSON)
        .send(lines([errorLine(fault), { exit: fault.exit }]))
    }
    const answer = openAnswer()
    const emit = {
      row: (row: object) => answer.write({ row }),
      note: (note: string) => void answer.write({ note }),
    }
    const run = operation.run(input.data, emit, actorOf(request))
    run.then(
      (exit) => answer.end({ exit }),
      (error: unknown) => {
        if (!(error instanceof DoseError))
          log.error('an operation failed', {
            operation: operation.name,
            request: request.id,
            error,
          })
        answer.end(errorLine(error), { exit: exitOf(error) })
      },
    )
    const status = await answer.begun
    return reply.code(status).type(NDJSON).send(answer.stream)
  }
}

/** A stream whose HTTP status is known with its first line. Writers may wait until its reader wants more. */
function openAnswer() {
  let wanted = Promise.withResolvers<void>()
  const wantMore = () => {
    wanted.resolve()
    wanted = Promise.withResolvers()
  }
  const stream = new Readable({ read: wantMore }).on('close', wantMore)
  const { promise: begun, resolve } = Promise.withResolvers<number>()
  const push = (line: object): void | Promise<void> => {
    resolve('error' in line ? statusOf(line.error) : 200)
    if (!stream.destroyed && !stream.push(lines([line]))) return wanted.promise
  }
  return {
    stream,
    begun,
    write: push,
    end(...last: readonly object[]) {
      for (const line of last) push(line)
      if (!stream.destroyed) stream.push(null)
    },
  }
}

const lines = (objects: readonly object[]): string =>
  objects.map((object) => `${JSON.stringify(object)}\n`).join('')

/** Whoever holds the token may read what failed; where in our code is for the log. */
function errorLine(error: unknown) {
  const code = error instanceof DoseError ? error.code : 'INTERNAL'
  const message = error instanceof Error ? error.message : String(error)
  return { error: { code, message, exit: exitOf(error) } }
}

const exitOf = (error: unknown): number => (error instanceof DoseError ? error.exit : 1)

function statusOf(error: unknown): number {
  const { code, exit } = error as { code: string; exit: number }
  return STATUS_OF_CODE[code] ?? STATUS_OF_EXIT[exit] ?? 500
}
