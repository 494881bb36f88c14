import {
  type BackendFactory,
  type ConnectionOptions,
  createPostgresBackend,
  type Job,
  type JobsOptions,
  Queue,
  runMigrations,
  UnrecoverableError,
  Worker,
} from 'bullmq'
import { Cluster, Redis } from 'ioredis'
import { DoseError } from '../errors.ts'
import type { PgPool } from './postgres.ts'

/** What every job carries: the id and version of a row, and the trace it belongs to. */
export type JobData = { readonly id: string; readonly version: number; readonly trace: string }

export type Attempt = JobData & {
  /** From 1. */
  readonly attempt: number
  readonly lastAttempt: boolean
  readonly jobId: string
  readonly signal: AbortSignal
}

export type Counts = {
  readonly waiting: number
  readonly active: number
  readonly delayed: number
  readonly failed: number
}

export type Queues = {
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
  counts(stage: string): Promise<Counts>
  /** Puts a kept failure back in line; `false` when the queue does not hold it as failed. */
  retry(stage: string, data: JobData): Promise<boolean>
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

/** A failing job is tried this often, waiting 1, 2, 4, 8 s in between. */
const ATTEMPTS = 5
const BACKOFF_MS = 1_000
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

/** Trimming by count or age on completion deadlocks on PostgreSQL: remove at once, keep failures. */
const JOB: JobsOptions = {
  attempts: ATTEMPTS,
  backoff: { type: 'exponential', delay: BACKOFF_MS },
  removeOnComplete: true,
}

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
    kind: options.redisUrl ? 'redis' : 'postgres',
    async add(stage, jobs) {
      if (jobs.length === 0) return
      await queueOf(stage).addBulk(
        jobs.map((data) => ({ name: stage, data, opts: { ...JOB, jobId: jobIdOf(stage, data) } })),
      )
    },
    async wake(stage, data, delayMs = 0) {
      const deduplication = { id: `${stage}-${data.id}`, keepLastIfActive: true }
      await queueOf(stage).add(stage, data, { ...JOB, delay: delayMs, deduplication })
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
      await queueOf(stage).upsertJobScheduler(name, repeat, { name: stage, data, opts: JOB })
    },
    async unschedule(name, stage) {
      await queueOf(stage).removeJobScheduler(name)
    },
    async counts(stage) {
      const counts = await queueOf(stage).getJobCounts('waiting', 'active', 'delayed', 'failed')
      const of = (state: string) => counts[state] ?? 0
      return {
        waiting: of('waiting'),
        active: of('active'),
        delayed: of('delayed'),
        failed: of('failed'),
      }
    },
    async retry(stage, data) {
      const job = await queueOf(stage).getJob(jobIdOf(stage, data))
      if (!job || !(await job.isFailed())) return false
      await job.retry('failed')
      return true
    },
    list: () => [...queues.values()],
    get stopping() {
      return stopping.signal
    },
    stopWorkers,
    async close() {
      await stopWorkers()
      await Promise.all([...queues.values()].map((queue) => queue.close()))
      await backend.close()
    },
  }
}

/** BullMQ refuses ids with `:` and ids of digits only. */
const jobIdOf = (stage: string, { id, version }: JobData) => `${stage}-${id}-${version}`

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

/** `redis://h`, `rediss://h`, `redis-cluster://h1,h2`, `redis-sentinel://h1,h2/master-name`. */
async function connectRedis(url: string): Promise<Redis | Cluster> {
  const connection = openRedis(url) as Redis // a Cluster has the same surface here
  connection.on('error', () => undefined) // ioredis reconnects; commands report what they meet
  try {
    await connection.connect()
  } catch (error) {
    connection.disconnect()
    const shown = url.replace(/\/\/[^@/]*@/, '//***@')
    throw new DoseError('REDIS_UNREACHABLE', `${shown}: ${String(error)}`, { cause: error })
  }
  return connection
}

function openRedis(url: string): Redis | Cluster {
  // BullMQ's blocking reads must never give up.
  const common = { maxRetriesPerRequest: null, lazyConnect: true }
  const [scheme = '', rest = ''] = url.split('://')
  if (scheme !== 'redis-cluster' && scheme !== 'redis-sentinel') return new Redis(url, common)
  const [hosts = '', name = 'mymaster'] = rest.split('/')
  const nodes = hosts.split(',').map((entry) => {
    const [host = 'localhost', port = scheme === 'redis-cluster' ? '6379' : '26379'] =
      entry.split(':')
    return { host, port: Number(port) }
  })
  if (scheme === 'redis-sentinel') return new Redis({ ...common, sentinels: nodes, name })
  return new Cluster(nodes, { lazyConnect: true, redisOptions: common })
}
