import { z } from 'zod'
import { firingAfter } from '../../delivery/schedule.ts'
import type { Blocker } from '../../edition/blockers.ts'
import type { Digest, Instant } from '../../model.ts'
import { type Glance, glanceAt, houseNow } from '../../workers/readiness.ts'
import { dueFiring } from '../../workers/reconcile.ts'
import type { Deps } from '../../workers/stage.ts'
import { command, type Row } from '../command.ts'

/** Editions that are composed behind the scenes; each takes seconds where much comes in. */
const COMPOSED = 5

export const next = command({
  name: 'edition next',
  summary:
    'Tell of every digest that is not paused when its next edition comes and what stands in its way, without waiting for it to be composed.',
  input: z.object({
    stories: z
      .boolean()
      .default(false)
      .describe(
        'Also what depends on its stories, as of the last minutes; composed behind the scenes, by a server that goes on',
      ),
  }),
  positional: [],
  changes: false,
  async run({ stories }, { deps, out }) {
    const now = deps.clock.now()
    const digests = (await deps.store.digests.list()).filter(({ active }) => active)
    const house = await houseNow(deps)
    const ordered = digests
      .map((digest) => ({ digest, firing: firingAfter(digest.schedule, digest.timeZone, now) }))
      .toSorted((a, b) => a.firing.span.to.localeCompare(b.firing.span.to))
    const told = await Promise.all(
      ordered.map(async ({ digest }, i) => {
        const glance = await glanceAt(digest, house, deps, stories && i < COMPOSED)
        return { ...tellOf(digest, glance), madeSince: await beingMade(digest, deps, now) }
      }),
    )
    for (const row of told.toSorted((a, b) => a.at.localeCompare(b.at))) out(row)
    return 0
  },
  show: showNext,
})

const tellOf = (
  { id, name }: Digest,
  { edition, at, blockers, isComposing, composed }: Glance,
) => ({
  ...{ digest: name, digestId: id, editionId: edition.id, date: edition.date },
  ...{ state: edition.state, at, blockers, isComposing },
  composedAt: composed?.at ?? null,
  subject: composed?.preview?.edition.subject ?? null,
})

/** Since when an edition has been due that is not made yet; `null` where all are. */
async function beingMade(digest: Digest, { store }: Deps, now: Instant): Promise<Instant | null> {
  const firing = dueFiring(digest, now)
  if (!firing) return null
  const id = store.editions.idOf({ digestId: digest.id, ...firing })
  const known = await store.archive.head(id)
  return known?.deliver && known.state !== 'draft' ? null : firing.span.to
}

function showNext(row: Row): string {
  const { digest, date, at, state, madeSince, subject, isComposing } = row
  return [
    `${digest} of ${date}, ${state === 'waiting' ? 'waits for a yes until' : 'due'} ${at}`,
    ...(madeSince ? [`  the one due at ${madeSince} is not made yet`] : []),
    ...(subject ? [`  ${subject}`] : []),
    ...(row.blockers as Blocker[]).map(({ weight, what }) => `  ${weight.padEnd(5)}  ${what}`),
    ...(isComposing ? ['  it is being composed: ask again'] : []),
  ].join('\n')
}
