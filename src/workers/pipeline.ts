import { cluster } from './cluster.ts'
import { collect } from './collect.ts'
import { compose } from './compose.ts'
import { deliver } from './deliver.ts'
import { fetch } from './fetch.ts'
import { ingest } from './ingest.ts'
import { letter } from './letter.ts'
import { page } from './page.ts'
import { reconcile } from './reconcile.ts'
import { replay } from './replay.ts'
import { score } from './score.ts'
import type { Stage } from './stage.ts'
import { subscribe } from './subscribe.ts'
import { summarise } from './summarise.ts'
import { watch } from './watch.ts'

/**
 * The whole product, in order. What a stage gives goes to the next in the list; queue, worker,
 * retries, dashboard row and CLI row derive from it. A new stage is one new file and one line here.
 */
export const pipeline: readonly Stage[] = [
  fetch, //     started for each source when it is due
  ingest, //    one job a document that changed
  page, //      one job an article of which there is a teaser; the others go past it
  score, //     one job an article
  cluster, //   one ring: takes up whatever waits, alone, in the order of the log
  summarise, // one job a story that changed
  compose, //   started by the schedule of a digest
  deliver, //   one job for every 200 deliveries
  reconcile, // every minute: starts what is due and rings again where a ring was lost
  letter, //    rung when a reader asks for one: answers it
  collect, //   every five minutes: takes in mails that came back to a mailbox
  subscribe, // started by reconcile: asks hubs to tell of news
  watch, //     every minute: looks whether all is well, and tells where not
  replay, //    started by an editor: makes past days again
]

/** The stage that follows `name`, or `undefined` where the line ends or begins anew. */
export function next(name: string): Stage | undefined {
  const index = pipeline.findIndex((stage) => stage.name === name)
  const [stage, following] = [pipeline[index], pipeline[index + 1]]
  return stage && following && stage.gives === following.takes ? following : undefined
}

export const stageNames = pipeline.map(({ name }) => name)
