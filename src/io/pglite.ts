import { EventEmitter, once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { DoseError } from '../errors.ts'
import type { FolderLock } from './lock.ts'
import type { Reply, Request } from './pglite-thread.ts'
import type { PgClient, PgPool, PgResult } from './postgres.ts'

/** The language the sources run in: TypeScript from a checkout, JavaScript once packed. */
const EXTENSION = import.meta.filename.endsWith('.ts') ? 'ts' : 'js'

/** BullMQ's SQL files begin with comment lines, so LISTEN is looked for after them. */
const LISTEN = /^\s*(?:--[^\n]*\n\s*)*LISTEN\s+"?(\w+)"?/i
const BEGIN = /^\s*(?:--[^\n]*\n\s*)*(?:BEGIN|START\s+TRANSACTION)\b/i
const END = /^\s*(?:--[^\n]*\n\s*)*(?:COMMIT|ROLLBACK(?!\s+TO)|END)\b/i

/** Whoever holds the session longer than this at the end is not waited for. */
const CLOSE_MS = 10_000

type QueryInput = string | { text: string; values?: readonly unknown[] }

/**
 * Opens PGlite in a thread of its own behind the surface of a `pg.Pool`, for Kysely and BullMQ.
 *
 * PGlite has one session. A client therefore takes the session for itself from BEGIN to COMMIT, and
 * everybody else waits: code that awaits another client inside a transaction would wait for ever.
 *
 * @param dir data directory of PGlite; made when missing.
 * @param onLost called once when the thread ends by itself: no row can be read or written any more.
 */
export async function openPglite(
  dir: string,
  lock: FolderLock,
  onLost: (error: DoseError) => void,
): Promise<PgPool> {
  const thread = await startThread(dir)
  const session = new Session(thread, lock, (cause) =>
    onLost(new DoseError('DATABASE_LOST', `${dir}: ${cause.message}`, { cause })),
  )
  return new PglitePool(session)
}

async function startThread(dir: string): Promise<Worker> {
  const file = new URL(`./pglite-thread.${EXTENSION}`, import.meta.url)
  const thread = new Worker(file, { workerData: dir })
  const ended = once(thread, 'exit').then(() => {
    throw new DoseError('DATABASE_LOST', `${dir}: the thread ended while it opened the folder`)
  })
  await Promise.race([once(thread, 'message'), ended])
  return thread
}

/** One statement at a time to the thread, and turns for whole transactions. */
class Session extends EventEmitter {
  #thread: Worker
  #lock: FolderLock
  #nextId = 1
  #pending = new Map<number, { resolve(r: PgResult): void; reject(e: Error): void }>()
  #turn: Promise<void> = Promise.resolve()
  #listening = new Set<string>()
  #failure: Error | null = null
  #onLost: (error: Error) => void

  constructor(thread: Worker, lock: FolderLock, onLost: (error: Error) => void) {
    super()
    this.setMaxListeners(0)
    this.#thread = thread
    this.#lock = lock
    this.#onLost = onLost
    thread.on('message', (reply: Reply) => this.#receive(reply))
    thread.on('error', (error) => this.#fail(error))
    thread.on('exit', () => this.#fail(new Error('the thread of PGlite ended')))
  }

  /** Resolves with the function that ends the turn. */
  async takeTurn(): Promise<() => void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const before = this.#turn
    this.#turn = before.then(() => promise)
    await before
    return resolve
  }

  /** To be called within a turn. */
  send(text: string, params: readonly unknown[]): Promise<PgResult> {
    this.#lock.assertHeld()
    return this.#request({ id: 0, kind: 'query', text, params: params.map(prepare) })
  }

  async listen(channel: string): Promise<void> {
    if (this.#listening.has(channel)) return
    this.#listening.add(channel)
    await this.#request({ id: 0, kind: 'listen', channel })
  }

  /** After this the thread is gone and writes no more, whatever was still open. */
  async close(): Promise<void> {
    const clock = new AbortController()
    const patience = sleep(CLOSE_MS, undefined, { signal: clock.signal }).catch(() => undefined)
    try {
      await Promise.race([this.#closeInTurn(), patience])
    } finally {
      clock.abort()
      this.#end(new Error('The database is closed.'))
      await this.#thread.terminate()
    }
  }

  async #closeInTurn(): Promise<void> {
    const done = await this.takeTurn()
    await this.#request({ id: 0, kind: 'close' }).finally(done)
  }

  #request(request: Request): Promise<PgResult> {
    if (this.#failure) return Promise.reject(this.#failure)
    const id = this.#nextId++
    const { promise, resolve, reject } = Promise.withResolvers<PgResult>()
    this.#pending.set(id, { resolve, reject })
    this.#thread.postMessage({ ...request, id })
    return promise
  }

  #receive(reply: Reply): void {
    if (reply.kind === 'notification') this.emit('notification', reply)
    if (reply.kind !== 'result' && reply.kind !== 'failure') return
    const waiting = this.#pending.get(reply.id)
    this.#pending.delete(reply.id)
    if (reply.kind === 'result') waiting?.resolve(reply)
    else waiting?.reject(Object.assign(new Error(String(reply.error.message)), reply.error))
  }

  #fail(error: Error): void {
    if (this.#failure) return
    this.#end(error)
    this.#onLost(error)
  }

  #end(error: Error): void {
    this.#failure ??= error
    for (const { reject } of this.#pending.values()) reject(this.#failure)
    this.#pending.clear()
  }
}

class PglitePool extends EventEmitter implements PgPool {
  #session: Session

  constructor(session: Session) {
    super()
    this.setMaxListeners(0)
    this.#session = session
  }

  async connect(): Promise<PgClient> {
    return new PgliteClient(this.#session)
  }

  query(input: QueryInput, values?: readonly unknown[]): Promise<PgResult> {
    return new PgliteClient(this.#session).query(input, values)
  }

  end(): Promise<void> {
    return this.#session.close()
  }
}

/** A share of the one session: alone in it between BEGIN and COMMIT, in line otherwise. */
class PgliteClient extends EventEmitter implements PgClient {
  #session: Session
  #endTurn: (() => void) | null = null
  #forward: ((note: unknown) => void) | null = null

  constructor(session: Session) {
    super()
    this.#session = session
  }

  async query(input: QueryInput, values: readonly unknown[] = []): Promise<PgResult> {
    const text = typeof input === 'string' ? input : input.text
    const params = typeof input === 'string' ? values : (input.values ?? [])
    const channel = LISTEN.exec(text)?.[1]
    if (channel) return this.#listen(channel)
    if (this.#endTurn) return this.#inTransaction(text, params)
    const done = await this.#session.takeTurn()
    if (BEGIN.test(text)) this.#endTurn = done
    try {
      return await this.#session.send(text, params)
    } catch (error) {
      this.#endTurn = null
      done()
      throw error
    } finally {
      if (!this.#endTurn) done()
    }
  }

  release(): void {
    if (this.#forward) this.#session.off('notification', this.#forward)
    const done = this.#endTurn
    this.#endTurn = null
    if (!done) return
    void this.#session
      .send('ROLLBACK', [])
      .catch(() => undefined) // the session has failed and says so to whoever asks next
      .finally(done)
  }

  async #inTransaction(text: string, params: readonly unknown[]): Promise<PgResult> {
    const ends = END.test(text)
    try {
      return await this.#session.send(text, params)
    } finally {
      if (ends) {
        this.#endTurn?.()
        this.#endTurn = null
      }
    }
  }

  async #listen(channel: string): Promise<PgResult> {
    if (!this.#forward) {
      this.#forward = (note) => this.emit('notification', note)
      this.#session.on('notification', this.#forward)
    }
    await this.#session.listen(channel)
    return { rows: [], rowCount: 0, command: 'LISTEN' }
  }
}

/** Values as `pg` would send them: dates as ISO text, plain objects as JSON. */
function prepare(value: unknown): unknown {
  if (value === undefined) return null
  if (value instanceof Date) return value.toISOString()
  if (value instanceof Uint8Array || Array.isArray(value)) return value
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value
}
