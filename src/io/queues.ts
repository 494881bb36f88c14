import {
  type BackendFactory,
  type ConnectionOptions,
  createPostgresBackend,
  type Job,
  Queue,
  runMigrations,
  UnrecoverableError,
  Worker,
} from 'bullmq'
import { Cluster, Redis } from 'ioredis'
import { DoseError } from '../errors.ts'
import type { Instant } from '../model.ts'
import type { PgPool } from './postgres.ts'
import { careFor, type QueueCare } from './queue-care.ts'
import { JOB, type JobData, jobIdOf, RING } from './queue-jobs.ts'
import { parseRedisUrl, withoutPassword } from './redis-url.ts'
import { runningSpan } from './traces.ts'

export type Attempt = JobData & {
  /** From 1. */
  readonly attempt: number
  readonly lastAttempt: boolean
  readonly jobId: string
  /** Since when it may run: now, but for what it waited in line. */
  readonly queuedAt: Instant
  readonly signal: AbortSignal
}

export type Counts = {
  readonly waiting: number
  readonly active: number
  readonly delayed: number
  readonly failed: number
}

export type Queues = QueueCare & {
  readonly kind: 'postgres' | 'redis'
  /** Adds jobs under `stage-<row id>-<row version>`: adding one that waits or runs does nothing. */
  add(stage: string, jobs: readonly JobData[]): Promise<void>
  /** Rings for a stage without a row. A ring during a run is kept and makes one more run. */
  wake(stage: string, data: JobData, delayMs?: number): Promise<void>
  /** Runs `handle` for each job; a thrown error is tried again unless `isPermanent` says no. */
  work(stage: string, concurrency: number, handle: (job: Attempt) => Promise<void>): void
  /** Rings `stage` on a cron pattern in a zone, or every so many milliseconds. Upserts by name. */
  schedule(name: string, stage: string, when: Recurrence, data: JobData): Promise<void>
  unschedule(name: string, stage: string): Promise<void>
  /** When a schedule of the stage rings next; in the past while nobody works it. */
  nextRing(stage: string): Promise<Instant | null>
  counts(stage: string): Promise<Counts>
  /** Since when its oldest waiting job could run; `null` where none waits. */
  waitingSince(stage: string): Promise<Instant | null>
  /** Puts back in line what the queue keeps as failed of these jobs; tells how many it found. */
  retryFailed(stage: string, jobs: readonly JobData[]): Promise<number>
  /** Forgets failures that are older; tells how many. */
  forgetFailed(before: Instant): Promise<number>
  /** BullMQ's own queues, for bull-board. */
  list(): readonly Queue[]
  /** Aborted when the workers are asked to stop: long jobs end at their next good moment. */
  readonly stopping: AbortSignal
  /** Takes no more jobs and lets running ones end. */
  stopWorkers(): Promise<void>
  close(): Promise<void>
}

export type Recurrence =
  | { readonly pattern: string; readonly timeZone: string }
  | { readonly everyMs: number }

export type QueueOptions = {
  readonly stages: readonly string[]
  readonly pool: PgPool
  readonly redisUrl: string | undefined
  readonly isPermanent: (error: unknown) => boolean
  /** Queue-level trouble (a lost connection) that belongs in the log. */
  readonly onError: (error: Error) => void
  /** Keeps several installations on one Redis apart. Braces keep a Cluster's keys in one slot. */
  readonly prefix?: string
}

/** A job whose worker died is given to another after this long, and looked for this often. */
const LOCK_MS = 15_000
const STALLED_CHECK_MS = 5_000
/** How often a job may lose its worker. It is not the job's fault when a machine is restarted. */
const MOST_STALLS = 20
const WORKER = {
  lockDuration: LOCK_MS,
  stalledInterval: STALLED_CHECK_MS,
  maxStalledCount: MOST_STALLS,
}

/** On PostgreSQL, what waits in a paused queue counts as paused, which BullMQ’s types do not know. */
const COUNTED = ['waiting', 'paused' as 'waiting', 'active', 'delayed', 'failed'] as const

/** Failures forgotten in one go. */
const FORGOTTEN_AT_ONCE = 1_000

/** Jobs added in one go; thousands at once would swell the memory for good. */
const ADDED_AT_ONCE = 500

/**
 * Opens one queue a stage on Redis where `redisUrl` is given, on PostgreSQL otherwise.
 *
 * @throws {DoseError} REDIS_UNREACHABLE
 */
export async function openQueues(options: QueueOptions): Promise<Queues> {
  const backend = options.redisUrl
    ? await redisBackend(options.redisUrl, options.prefix ?? '{dose}')
    : await postgresBackend(options.pool)
  const queues = new Map(options.stages.map((stage) => [stage, backend.queue(stage)]))
  for (const queue of queues.values()) queue.on('error', options.onError)
  await Promise.all([...queues.values()].map((queue) => queue.waitUntilReady()))
  const workers: Worker[] = []
  const queueOf = (stage: string) => {
    const queue = queues.get(stage)
    if (!queue) throw new RangeError(`no queue for stage ${stage}`)
    return queue
  }
  let stopping = new AbortController()
  const stopWorkers = async () => {
    stopping.abort()
    await Promise.all(workers.splice(0).map((worker) => worker.close()))
  }
  return {
    ...careFor(queueOf),
    kind: options.redisUrl ? 'redis' : 'postgres',
    async add(stage, jobs) {
      const queue = queueOf(stage)
      const options = (data: JobData) => ({ ...JOB, jobId: jobIdOf(stage, data) })
      const [only] = jobs
      // The statement for many is planned anew each time; for one that costs more than all the rest.
      if (only && jobs.length === 1) await queue.add(stage, spanned(only), options(only))
      else
        for (let start = 0; start < jobs.length; start += ADDED_AT_ONCE)
          await queue.addBulk(
            jobs
              .slice(start, start + ADDED_AT_ONCE)
              .map((data) => ({ name: stage, data: spanned(data), opts: options(data) })),
          )
    },
    async wake(stage, data, delayMs = 0) {
      const deduplication = { id: `${stage}-${data.id}`, keepLastIfActive: true }
      const options = { ...RING, delay: delayMs, deduplication }
      await queueOf(stage).add(stage, spanned(data), options)
    },
    work(stage, concurrency, handle) {
      if (stopping.signal.aborted) stopping = new AbortController()
      const worker = backend.worker(stage, processor(handle, options.isPermanent), concurrency)
      worker.on('error', options.onError)
      workers.push(worker)
    },
    async schedule(name, stage, when, data) {
      const repeat =
        'everyMs' in when ? { every: when.everyMs } : { pattern: when.pattern, tz: when.timeZone }
      await queueOf(stage).upsertJobScheduler(name, repeat, { name: stage, data, opts: RING })
    },
    async unschedule(name, stage) {
      await queueOf(stage).removeJobScheduler(name)
    },
    async nextRing(stage) {
      const [first] = await queueOf(stage).getJobSchedulers(0, 0, true)
      return first?.next ? new Date(first.next).toISOString() : null
    },
    async counts(stage) {
      const counts = await queueOf(stage).getJobCounts(...COUNTED)
      const of = (state: string) => counts[state] ?? 0
      return {
        waiting: Math.max(of('waiting'), of('paused')),
        active: of('active'),
        delayed: of('delayed'),
        failed: of('failed'),
      }
    },
    async waitingSince(stage) {
      const [oldest] = await queueOf(stage).getWaiting(0, 0)
      return oldest ? queuedAtOf(oldest) : null
    },
    async retryFailed(stage, jobs) {
      const ids = jobs.map((data) => jobIdOf(stage, data))
      const failures = await failuresOf(queueOf(stage), ids)
      for (const failure of failures) await putBack(failure)
      return failures.length
    },
    async forgetFailed(before) {
      const graceMs = Math.max(0, Date.now() - Date.parse(before))
      let sum = 0
      for (const queue of queues.values())
        for (let gone = FORGOTTEN_AT_ONCE; gone === FORGOTTEN_AT_ONCE; sum += gone)
          gone = (await queue.clean(graceMs, FORGOTTEN_AT_ONCE, 'failed')).length
      return sum
    },
    list: () => [...queues.values()],
    get stopping() {
      return stopping.signal
    },
    stopWorkers,
    async close() {
      try {
        await stopWorkers()
        await Promise.all([...queues.values()].map((queue) => queue.close()))
      } finally {
        await backend.close()
      }
    },
  }
}

function spanned(data: JobData): JobData {
  const span = runningSpan()
  return span === undefined ? data : { ...data, span }
}

const queuedAtOf = (job: Job): Instant =>
  new Date(job.timestamp + (job.opts.delay ?? 0)).toISOString()

/** Kept failures among the jobs wanted: looked up one by one, or all listed when those are fewer. */
async function failuresOf(queue: Queue, ids: readonly string[]): Promise<Job[]> {
  const { failed = 0 } = await queue.getJobCounts('failed')
  if (failed === 0) return []
  if (failed < ids.length) {
    const wanted = new Set(ids)
    return (await queue.getFailed()).filter((job) => wanted.has(job?.id ?? ''))
  }
  const found: Job[] = []
  for (const id of ids) {
    const job = await queue.getJob(id)
    if (job?.finishedOn) found.push(job) // what succeeds is removed
  }
  return found
}

/** Another process may be faster: no error, then. */
async function putBack(job: Job): Promise<void> {
  try {
    await job.retry('failed')
  } catch (error) {
    if (await job.isFailed()) throw error
  }
}

/** BullMQ hands `signal` only to a processor that declares three parameters. */
function processor(handle: (job: Attempt) => Promise<void>, isPermanent: (e: unknown) => boolean) {
  return async (job: Job, _token?: string, signal?: AbortSignal): Promise<void> => {
    const attempt = job.attemptsMade + 1
    try {
      await handle({
        ...(job.data as JobData),
        attempt,
        lastAttempt: attempt >= (job.opts.attempts ?? 1),
        jobId: job.id ?? '',
        queuedAt: queuedAtOf(job),
        signal: signal ?? new AbortController().signal,
      })
    } catch (error) {
      if (!isPermanent(error)) throw error
      throw new UnrecoverableError(error instanceof Error ? error.message : String(error))
    }
  }
}

type Backend = {
  queue(stage: string): Queue
  worker(stage: string, process: ReturnType<typeof processor>, concurrency: number): Worker
  close(): Promise<void>
}

async function postgresBackend(pool: PgPool): Promise<Backend> {
  const client = await pool.connect()
  try {
    await runMigrations(client as never)
  } finally {
    client.release()
  }
  const connection = pool as unknown as ConnectionOptions
  const factory = createPostgresBackend as unknown as BackendFactory
  return {
    queue: (stage) => new Queue(stage, { connection }, factory) as unknown as Queue,
    worker: (stage, process, concurrency) =>
      new Worker(
        stage,
        process,
        { ...WORKER, connection, concurrency },
        factory,
      ) as unknown as Worker,
    async close() {}, // the pool belongs to the database
  }
}

async function redisBackend(url: string, prefix: string): Promise<Backend> {
  const shared = await connectRedis(url)
  const own: (Redis | Cluster)[] = []
  const duplicate = () => {
    const connection = (shared as Redis).duplicate()
    own.push(connection)
    return connection
  }
  const as = (connection: Redis | Cluster) => connection as unknown as ConnectionOptions
  return {
    queue: (stage) => new Queue(stage, { connection: as(shared), prefix }),
    worker: (stage, process, concurrency) =>
      new Worker(stage, process, {
        connection: as(duplicate()),
        prefix,
        concurrency,
        ...WORKER,
      }),
    async close() {
      for (const connection of [...own, shared]) connection.disconnect()
    },
  }
}

async function connectRedis(url: string): Promise<Redis | Cluster> {
  const connection = openRedis(url) as Redis // a Cluster has the same surface here
  connection.on('error', () => undefined) // ioredis reconnects; commands report what they meet
  try {
    await connection.connect()
  } catch (error) {
    connection.disconnect()
    const subject = `${withoutPassword(url)}: ${String(error)}`
    throw new DoseError('REDIS_UNREACHABLE', subject, { cause: error })
  }
  return connection
}

function openRedis(url: string): Redis | Cluster {
  // BullMQ's blocking reads must never give up.
  const common = { maxRetriesPerRequest: null, lazyConnect: true }
  const address = parseRedisUrl(url)
  if (address.kind === 'single') return new Redis(address.url, common)
  const { kind, nodes, tls, ...access } = address
  const server = { ...common, ...access, ...(tls && { tls: {} }) }
  if (kind === 'sentinel') return new Redis({ ...server, sentinels: [...nodes] })
  return new Cluster([...nodes], {
    lazyConnect: true,
    redisOptions: server,
    // Certificates name hosts, which a look-up here would turn into addresses.
    ...(tls && { dnsLookup: (host, found) => found(null, host) }),
  })
}
