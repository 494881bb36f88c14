import type { Config } from '../config.ts'
import type { TemplateSet } from '../edition/own-templates.ts'
import type { Renderer } from '../edition/render.ts'
import type { Clock } from '../io/clock.ts'
import type { Dns } from '../io/dns.ts'
import type { Http } from '../io/http.ts'
import type { Kept } from '../io/kept.ts'
import type { Log } from '../io/log.ts'
import type { Mailer } from '../io/mail.ts'
import type { JobData } from '../io/queue-jobs.ts'
import type { Queues } from '../io/queues.ts'
import type { Threads } from '../io/threads.ts'
import type { Traces } from '../io/traces.ts'
import type { FilterRule } from '../model.ts'
import type { Store } from '../store/store.ts'
import type { Taxonomy } from '../story/topics.ts'

/** All that a stage may touch. */
export type Deps = {
  readonly config: Config
  readonly store: Store
  readonly queues: Queues
  readonly http: Http
  readonly mailer: Mailer
  readonly dns: Dns
  /** For whatever takes long and keeps no state. */
  readonly threads: Threads
  /** The one thread that holds the clusterer. */
  readonly clusterThread: Threads
  /** Another such thread, to group the articles anew; whoever opens it closes it. */
  openClusterThread(): Threads
  readonly templates: TemplateSet
  readonly renderer: Renderer
  readonly taxonomy: Taxonomy
  /** Previews and the like, which take seconds where much comes in. */
  readonly kept: Kept
  /** Rules for all sources; those of one are in the rows. */
  readonly filters: readonly FilterRule[]
  readonly clock: Clock
  readonly log: Log
  readonly traces: Traces
  /** Where links in mails begin. */
  readonly publicUrl: () => string
  /** Names this process in leases. */
  readonly processId: string
}

/** What a job's id stands for. A stage hands its keys to the next one in line. */
export type Noun = 'source' | 'document' | 'article' | 'story' | 'edition' | 'replay' | 'nothing'

export type Key = { readonly id: string; readonly version: number }

export type StageContext = Deps & {
  readonly attempt: number
  readonly lastAttempt: boolean
  readonly trace: string
  readonly signal: AbortSignal
}

/**
 * One step of the pipeline. It may run twice on the same key and must leave the same rows.
 *
 * Returning means done: the keys go to the next stage, also those an earlier try had stored.
 * Throwing means try again, or give up when the error says that trying cannot help.
 */
export type Stage = {
  /** Names the file, the queue, the log field, the dashboard row and the CLI row. */
  readonly name: string
  /** What it does, in a few words. */
  readonly does: string
  readonly takes: Noun
  readonly gives: Noun
  /** Jobs at once in one process. */
  readonly concurrency: number
  /** Rung rather than given work: many keys become one wake-up that looks for its work itself. */
  readonly wakeUp?: boolean
  /** Rung by the clock. */
  readonly everyMs?: number
  /** Which of these keys it has work for; the others go past it. Without it, all of them. */
  pick?(keys: readonly Key[], deps: Deps): Promise<readonly Key[]>
  run(key: Key, context: StageContext): Promise<readonly Key[]>
  /** Leaves rows in a final state when no try is left, so that nothing waits for them for ever. */
  giveUp?(key: Key, error: Error, context: StageContext): Promise<void>
}

export const WAKE: Key = { id: 'wake', version: 0 }

/** Hands keys to a stage: one job a key, or one ring for all. */
export async function handTo(
  stage: Stage,
  keys: readonly Key[],
  trace: string,
  queues: Queues,
): Promise<void> {
  if (keys.length === 0) return
  if (stage.wakeUp) await queues.wake(stage.name, { ...WAKE, trace })
  else
    await queues.add(
      stage.name,
      keys.map(({ id, version }): JobData => ({ id, version, trace })),
    )
}
