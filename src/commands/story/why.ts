import { z } from 'zod'
import { entryOfCard, isPrintable } from '../../edition/spread.ts'
import { DoseError } from '../../errors.ts'
import type { Part } from '../../model.ts'
import { pantryOf, withTellings } from '../../workers/candidates.ts'
import { optionsOf, tellable } from '../../workers/compose.ts'
import { gatherInput } from '../../workers/edition-input.ts'
import { byScore, explainPlace, type PlaceExplained } from '../../workers/explain.ts'
import type { PoolInput, Standing } from '../../workers/pool.ts'
import { stampOf, upcomingEdition } from '../../workers/preview.ts'
import type { Deps } from '../../workers/stage.ts'
import { loadTellings } from '../../workers/tellings.ts'
import { command, type Row } from '../command.ts'
import { findDigest } from '../digest.ts'
import { findEdition } from '../edition/find.ts'
import { brief, findStory, storyKey } from './find.ts'

const DAY_MS = 86_400_000
/** Members shown, in order of importance to the explanation. */
const SHOWN_MEMBERS = 40

type Found = {
  readonly headline: string
  readonly among: string
  /** `null` where the story is not among those. */
  readonly explanation: PlaceExplained | null
  readonly members: Standing['members']
}

export const why = command({
  name: 'story why',
  summary:
    'Explain the place of a story, part by part: in an edition, in the next one, or in its last day.',
  input: storyKey.extend({
    edition: z.string().optional().describe('Id of an edition, or `latest`: as it was frozen'),
    digest: z.string().optional().describe('Name of a digest: in its next edition, as it stands'),
  }),
  positional: ['id'],
  changes: false,
  async run({ id, edition, digest }, { deps, out }) {
    const found = edition
      ? await inEdition(id, edition, digest, deps)
      : digest
        ? await inNext(id, digest, deps)
        : await inLastDay(id, deps)
    const { headline, among, explanation, members } = found
    if (!explanation) throw new DoseError('NOT_FOUND', `story ${id} among those of ${among}`)
    const articles = await deps.store.articles.many(members.map((member) => member.id))
    const roles = new Map(members.map((member) => [member.id, member.role]))
    const told = articles.slice(0, SHOWN_MEMBERS).map((article) => {
      return { ...brief(article), role: roles.get(article.id) }
    })
    out({ headline, among, ...explanation, members: told })
    return 0
  },
  show: (row) => explained(row as Shown).join('\n'),
})

/** From the frozen cards themselves: what was sent is what is explained. */
async function inEdition(
  id: string,
  key: string,
  digest: string | undefined,
  deps: Deps,
): Promise<Found> {
  const digestId = digest ? (await findDigest(deps, digest)).id : undefined
  const head = await findEdition(deps, key, digestId)
  const pool = (await deps.store.editions.get(head.id))?.pool ?? []
  const card = pool.find(({ storyId }) => storyId === id)
  const members = card?.citations.map(({ articleId, role }) => ({ id: articleId, role })) ?? []
  const entries = pool.map(entryOfCard).sort(byScore)
  return {
    headline: card?.headline ?? '',
    among: `${head.digestName} of ${head.date}`,
    explanation: explainPlace(entries, id),
    members,
  }
}

/** As the next edition of a digest would be made now. */
async function inNext(key: string, name: string, deps: Deps): Promise<Found> {
  const { id, headline } = await findStory(deps, key)
  const digest = await findDigest(deps, name)
  const stamp = await stampOf(digest, deps)
  const rankNext = async () => {
    const { edition } = await upcomingEdition(digest, deps)
    const { head, told, pantry } = await gatherInput(edition, digest, deps)
    const groups = tellable(pantry.groups, head.leftOut)
    const tellings = await loadTellings(told, groups, deps)
    return rank(
      { stories: withTellings(await pantry.load([...groups]), tellings), ...optionsOf(head) },
      deps,
    )
  }
  const { value: ranked } = await deps.kept.get(`next ${digest.id}`, rankNext, stamp)
  return { headline, among: `the next ${digest.name}`, ...(await explain(id, ranked, deps)) }
}

/** Among all stories of the day that ends with its last article, for no digest in particular. */
async function inLastDay(key: string, deps: Deps): Promise<Found> {
  const { id, headline, last_seen_at: to } = await findStory(deps, key)
  const span = { from: new Date(Date.parse(to) - DAY_MS).toISOString(), to }
  const { audit, decisions } = deps.store
  const stamp = `${await audit.newest()} ${await decisions.taken()}`
  const rankDay = async () => {
    const { groups, load } = await pantryOf({ kind: 'dated', span, day: span }, [], deps)
    const stories = withTellings(await load([...groups]), new Map())
    return rank({ stories, now: to, timeZone: 'UTC', topics: [], taxonomy: deps.taxonomy }, deps)
  }
  const { value: ranked } = await deps.kept.get(`day ${to}`, rankDay, stamp)
  const among = `the day to ${to.slice(0, 16).replace('T', ' ')} UTC`
  return { headline, among, ...(await explain(id, ranked, deps)) }
}

type Ranked = { readonly entries: readonly Standing[]; readonly weights?: PoolInput['ranking'] }

async function rank(input: PoolInput, { threads }: Deps): Promise<Ranked> {
  const entries = await threads.run<Standing[]>('rank', input)
  return { entries, ...(input.ranking && { weights: input.ranking }) }
}

async function explain(id: string, ranked: Ranked, { threads }: Deps) {
  const explanation = await threads.run<PlaceExplained | null>('explain', { ...ranked, id })
  const members = ranked.entries.find(({ story }) => story.id === id)?.members ?? []
  return { explanation, members }
}

type Shown = Row &
  PlaceExplained & {
    readonly headline: string
    readonly among: string
    readonly members: readonly { readonly provider: string; readonly role: string }[]
  }

function explained(row: Shown): string[] {
  const { rival, short, place, of, score, printed } = row
  return [
    row.headline,
    `  place ${place} of ${of} in ${row.among}, score ${score.toFixed(2)} =`,
    ...row.parts.map(partLine),
    printed === null ? `  ${whyNot(row)}` : `  printed ${printed}.`,
    ...(row.costs.length > 0 ? [`  there with ${row.value.toFixed(2)} = score`] : []),
    ...row.costs.map(partLine),
    rival
      ? `  closest rival: place ${rival.place}, ${rival.headline} (${signed(rival.gap)})`
      : '  no rival',
    ...(rival?.differences ?? [])
      .slice(0, 3)
      .map((part) => `  ${signed(part.value)}  ${part.name}`),
    short ? `  ${short.by.toFixed(2)} short of the top ${short.places}` : '  among the top',
    ...row.without.map(({ name, place, printed }) => {
      return `  without ${name}: place ${place}, ${printed === null ? 'not printed' : `printed ${printed}.`}`
    }),
    ...row.members.map(({ provider, role }) => `  ${role.padEnd(4)} ${provider}`),
  ]
}

const whyNot = (row: PlaceExplained): string =>
  isPrintable(row)
    ? 'not among those that are printed'
    : 'not printed: noise, see its parts; an editor may still place it'

const partLine = ({ name, value, note }: Part): string =>
  `  ${value.toFixed(2).padStart(8)}  ${name}${note ? ` (${note})` : ''}`

const signed = (value: number): string => `${value > 0 ? '+' : ''}${value.toFixed(2)}`
