import { z } from 'zod'
import type { Editing } from '../../store/editing.ts'
import { remakeEdition } from '../../workers/approve.ts'
import { upcomingEdition } from '../../workers/preview.ts'
import { type Context, command, type Row } from '../command.ts'
import { findDigest } from '../digest.ts'
import { wholeNumber } from '../inputs.ts'
import { findStory } from '../story/find.ts'

/** Takes a wish back. */
const NONE = 'none'
/** Stories in a full issue at most. */
const MOST_STORIES = 100

const digest = z.string().describe('Name of the digest')
const story = z.string().describe('Id of the story')

/** Changes what is wished of the next edition; one that waits already is composed anew. */
async function wish(name: string, change: (wishes: Editing) => Editing, { deps, out }: Context) {
  const { store, clock } = deps
  const digest = await findDigest(deps, name)
  const { edition } = await upcomingEdition(digest, deps)
  const wishes = change(await store.editing.of(edition.id))
  await store.editing.put(edition, wishes, clock.now())
  if (edition.state === 'waiting') await remakeEdition(edition, deps)
  out({ editionId: edition.id, date: edition.date, ...wishes })
  return 0
}

const showWishes = (row: Row): string => {
  const { places, leftOut, size } = row as Row & Editing
  const put = places.map(({ storyId, place }) => `${place}. ${storyId}`)
  return [
    `${row.editionId} of ${row.date}`,
    `places: ${put.join(', ') || 'none'}`,
    `left out: ${leftOut.join(', ') || 'none'}`,
    `size: ${size ?? 'that of the digest'}`,
  ].join('; ')
}

export const place = command({
  name: 'edition place',
  summary: 'Put a story at a place of the next edition of a digest: first, by default.',
  input: z.object({
    digest,
    story,
    at: z
      .union([z.literal(NONE), wholeNumber(1, MOST_STORIES)])
      .default(1)
      .describe('Place, from 1; `none` takes it from its place'),
  }),
  positional: ['digest', 'story'],
  changes: true,
  needs: 'editor',
  async run({ digest, story, at }, context) {
    const { id } = await findStory(context.deps, story)
    return wish(digest, (wishes) => ({ ...wishes, places: placed(wishes.places, id, at) }), context)
  },
  show: showWishes,
})

/** Whoever was put there before, and all behind, go one place down. */
function placed(
  places: Editing['places'],
  storyId: string,
  at: number | typeof NONE,
): Editing['places'] {
  const others = places.filter((one) => one.storyId !== storyId)
  if (at === NONE) return others
  const isTaken = others.some(({ place }) => place === at)
  const moved = others.map((one) =>
    isTaken && one.place >= at ? { ...one, place: one.place + 1 } : one,
  )
  return [...moved, { storyId, place: at }].toSorted((a, b) => a.place - b.place)
}

export const leaveOut = command({
  name: 'edition leave-out',
  summary: 'Do without a story in the next edition of a digest; `story mute` does so for good.',
  input: z.object({
    digest,
    story,
    undo: z.boolean().default(false).describe('Take it in again'),
  }),
  positional: ['digest', 'story'],
  changes: true,
  needs: 'editor',
  async run({ digest, story, undo }, context) {
    const { id } = await findStory(context.deps, story)
    const without = (all: readonly string[]) => all.filter((one) => one !== id)
    return wish(
      digest,
      ({ leftOut, ...wishes }) => ({
        ...wishes,
        leftOut: undo ? without(leftOut) : [...without(leftOut), id],
      }),
      context,
    )
  },
  show: showWishes,
})

export const size = command({
  name: 'edition size',
  summary: 'Set how many stories a full issue of the next edition of a digest has.',
  input: z.object({
    digest,
    stories: z
      .union([z.literal(NONE), wholeNumber(1, MOST_STORIES)])
      .describe('How many; `none` for as many as the digest has'),
  }),
  positional: ['digest', 'stories'],
  changes: true,
  needs: 'editor',
  run: ({ digest, stories }, context) =>
    wish(digest, (wishes) => ({ ...wishes, size: stories === NONE ? null : stories }), context),
  show: showWishes,
})

export const clear = command({
  name: 'edition reset',
  summary: 'Take back all places, omissions and the size wished of the next edition of a digest.',
  input: z.object({ digest }),
  positional: ['digest'],
  changes: true,
  needs: 'editor',
  run: ({ digest }, context) =>
    wish(digest, () => ({ places: [], leftOut: [], size: null }), context),
  show: showWishes,
})

export const wishes = command({
  name: 'edition wishes',
  summary: 'Show what is wished of the next edition of a digest.',
  input: z.object({ digest }),
  positional: ['digest'],
  changes: false,
  async run({ digest: name }, { deps, out }) {
    const { edition } = await upcomingEdition(await findDigest(deps, name), deps)
    out({ editionId: edition.id, date: edition.date, ...(await deps.store.editing.of(edition.id)) })
    return 0
  },
  show: showWishes,
})
