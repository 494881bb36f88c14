import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Firing, firingNow, firingOn } from '../delivery/schedule.ts'
import { localDate } from '../delivery/zone.ts'
import { printedCards } from '../edition/select.ts'
import { DoseError } from '../errors.ts'
import type { DeliveryState, Digest } from '../model.ts'
import type { EditionRecord } from '../store/editions.ts'
import { compose } from './compose.ts'
import { deliver, deliveryChunks } from './deliver.ts'
import { spanOf } from './eligibility.ts'
import { fetch } from './fetch.ts'
import { ring, ringForRows } from './recover.ts'
import { selectRound } from './round.ts'
import { type Deps, handTo } from './stage.ts'
import { planReaders } from './turns.ts'

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
    edition = await untilFrozen(edition.id, deps, trace)
  }
  if (request.deliver) await deliverAll(request.digest, edition, deps, trace, note)
  return {
    editionId: edition.id,
    date: edition.date,
    stories: printedCards(edition).length,
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
  const span = date === null ? await spanOf(digest, firing, store) : firing.span
  const making = { dated: date !== null, deliver: request.deliver, atOnce: true, size: digest.size }
  const edition = await store.editions.open(
    { digestId: digest.id, ...firing, span },
    making,
    clock.now(),
  )
  await store.editions.redraft(edition.id, span, making)
  return edition
}

/**
 * Reads every source now and waits until all that came of it is in stories. Where there is no room to
 * read any, the edition is made of what is here.
 */
async function readAllSources(deps: RunDeps, trace: string, note: Note): Promise<void> {
  const { store, queues } = deps
  const keys = selectRound(await store.sources.active())
  let stop = await noteStop(store, note)
  if (!stop) {
    note(`Reading ${keys.length} sources.`)
    await handTo(fetch, keys, trace, queues)
  }
  const watch = await watchFailures('cluster', trace, store)
  let told = ''
  for (let waited = 0; ; waited += POLL_MS) {
    stop ??= await noteStop(store, note)
    const left = await workLeft(deps, keys, stop !== null)
    if (left.length === 0) return
    await watch()
    if (waited % RING_MS === 0) await ringForRows(deps, trace)
    const sentence = left.join(', ')
    if (sentence !== told) note(`Left: ${sentence}.`)
    told = sentence
    await sleep(POLL_MS)
  }
}

/** Why no source is read: those that were asked for are then waited for in vain. */
async function noteStop({ house }: RunDeps['store'], note: Note) {
  const stop = await house.fetchStop()
  if (stop) note(`No source is read: ${stop.reason}.`)
  return stop
}

/**
 * What stands between these sources and the stories, for people; empty when nothing does. Once they
 * are read, only what had come in by then is waited for: a busy server never has nothing to do.
 */
async function workLeft(
  { store }: Pick<RunDeps, 'store'>,
  fetches: readonly { id: string; version: number }[],
  isStopped: boolean,
): Promise<string[]> {
  const { unread: unmade, readAt } = await store.sources.unread(fetches)
  const unread = isStopped ? 0 : unmade
  const { documents, unscored, unlogged, unsummarised, ticked } = await store.progress(
    unread === 0 ? readAt : null,
  )
  const counted: readonly [number, string][] = [
    [unread, 'sources to read'],
    [documents, 'documents to ingest'],
    [unscored, 'articles to score'],
    [ticked ? unlogged : Math.max(unlogged, 1), 'articles to put into stories'],
    [unsummarised, 'stories to summarise'],
  ]
  return counted.filter(([n]) => n > 0).map(([n, what]) => `${n} ${what}`)
}

async function untilFrozen(id: string, deps: RunDeps, trace: string): Promise<EditionRecord> {
  const watch = await watchFailures('compose', id, deps.store)
  await ring(compose, [{ id, version: 1 }], deps, trace)
  for (;;) {
    const edition = await deps.store.editions.get(id)
    if (!edition) throw new DoseError('NOT_FOUND', `edition ${id}`)
    if (edition.state !== 'draft') return edition
    await watch()
    await sleep(POLL_MS)
  }
}

/** Throws what a stage gives up with from now on: it would be waited for in vain. */
async function watchFailures(stage: string, id: string, { runs }: RunDeps['store']) {
  const ofStage = async () => (await runs.of(id)).filter((run) => run.stage === stage)
  const key = (run: { attempt: number; started_at: string | null }) =>
    `${run.attempt} ${run.started_at}`
  const before = new Set((await ofStage()).map(key))
  return async () => {
    const failed = (await ofStage()).findLast(
      (run) => run.state === 'failed' && !before.has(key(run)),
    )
    if (!failed) return
    const known = DoseError.revive(failed.error ?? '', failed)
    throw known ?? new Error(`${stage} ${id} failed: ${failed.error}`)
  }
}

/** How many wait of an edition of which none is due; they may all have left since that was asked. */
async function heldBack(editionId: string, { deliveries }: RunDeps['store']): Promise<number> {
  const { planned = 0, claimed = 0, submitted = 0 } = await deliveries.counts(editionId)
  return claimed + submitted > 0 ? 0 : planned
}

/** Until every delivery has an end, or has been put off, or somebody or a limit holds the rest. */
async function deliverAll(
  digest: Digest,
  edition: EditionRecord,
  deps: RunDeps,
  trace: string,
  note: Note,
): Promise<void> {
  const { store, clock } = deps
  if (edition.state === 'skipped') return
  if (edition.state === 'waiting')
    return note('It waits for a yes: `dose edition approve`, or `decline` to make it anew.')
  if (!edition.deliver)
    await store.editions.plan(
      edition.id,
      await planReaders(store, digest, { ...edition, atOnce: true }, clock.now()),
    )
  const watch = await watchFailures('deliver', edition.id, store)
  await store.deliveries.makeDue(edition.id, clock.now())
  for (let waited = 0; ; waited += POLL_MS) {
    await watch()
    const { planned = 0, claimed = 0, submitted = 0 } = await store.deliveries.counts(edition.id)
    const left = planned + claimed + submitted
    if (left === 0) break
    if (waited % RING_MS === 0) {
      note(`Delivering: ${left} left.`)
      await store.senders.reapDead(clock.now()) // of a run that was stopped half-way
      await store.sending.endFirst(clock.now())
      const chunks = await deliveryChunks(store, edition.id, clock.now())
      const held = chunks.length === 0 ? await heldBack(edition.id, store) : 0
      if (held > 0) {
        note(`${held} are held back; \`dose delivery why\` tells by what.`)
        break
      }
      await ring(deliver, chunks, deps, trace)
    }
    await sleep(POLL_MS)
  }
  await store.editions.settle(edition.id)
}
