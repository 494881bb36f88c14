import type { FastifyRequest } from 'fastify'
import { DoseError } from '../../errors.ts'
import { actorOf } from '../route.ts'
import type { Frame } from './room.ts'

type Row = Readonly<Record<string, unknown>>

/** What a command answers: its rows, or why there are none. */
export type Answer =
  | { readonly rows: readonly Row[]; readonly fault: null }
  | { readonly rows: readonly []; readonly fault: string }

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
