import type { Article, Development, Member } from '../model.ts'
import { type Candidate, candidatesOf } from './candidates.ts'
import { type Claim, claimsIn, isAmong, tellsOtherwise } from './claims.ts'
import { type KnownText, readKnown } from './known.ts'
import { isView } from './opinion.ts'

/** An article in the version that an edition knew. */
export type ToldArticle = {
  readonly id: string
  readonly version: number
  /** Domain of its provider. */
  readonly provider: string
}

/** What an earlier edition of a digest told of a story, and from what. */
export type Telling = {
  /** Local date of that edition. */
  readonly date: string
  /** Sentences it printed; none where it printed the headline only. */
  readonly sentences: readonly string[]
  readonly articles: readonly ToldArticle[]
  /** The texts of those articles as they were then. */
  readonly texts: readonly KnownText[]
}

/** A story's articles that no telling knew, and how to tell what is new in them. */
export type News = {
  readonly development: Development
  /** Readers were told sentences: of a story among the quick hits they know the headline only. */
  readonly isKnown: boolean
  /** Reports that came since, in the order of the story's members. */
  readonly fresh: readonly Article[]
  /** Whether a sentence of theirs says what nobody was told. */
  readonly isNew: (sentence: Candidate) => boolean
}

/** Sentences of one text that are compared with what was told; the rest of a long one is background. */
const MOST_COMPARED = 40
/** Changed numbers that are named. */
const MOST_CHANGES = 3

/**
 * What a story has to say that earlier editions could not: sentences of articles, or of versions of
 * them, that came since and that say what none of the texts known then says. Views do not count.
 * More tellers of the same facts are no news either; they are named where there is some.
 *
 * @param tellings the earlier editions' of this story, the oldest first.
 * @param repeated lines that its hosts print under every story.
 * @returns `null` where no edition has told it: all of it is new.
 */
export function develop(
  members: readonly Member[],
  tellings: readonly Telling[],
  repeated: ReadonlySet<string>,
): News | null {
  const [first] = tellings
  const last = tellings.at(-1)
  if (!first || !last) return null
  const versions = versionsKnown(tellings)
  const fresh = members
    .map(({ article }) => article)
    .filter(({ id, version }) => version > (versions.get(id) ?? 0))
    .filter((article) => !isView(article))
  const compared = fresh.map((article, i) =>
    candidatesOf({ ...article, repeated }, i, MOST_COMPARED),
  )
  const known = readKnown(
    tellings.flatMap(({ texts, sentences }) => [
      ...texts,
      { text: sentences.join('\n\n'), language: texts[0]?.language ?? null },
    ]),
    compared.flat(),
  )
  const before = claimsIn(tellings.flatMap(({ texts }) => texts.flatMap(readTold)))
  const shares = compared.map((of) => of.filter(known.isNew).length / Math.max(1, of.length))
  const development = {
    firstTold: first.date,
    lastTold: last.date,
    novelty: Math.max(0, ...shares),
    newSources: newSources(members, tellings),
    changes: changesBetween(before, claimsIn(compared.flat().filter(known.isNew))),
  }
  const isKnown = tellings.some(({ sentences }) => sentences.length > 0)
  return { development, isKnown, fresh, isNew: known.isNew }
}

const readTold = (told: KnownText) => candidatesOf(told, 0, MOST_COMPARED)

/** Numbers that none of the texts before had, beside what these had in their place. */
function changesBetween(before: readonly Claim[], after: readonly Claim[]) {
  const changes = after.flatMap((claim) => {
    if (isAmong(claim, before)) return []
    const replaced = before.find((old) => tellsOtherwise(old, claim))
    return replaced ? [{ before: replaced.quantity.text, after: claim.quantity.text }] : []
  })
  return [...new Map(changes.map((change) => [change.after, change])).values()].slice(
    0,
    MOST_CHANGES,
  )
}

/** The newest version of each article that an edition was made from. */
function versionsKnown(tellings: readonly Telling[]): Map<string, number> {
  const versions = new Map<string, number>()
  for (const { id, version } of tellings.flatMap(({ articles }) => articles)) {
    versions.set(id, Math.max(version, versions.get(id) ?? 0))
  }
  return versions
}

/** Names of the providers with words of their own that were not there before. */
function newSources(members: readonly Member[], tellings: readonly Telling[]): string[] {
  const known = new Set(
    tellings.flatMap(({ articles }) => articles.map(({ provider }) => provider)),
  )
  const names = members
    .filter(({ role, article }) => role !== 'copy' && !known.has(article.provider.domain))
    .map(({ article }) => article.provider.name || article.provider.domain)
  return [...new Set(names)]
}
