import { createHash } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Config } from '../config.ts'
import { clickUrl } from '../delivery/clicks.ts'
import { mailBrand } from '../edition/brand.ts'
import { selectPersonal } from '../edition/issue.ts'
import { type PictureMode, picturesIn, withPicture } from '../edition/picture.ts'
import type { MailInput } from '../edition/render.ts'
import { toHeard } from '../edition/retell.ts'
import { toldBy } from '../edition/shown.ts'
import { withLinks } from '../edition/via.ts'
import { citedIn, withholdEdition } from '../edition/withhold.ts'
import type { Card, Choices, Counters, Digest, Instant, Issue, Rendered } from '../model.ts'
import type { EditionRecord, MissedEdition } from '../store/editions.ts'
import type { Deps } from './stage.ts'

/** What of a reader decides which issue they get; readers with the same get the same. */
export type Reading = Choices & {
  /** End of the last span the reader got; `null` for one who got none yet. */
  readonly since: Instant | null
  /** Hashes of the issues they got lately, the oldest first. */
  readonly heard: readonly string[]
  /** In which the mail speaks of itself, BCP 47; English where absent. */
  readonly language?: string | null
}

export type RenderedIssue = { readonly rendered: Rendered; readonly hash: string }

export type IssueDeps = Pick<Deps, 'store' | 'config' | 'renderer' | 'publicUrl'>

/** The issues of one edition, each rendered once however many readers get it. */
export type Issues = {
  /** The edition as it may be shown now. */
  readonly edition: EditionRecord
  /** `null` when nothing in it is for the reader, or too little. */
  for(reading: Reading): Promise<RenderedIssue | null>
}

/** Opens an edition for its readers; the pools of those before are read when somebody missed them. */
export async function openIssues(
  frozen: EditionRecord,
  digest: Digest,
  deps: IssueDeps,
): Promise<Issues> {
  const edition = await shownNow(frozen, digest, deps)
  const missed = edition.dated ? [] : await deps.store.editions.missable(frozen)
  const pools = new Map<string, Promise<readonly Card[]>>()
  const poolOf = (id: string) => {
    const pool = pools.get(id) ?? readPool(id, digest, deps)
    pools.set(id, pool)
    return pool
  }
  const make = async (reading: Reading): Promise<RenderedIssue | null> => {
    const { since } = reading
    const before = missed.filter(({ to }) => since !== null && to > since)
    const heard = edition.dated ? [] : await deps.store.issues.heard(reading.heard)
    const earlier = await Promise.all(before.map(({ id }) => poolOf(id)))
    const pools = [...earlier, edition.pool]
    const issue = selectPersonal({ pools, choices: reading, heard, size: edition.size })
    const isQuiet = !edition.dated && issue !== null && issue.count < (digest.quiet?.below ?? 0)
    if (!issue || (isQuiet && digest.quiet?.rule === 'skip')) return null
    const counters = await countersOf(edition, before, pools, deps)
    const catchUp = before[0]?.date ?? null
    const locale = reading.language ?? 'en'
    const shown = { edition: { ...edition, counters }, issue, catchUp, quiet: isQuiet, locale }
    const mail = renderIssue(shown, digest, deps)
    const hash = createHash('sha256').update(`${mail.subject}\n${mail.html}\n${mail.text}`)
    const made = { rendered: mail, hash: hash.digest('hex') }
    await deps.store.issues.keep(edition.id, made.hash, heardOf(issue), {
      topics: reading.topics,
      weights: reading.weights ?? {},
      muted: reading.muted ?? [],
      missed: before.map(({ id }) => id),
      heard: reading.heard,
      language: locale,
    })
    return made
  }
  const issues = new Map<string, Promise<RenderedIssue | null>>()
  let turn: Promise<unknown> = Promise.resolve()
  return {
    edition,
    for(reading) {
      const key = keyOf(reading)
      const known = issues.get(key)
      if (known) return known
      const issue = turn.then(() => make(reading))
      issues.set(key, issue)
      turn = issue.then(breathe, breathe) // a rendering takes milliseconds: others come between
      return issue
    },
  }
}

const heardOf = (issue: Issue) =>
  toldBy(issue).map(({ storyId, sentences }) => ({ storyId, sentences: sentences.map(toHeard) }))

/** A mail of a digest, for all readers of one issue. */
export const renderIssue = (
  shown: Omit<MailInput, 'postal' | 'brand' | 'counted'>,
  digest: Digest,
  { renderer, config, publicUrl }: IssueDeps,
): Rendered =>
  renderer.mail({
    ...shown,
    counted: digest.countClicks,
    postal: digest.postal ?? config.POSTAL_ADDRESS,
    brand: brandOf(digest, { config, publicUrl }),
  })

/** How mails of a digest look. */
export const brandOf = (
  digest: Digest,
  { config, publicUrl }: Pick<IssueDeps, 'config' | 'publicUrl'>,
) => mailBrand(digest, mailPictures(config) === 'off' ? null : publicUrl())

const breathe = async (): Promise<void> => nextTurn()

/** Choices that differ in their order only are the same. */
function keyOf({ topics, weights = {}, muted = [], since, heard, language }: Reading): string {
  return JSON.stringify([
    topics.toSorted(),
    Object.entries(weights).toSorted(),
    muted.toSorted(),
    since,
    heard,
    language ?? 'en',
  ])
}

async function readPool(id: string, digest: Digest, deps: IssueDeps): Promise<readonly Card[]> {
  const edition = await deps.store.editions.get(id)
  return edition ? (await shownNow(edition, digest, deps)).pool : []
}

/** Of all that came in since, where a reader missed editions: the numbers of one would be too small. */
async function countersOf(
  { counters, span }: EditionRecord,
  missed: readonly MissedEdition[],
  pools: readonly (readonly Card[])[],
  { store }: IssueDeps,
): Promise<Counters> {
  const [first] = missed
  const last = missed.at(-1)
  if (!first || !last) return counters
  const log = { from: first.log.from, to: last.log.to }
  const came = await store.stories.counters({ kind: 'live', log, to: span.to })
  const cards = pools.flat()
  const again = cards.length - new Set(cards.map(({ storyId }) => storyId)).size
  const stories = missed.reduce((sum, one) => sum + one.stories, counters.stories)
  return { ...came, stories: stories - again }
}

/**
 * What was taken down since it was frozen is not sent; pictures come from where IMAGES says, and links
 * go through this house where clicks are counted.
 */
export async function shownNow(
  edition: EditionRecord,
  { countClicks }: Digest,
  { store, config, publicUrl }: IssueDeps,
): Promise<EditionRecord> {
  const shown = withholdEdition(edition, await store.rights.restrictions(citedIn(edition.pool)))
  const secret = await store.settings.signingSecret()
  const pictures = picturesIn(mailPictures(config), publicUrl(), secret)
  const pool = shown.pool.map((card) => withPicture(card, pictures))
  if (!countClicks || !edition.frozenAt) return { ...shown, pool }
  const via = (url: string) => clickUrl(publicUrl(), secret, edition.id, url)
  return { ...shown, pool: pool.map((card) => withLinks(card, via)) }
}

/** Mails that leave this machine cannot show what only this machine serves. */
const mailPictures = ({ IMAGES, SMTP_URL, PUBLIC_URL }: Config): PictureMode =>
  IMAGES === 'proxied' && SMTP_URL && !PUBLIC_URL ? 'off' : IMAGES
