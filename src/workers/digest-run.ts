import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Firing, firingNow, firingOn } from '../delivery/schedule.ts'
import { localDate } from '../delivery/zone.ts'
import { DoseError } from '../errors.ts'
import type { DeliveryState, Digest, Instant } from '../model.ts'
import type { EditionRecord } from '../store/editions.ts'
import { compose, planReaders } from './compose.ts'
import { deliver, deliveryChunks } from './deliver.ts'
import { fetch } from './fetch.ts'
import { ringForRows } from './recover.ts'
import { type Deps, handTo } from './stage.ts'

export type RunRequest = {
  readonly digest: Digest
  /** `YYYY-MM-DD` in the digest's zone; `null` makes the edition of today, ending now. */
  readonly date: string | null
  readonly deliver: boolean
}

export type RunReport = {
  readonly editionId: string
  readonly date: string
  readonly stories: number
  readonly counts: Partial<Record<DeliveryState, number>>
}

export type RunDeps = Pick<Deps, 'store' | 'queues' | 'clock'>
/** Hears how far a run is. */
export type Note = (sentence: string) => void

const POLL_MS = 100
/** A run that waits rings again this often for what it waits for: rings may have been lost. */
const RING_MS = 5_000

/** Which edition a request is for. The id is known before anything is made. */
export function planRun(request: RunRequest, deps: RunDeps): { firing: Firing; editionId: string } {
  const { digest, date } = request
  const now = deps.clock.now()
  const { schedule, timeZone } = digest
  if (date !== null && date > localDate(now, timeZone))
    throw new DoseError('USAGE', `--date ${date} is in the future in ${timeZone}.`)
  const firing =
    date === null ? firingNow(schedule, timeZone, now) : firingOn(schedule, timeZone, date)
  if (!firing)
    throw new DoseError('USAGE', `--date ${date}: the schedule "${schedule}" leaves that day out.`)
  return { firing, editionId: deps.store.editions.idOf({ digestId: digest.id, ...firing }) }
}

/**
 * The whole road for one edition: fetch, process, compose, freeze, deliver. A run that is asked for
 * again resumes what is there; nobody gets anything twice. Workers must be running somewhere.
 */
export async function runDigest(
  request: RunRequest,
  deps: RunDeps,
  note: Note,
): Promise<RunReport> {
  const { store } = deps
  const trace = randomUUID()
  const plan = planRun(request, deps)
  let edition = await store.editions.get(plan.editionId)
  if (!edition || isOpen(edition, request)) {
    await readAllSources(deps, trace, note)
    edition = await openEdition(request, deps)
    note('Composing the edition.')
    await handTo(compose, [{ id: edition.id, version: 1 }], trace, deps.queues)
    edition = await untilFrozen(edition.id, deps)
  }
  if (request.deliver) await deliverAll(edition, deps, trace, note)
  return {
    editionId: edition.id,
    date: edition.date,
    stories: Math.min(edition.size, edition.pool.length),
    counts: await store.deliveries.counts(edition.id),
  }
}

/** What went to nobody may be made anew, unless it was made for just this date already. */
function isOpen(edition: EditionRecord, { date }: RunRequest): boolean {
  if (edition.state === 'draft') return true
  if (edition.state === 'skipped') return true
  return date === null && !edition.deliver
}

async function openEdition(request: RunRequest, deps: RunDeps): Promise<EditionRecord> {
  const { store, clock } = deps
  const { digest, date } = request
  const { firing } = planRun(request, deps) // the span of a run without a date ends now
  const making = { dated: date !== null, deliver: request.deliver, atOnce: true, size: digest.size }
  const edition = await store.editions.open({ digestId: digest.id, ...firing }, making, clock.now())
  await store.editions.redraft(edition.id, firing.span, making)
  return edition
}

/** Reads every source now and waits until all that came of it is in stories. */
async function readAllSources(
  { store, queues }: RunDeps,
  trace: string,
  note: Note,
): Promise<void> {
  const sources = await store.sources.active()
  const keys = sources.map(({ id, fetches }) => ({ id, version: fetches + 1 }))
  note(`Reading ${sources.length} sources.`)
  await handTo(fetch, keys, trace, queues)
  let told = ''
  for (let waited = 0; ; waited += POLL_MS) {
    const left = await workLeft({ store }, keys)
    if (left.length === 0) return
    if (waited % RING_MS === 0) await ringForRows({ store, queues }, trace)
    const sentence = left.join(', ')
    if (sentence !== told) note(`Left: ${sentence}.`)
    told = sentence
    await sleep(POLL_MS)
  }
}

/** What stands between the sources and the stories, for people; empty when nothing does. */
async function workLeft(
  { store }: Pick<RunDeps, 'store'>,
  fetches: readonly { id: string; version: number }[],
): Promise<string[]> {
  const unread = await store.sources.unread(fetches)
  const { documents, unscored, unlogged, unsummarised, ticked } = await store.progress()
  const counted: readonly [number, string][] = [
    [unread, 'sources to read'],
    [documents, 'documents to ingest'],
    [unscored, 'articles to score'],
    [ticked ? unlogged : Math.max(unlogged, 1), 'articles to put into stories'],
    [unsummarised, 'stories to summarise'],
  ]
  return counted.filter(([n]) => n > 0).map(([n, what]) => `${n} ${what}`)
}

async function untilFrozen(id: string, { store, clock }: RunDeps): Promise<EditionRecord> {
  const since = clock.now()
  for (;;) {
    const edition = await store.editions.get(id)
    if (!edition) throw new DoseError('NOT_FOUND', `edition ${id}`)
    if (edition.state !== 'draft') return edition
    await throwFailure('compose', id, since, store)
    await sleep(POLL_MS)
  }
}

/** A stage that has given up during this run would be waited for in vain. */
async function throwFailure(
  stage: string,
  id: string,
  since: Instant,
  { runs }: RunDeps['store'],
): Promise<void> {
  const last = (await runs.of(id)).findLast((run) => run.stage === stage)
  if (last?.state !== 'failed' || (last.ended_at ?? '') < since) return
  const known = DoseError.revive(last.error ?? '', last)
  throw known ?? new Error(`${stage} of edition ${id} failed: ${last.error}`)
}

/** Until every delivery has an end, or has been put off by its server. */
async function deliverAll(
  edition: EditionRecord,
  deps: RunDeps,
  trace: string,
  note: Note,
): Promise<void> {
  const { store, queues, clock } = deps
  if (edition.state === 'skipped') return
  if (!edition.deliver)
    await store.editions.plan(
      edition.id,
      await planReaders(store, { ...edition, atOnce: true }, clock.now()),
    )
  const since = clock.now()
  for (let waited = 0; ; waited += POLL_MS) {
    await throwFailure('deliver', edition.id, since, store)
    const { planned = 0, claimed = 0, submitted = 0 } = await store.deliveries.counts(edition.id)
    const left = planned + claimed + submitted
    if (left === 0) break
    if (waited % RING_MS === 0) {
      note(`Delivering: ${left} left.`)
      await store.deliveries.makeDue(edition.id, clock.now())
      await handTo(deliver, await deliveryChunks(store, edition.id, clock.now()), trace, queues)
    }
    await sleep(POLL_MS)
  }
  await store.editions.settle(edition.id)
}
