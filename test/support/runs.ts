import type { RunLine } from '../../src/model.ts'
import type { Store } from '../../src/store/store.ts'

type Sample = {
  readonly id: string
  readonly stage?: string
  readonly attempt?: number
  readonly state: 'done' | 'failed' | 'retrying'
  readonly error?: string
  readonly errorKind?: string
  readonly stack?: string
  readonly lines?: readonly RunLine[]
}

/** Samples written one after the other began one after the other, a moment ago. */
let written = 0
const STARTED_MS_AGO = 60_000

/** One attempt that waited two seconds and took three. */
export async function runWith({ runs }: Pick<Store, 'runs'>, sample: Sample): Promise<void> {
  const { id, stage = 'score', attempt = 1, state, ...failure } = sample
  const began = Date.now() - STARTED_MS_AGO + ++written
  const at = (ms: number) => new Date(began + ms).toISOString()
  const run = { stage, id, version: 1, attempt, trace: `trace of ${id}` }
  await runs.start(run, at(-2_000), at(0))
  await runs.finish(
    run,
    { state, ...(failure.error && { errorClass: 'Error' }), ...failure },
    at(3_000),
  )
}
