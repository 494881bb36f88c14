import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { PGlite, types } from '@electric-sql/pglite'

/**
 * The thread PGlite lives in. On the main thread one large statement would stall the event loop,
 * the web server and BullMQ's lock renewal for seconds.
 */
export type Request =
  | { id: number; kind: 'query'; text: string; params: unknown[] }
  | { id: number; kind: 'listen'; channel: string }
  | { id: number; kind: 'close' }
export type Reply =
  | { kind: 'ready' }
  | { kind: 'result'; id: number; rows: unknown[]; rowCount: number; command: string }
  | { kind: 'failure'; id: number; error: Record<string, unknown> }
  | { kind: 'notification'; channel: string; payload: string }

/** The same values as from `pg` with the parsers of postgres.ts: numbers, and instants as text. */
const parsers = {
  [types.BYTEA]: (value: string) => new Uint8Array(Buffer.from(value.slice(2), 'hex')),
  [types.INT8]: (value: string) => Number(value),
  [types.TIMESTAMPTZ]: (value: string) => new Date(value).toISOString(),
}

/** PGlite's own goes byte by byte and takes milliseconds for a document. */
const serializers = {
  [types.BYTEA]: (value: Uint8Array) => `\\x${Buffer.from(value).toString('hex')}`,
}

const port = parentPort as MessagePort
const say = (reply: Reply) => port.postMessage(reply)

const db = await PGlite.create(workerData as string, { parsers, serializers })
say({ kind: 'ready' })

port.on('message', async (request: Request) => {
  try {
    say({ kind: 'result', id: request.id, ...(await answer(request)) })
  } catch (error) {
    say({ kind: 'failure', id: request.id, error: plain(error) })
  }
})

async function answer(request: Request) {
  switch (request.kind) {
    case 'query':
      return run(request.text, request.params)
    case 'listen':
      await db.listen(request.channel, (payload) =>
        say({ kind: 'notification', channel: request.channel, payload }),
      )
      return { rows: [], rowCount: 0, command: 'LISTEN' }
    case 'close':
      await db.close()
      return { rows: [], rowCount: 0, command: 'CLOSE' }
  }
}

/** Several statements in one text (migrations) come without parameters and go the simple way. */
async function run(text: string, params: unknown[]) {
  const simple = params.length === 0 && text.includes(';')
  const results = simple ? await db.exec(text) : [await db.query(text, params)]
  const last = results.at(-1)
  const rows = last?.rows ?? []
  return { rows, rowCount: last?.affectedRows || rows.length, command: commandOf(text) }
}

/** Kysely counts affected rows by command, as `pg` tells it. */
function commandOf(text: string): string {
  return /^\s*(?:--[^\n]*\n\s*)*(\w+)/.exec(text)?.[1]?.toUpperCase() ?? ''
}

/** Errors lose their fields between threads; these are the ones `pg` users look at. */
function plain(error: unknown): Record<string, unknown> {
  const e = error as Record<string, unknown>
  const { message, code, detail, constraint, table, column, severity, where } = e
  return { message, code, detail, constraint, table, column, severity, where }
}
