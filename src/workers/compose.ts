import { hashEdition } from '../edition/freeze.ts'
import { selectIssue } from '../edition/select.ts'
import { makePreheader, makeSubject } from '../edition/subject.ts'
import type { Digest, Instant } from '../model.ts'
import type { EditionRecord, Frozen, Wait } from '../store/editions.ts'
import { type Pantry, rankCandidates } from './candidates.ts'
import { deliveryChunks } from './deliver.ts'
import { type EditionHead, type EditionInput, gatherInput } from './edition-input.ts'
import { notePantry } from './kept-input.ts'
import type { Pool, PoolInput } from './pool.ts'
import type { Deps, Stage } from './stage.ts'
import { loadTellings, toldIn } from './tellings.ts'
import { planReaders } from './turns.ts'

const HOUR_MS = 3_600_000

/** The draft is composed again, for what it is asked to be now. */
class AskedAnew extends Error {}

/** Turns the best stories of a span into an edition, freezes it and plans its deliveries. */
export const compose: Stage = {
  name: 'compose',
  does: 'composes an edition',
  takes: 'edition',
  gives: 'edition',
  concurrency: 1,

  async run({ id }, context) {
    const { store, clock, log } = context
    const edition = await store.editions.get(id)
    if (!edition) return []
    if (edition.state === 'draft') {
      const digest = await store.digests.find(edition.digestName)
      if (!digest) return []
      const content = await composeEdition(edition, digest, context)
      const plans = await planReaders(store, digest, edition, content.frozenAt)
      const wait = waitOf(edition, digest, content.frozenAt)
      if (!(await store.editions.freeze(id, content, plans, wait)))
        throw new AskedAnew(`edition ${id} was asked for anew while it was composed`)
      // Many fetches flow into one edition: each keeps its trace, and the edition's names them.
      await context.traces.link(() => store.ways.arrivals(id))
      const { hash, pool } = content
      log.info(wait ? 'edition waits for a yes' : 'edition frozen', {
        edition_id: id,
        stories: pool.length,
        hash,
      })
    }
    return deliveryChunks(store, id, clock.now())
  },
}

/** Whoever makes an edition by hand has said yes; what goes to nobody needs none. */
function waitOf(
  { deliver, atOnce }: EditionRecord,
  { approval }: Digest,
  frozenAt: Instant,
): Wait | null {
  if (!approval || !deliver || atOnce) return null
  const until = new Date(Date.parse(frozenAt) + approval.hours * HOUR_MS).toISOString()
  return { until, sends: approval.else === 'send' }
}

type ComposeDeps = Pick<Deps, 'store' | 'threads' | 'clock' | 'taxonomy'>

/** What an edition would be at this moment, with all it was made of; freezing stores just this. */
export async function composeEdition(
  edition: EditionRecord,
  digest: Digest,
  deps: ComposeDeps,
): Promise<Frozen> {
  const { head, told, pantry } = await gatherInput(edition, digest, deps)
  const noted = notePantry(pantry, head, deps.store.inputs.pack)
  const content = await composeFrom({ head, told, pantry: noted.pantry }, deps)
  return { ...content, input: await noted.packed(), frozenAt: deps.clock.now() }
}

/** An edition is a function of this, and of nothing else. */
export async function composeFrom(
  input: EditionInput,
  deps: Pick<Deps, 'store' | 'threads'>,
): Promise<Omit<Frozen, 'frozenAt'>> {
  const { head } = input
  const { date, span, size, dated, log, corrections } = head
  const { cards: pool, stories, articles } = await rankHead(input, deps)
  const issue = selectIssue(pool, { topics: [] }, size)
  const subject = issue ? makeSubject(issue, head.subjects) : ''
  const content = {
    ...{ date, span, subject, pool, size, corrections },
    preheader: issue ? makePreheader(issue, subject) : '',
    counters: { ...head.came, stories },
  }
  return { ...content, dated, log, told: toldIn(pool, size, articles), hash: hashEdition(content) }
}

/** The stories of an edition that may be told, ranked. */
async function rankHead(
  { head, told, pantry }: EditionInput,
  deps: Pick<Deps, 'store' | 'threads'>,
): Promise<Pool> {
  const groups = tellable(pantry.groups, head.leftOut)
  const tellings = await loadTellings(told, groups, deps)
  return rankCandidates({ ...pantry, groups }, optionsOf(head), deps, tellings)
}

/** Stories that nobody has muted or left out. */
export function tellable(groups: Pantry['groups'], leftOut: readonly string[]): Pantry['groups'] {
  if (leftOut.length === 0) return groups
  const out = new Set(leftOut)
  return new Map([...groups].filter(([id]) => !out.has(id)))
}

/** How the stories of an edition are to be ranked. */
export const optionsOf = (head: EditionHead): Omit<PoolInput, 'stories'> => ({
  now: head.span.to,
  timeZone: head.timeZone,
  topics: head.topics,
  taxonomy: head.taxonomy,
  ranking: head.ranking,
  places: head.places,
  headlines: head.headlines,
})
