import { z } from 'zod'
import { DoseError } from '../errors.ts'
import type { Part, Rights } from '../model.ts'
import { exportArticle } from '../workers/export.ts'
import { command, type Row } from './command.ts'

export const show = command({
  name: 'article show',
  summary:
    'Show an article: its quality part by part, its heat, and beside them what its source gave.',
  input: z.object({ key: z.string().describe('Id or URL') }),
  positional: ['key'],
  changes: false,
  async run({ key }, { deps, out }) {
    const found = await deps.store.articles.find(key)
    const article = found && (await deps.store.articles.get(found.id))
    if (!found || !article) throw new DoseError('NOT_FOUND', `article ${key}`)
    const ids = found.story_id ? await deps.store.stories.members(found.story_id) : []
    const others = await deps.store.articles.many(ids.filter((id) => id !== article.id))
    const { heat, related, ...told } = exportArticle(
      article,
      [article, ...others],
      deps.clock.now(),
    )
    out({
      ...told,
      storyId: found.story_id,
      qualityParts: article.qualityParts,
      rights: article.rights ?? null,
      hints: found.hints,
      takenDown: found.taken_down,
      heat: heat < 0 ? null : heat,
      related: related.length,
      difference: {
        quality: difference(told.quality, told.given.quality),
        heat: heat < 0 ? null : difference(heat, told.given.heat),
      },
    })
    return 0
  },
  show: (row) => shown(row as Shown).join('\n'),
})

/** Ours less theirs, where both are there. They are compared and never mixed: scales differ. */
const difference = (ours: number | null, given: number | null): number | null =>
  ours === null || given === null ? null : Math.round(100 * (ours - given)) / 100

type Pair = { readonly quality: number | null; readonly heat: number | null }
type Shown = Row &
  Pair & {
    readonly title: string
    readonly url: string
    readonly provider: { readonly name: string }
    readonly publishedAt: string
    readonly qualityParts: readonly Part[]
    readonly given: Pair
    readonly rights: Rights | null
    readonly hints: readonly string[]
    readonly takenDown: boolean
  }

const shown = (row: Shown): string[] => [
  row.title,
  `  ${row.provider.name}, ${row.publishedAt}, ${row.url}`,
  `  quality: ${compared(row.quality, row.given.quality)}`,
  ...row.qualityParts.map(
    ({ name, value, note }) =>
      `  ${value.toFixed(2).padStart(8)}  ${name}${note ? ` (${note})` : ''}`,
  ),
  `  ${row.takenDown ? 'taken down' : mayShow(row.rights)}`,
  ...(row.hints.length === 0 ? [] : [`  its page asks: ${row.hints.join(', ')}`]),
  `  heat: ${row.heat === null ? 'its story is led by another' : compared(row.heat, row.given.heat)}`,
]

/** `40 words; images no, archive yes, index yes`. */
function mayShow(rights: Rights | null): string {
  if (rights === null) return 'all of it may be shown'
  const { quoteWords, ...grants } = rights
  const named = Object.entries(grants).map(([name, may]) => `${name} ${may ? 'yes' : 'no'}`)
  return `quoted: ${quoteWords === null ? 'any number of' : quoteWords} words; ${named.join(', ')}`
}

/** `given 52, ours 61.20 (+9.20)`. */
function compared(ours: number | null, given: number | null): string {
  const own = ours === null ? 'not scored yet' : ours.toFixed(2)
  if (given === null) return own
  const gap = difference(ours, given)
  return `given ${given}, ours ${own}${gap === null ? '' : ` (${gap > 0 ? '+' : ''}${gap.toFixed(2)})`}`
}
