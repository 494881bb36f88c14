import { z } from 'zod'
import type { QueuedJob } from '../../io/queue-care.ts'
import type { Store } from '../../store/store.ts'
import { skeletonOf } from '../../text/skeleton.ts'
import { pipeline, stageNames } from '../../workers/pipeline.ts'
import type { Deps } from '../../workers/stage.ts'

/** A stage of the pipeline, by name. */
export const stageName = z
  .string()
  .refine((name) => stageNames.includes(name), `no such stage; there are ${stageNames.join(', ')}`)

/** How far back failures are looked for; what is older was made up for or given up. */
const FAILURES_DAYS = 7

/** Stages whose runs go by their trace. */
export const ringNames = pipeline.filter(({ wakeUp }) => wakeUp).map(({ name }) => name)

/** Which runs are meant. */
export const runFilter = {
  stage: stageName.optional().describe('of this stage'),
  kind: z
    .string()
    .min(1)
    .optional()
    .describe('with an error of this kind, as `queue failures` names it'),
  search: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .optional()
    .describe('an id or trace, or words of the error'),
}

export type RunFilterInput = {
  readonly stage?: string | undefined
  readonly kind?: string | undefined
  readonly search?: string | undefined
}

/** The same filter for jobs, which may not have run yet; `undefined` where all match. */
export function matcherOf({ kind, search }: RunFilterInput) {
  if (!kind && !search) return undefined
  const words = search?.toLowerCase()
  return ({ id, trace, error }: QueuedJob): boolean =>
    (!kind || (error !== null && skeletonOf(error) === kind)) &&
    (!words || id === search || trace === search || !!error?.toLowerCase().includes(words))
}

export const failuresSince = ({ clock }: Pick<Deps, 'clock'>): string =>
  new Date(Date.parse(clock.now()) - FAILURES_DAYS * 86_400_000).toISOString()

/** Failures of row versions that nothing has made up for since. */
export const openFailures = (
  filter: RunFilterInput,
  deps: Pick<Deps, 'clock'> & { readonly store: Pick<Store, 'runList'> },
) => deps.store.runList.open(filter, failuresSince(deps), ringNames)
