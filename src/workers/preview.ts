import { firingAfter } from '../delivery/schedule.ts'
import { DoseError } from '../errors.ts'
import type { Made } from '../io/kept.ts'
import type { Digest, Instant } from '../model.ts'
import type { EditionRecord } from '../store/editions.ts'
import { composeEdition, composeFrom } from './compose.ts'
import { gatherInput } from './edition-input.ts'
import { spanOf } from './eligibility.ts'
import type { Deps } from './stage.ts'

/** The edition of a digest that comes next. */
export type Upcoming = {
  /** Of a firing to come as it would be now; or one that waits for a yes, as it is. */
  readonly edition: EditionRecord
  /** When it fires, or until when it waits. */
  readonly at: Instant
}

type PreviewDeps = Pick<Deps, 'store' | 'threads' | 'clock' | 'taxonomy'>

/** Firings looked at for one whose edition is not made yet: more have never been made ahead. */
const MOST_MADE = 25

/**
 * Which edition comes next, without its stories.
 *
 * @param to what came in later does not count; now by default
 */
export async function upcomingEdition(
  digest: Digest,
  { store, clock }: Pick<Deps, 'store' | 'clock'>,
  to: Instant = clock.now(),
): Promise<Upcoming> {
  const [waiting] = await store.approvals.waiting(digest.id)
  const held = waiting && (await store.editions.get(waiting.id))
  if (held) return { edition: held, at: waiting.approveBy ?? held.span.to }
  let firing = firingAfter(digest.schedule, digest.timeZone, clock.now())
  for (let made = 0; made < MOST_MADE; made++) {
    const known = await store.editions.find(digest.id, firing.date, firing.slot)
    if (!known?.deliver || known.state === 'draft') break
    firing = firingAfter(digest.schedule, digest.timeZone, firing.span.to)
  }
  const { from } = await spanOf(digest, firing, store)
  const span = { from: from < to ? from : to, to }
  const id = store.editions.idOf({ digestId: digest.id, ...firing })
  return { edition: draftOf(digest, { ...firing, id, span }), at: firing.span.to }
}

type DraftKey = Pick<EditionRecord, 'id' | 'date' | 'slot' | 'span'>

const draftOf = (digest: Digest, { id, date, slot, span }: DraftKey): EditionRecord => ({
  ...{ id, date, slot, span },
  digestId: digest.id,
  digestName: digest.name,
  number: 0,
  timeZone: digest.timeZone,
  state: 'draft',
  frozenAt: null,
  subject: '',
  preheader: '',
  counters: { articles: 0, sources: 0, stories: 0 },
  size: digest.size,
  pool: [],
  hash: null,
  dated: false,
  deliver: true,
  atOnce: false,
})

/** An edition that is looked at before it leaves. */
export type Preview = Upcoming & {
  /** With its stories, subject and hash. */
  readonly edition: EditionRecord & { readonly hash: string }
}

/** The edition that comes next, as it stands; nothing is stored. */
export async function previewEdition(
  digest: Digest,
  deps: PreviewDeps,
  to?: Instant,
): Promise<Preview> {
  const { edition, at } = await upcomingEdition(digest, deps, to)
  if (edition.state === 'waiting') return { edition: { ...edition, hash: edition.hash ?? '' }, at }
  const content = await composeFrom(await gatherInput(edition, digest, deps), deps)
  const { subject, preheader, counters, pool, size = edition.size, hash, corrections } = content
  const shown = { ...edition, subject, preheader, counters, pool, size, hash }
  return { edition: corrections?.length ? { ...shown, corrections } : shown, at }
}

type KeptDeps = PreviewDeps & Pick<Deps, 'kept'>

/** What composing came to. */
export type Attempt = { readonly preview: Preview } | { readonly error: Error }

export const isUnresolved = (error: unknown): error is DoseError =>
  error instanceof DoseError && error.code === 'CITATION_UNRESOLVED'

/**
 * The edition that comes next as it stood within the last minutes, where making it takes long; what an
 * operator changes shows at once.
 *
 * @param ago milliseconds: what came in since does not count
 */
export async function keptPreview(digest: Digest, deps: KeptDeps, ago = 0): Promise<Preview> {
  const { key, make } = asOf(digest, deps, ago)
  const { value } = await deps.kept.get(key, make, await stampOf(digest, deps))
  if ('preview' in value) return value.preview
  if (!isUnresolved(value.error)) deps.kept.forget(key) // told now; it may pass
  throw value.error
}

/** The same for whoever does not wait; `null` while it is made for the first time. */
export async function lookAhead(
  digest: Digest,
  { edition }: Upcoming,
  deps: KeptDeps,
): Promise<Made<Attempt> | null> {
  const { key, make } = asOf(digest, deps, 0)
  return deps.kept.look(key, make, await stampFor(edition, digest, deps))
}

const asOf = (digest: Digest, deps: KeptDeps, ago: number) => ({
  key: `preview ${digest.id} ${ago}`,
  async make(): Promise<Attempt> {
    const to = new Date(Date.parse(deps.clock.now()) - ago).toISOString()
    try {
      return { preview: await previewEdition(digest, deps, to) }
    } catch (error) {
      return { error: error instanceof Error ? error : new Error(String(error)) }
    }
  },
})

/** Changes with everything that may change the next edition, but for articles that come in. */
export async function stampOf(
  digest: Digest,
  deps: Pick<Deps, 'store' | 'clock' | 'taxonomy'>,
): Promise<string> {
  const { edition } = await upcomingEdition(digest, deps)
  return stampFor(edition, digest, deps)
}

async function stampFor(
  { id, state, hash, span }: EditionRecord,
  digest: Digest,
  { store, taxonomy }: Pick<Deps, 'store' | 'taxonomy'>,
): Promise<string> {
  const decided = await Promise.all([store.audit.newest(), store.decisions.taken()])
  return JSON.stringify([id, state, hash, span.from, ...decided, digest, taxonomy])
}

/**
 * Freezes the edition that comes next as it was previewed, to be sent when it fires.
 *
 * @param seen hash of the preview and the instant it was made for
 * @returns its id.
 * @throws {DoseError} CHANGED where it would be another one by now; USAGE where it is fixed already.
 */
export async function freezeUpcoming(
  digest: Digest,
  seen: { readonly hash: string; readonly to: Instant },
  deps: PreviewDeps,
): Promise<string> {
  const { edition, at } = await upcomingEdition(digest, deps, seen.to)
  if (edition.state === 'waiting')
    throw new DoseError('USAGE', `${digest.name} of ${edition.date} is frozen already.`)
  const content = await composeEdition(edition, digest, deps)
  if (content.hash !== seen.hash)
    throw new DoseError('CHANGED', `${digest.name} of ${edition.date}, ${seen.hash.slice(0, 12)}`)
  const { id, date, slot, digestId, span } = edition
  if (content.pool.length === 0)
    throw new DoseError('USAGE', `${digest.name} of ${date} has no story yet.`)
  const making = { dated: false, deliver: true, atOnce: false, size: edition.size }
  const wait = { until: at, sends: true }
  // Readers' hours count from its firing, as if it were made then.
  const fixed = { ...content, frozenAt: at }
  if ((await deps.store.editions.fix({ digestId, date, slot, span }, making, fixed, wait)) !== id)
    throw new DoseError('CHANGED', `${digest.name} of ${date}: it was made meanwhile`)
  return id
}
