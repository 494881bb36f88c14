import { z } from 'zod'
import { type Change, compareCards, kindOf } from '../../edition/compare.ts'
import { printedCards } from '../../edition/select.ts'
import { DoseError } from '../../errors.ts'
import type { Digest, Edition } from '../../model.ts'
import { keptPreview } from '../../workers/preview.ts'
import type { Deps } from '../../workers/stage.ts'
import { command, type Row } from '../command.ts'
import { findDigest } from '../digest.ts'
import { wholeNumber } from '../inputs.ts'

const HOUR_MS = 3_600_000

export const compare = command({
  name: 'edition diff',
  summary:
    'Show how the next edition differs from what it was hours ago, or from the edition before it.',
  input: z.object({
    name: z.string().describe('Name of the digest'),
    hours: wholeNumber(1, 24)
      .optional()
      .describe('With what it was so many hours ago; 1 by default'),
    yesterday: z.boolean().default(false).describe('With the last edition that was made'),
  }),
  positional: ['name'],
  changes: false,
  async run({ name, hours = 1, yesterday }, { deps, out }) {
    const digest = await findDigest(deps, name)
    const before = yesterday ? await lastEdition(digest, deps) : await ago(digest, hours, deps)
    const { edition } = await keptPreview(digest, deps)
    for (const change of compareCards(printedCards(before), printedCards(edition)))
      out({ kind: kindOf(change), ...change })
    return 0
  },
  show: (row) => showChange(row as Row & Change & { kind: string }),
})

/** What came in since does not count; stories are those of now. */
async function ago(digest: Digest, hours: number, deps: Deps): Promise<Edition> {
  return (await keptPreview(digest, deps, hours * HOUR_MS)).edition
}

async function lastEdition(digest: Digest, { store }: Deps): Promise<Edition> {
  const [line] = await store.archive.list({ limit: 1, digestId: digest.id })
  const edition = line && (await store.editions.get(line.id))
  if (!edition) throw new DoseError('NOT_FOUND', `an edition of ${digest.name}`)
  return edition
}

function showChange(change: Change & { readonly kind: string }): string {
  const { kind, from, to, retold, headline, was, storyId } = change
  const place = (n: number | null) => (n === null ? '–' : String(n))
  const told = retold && kind === 'moved' ? ', retold' : ''
  const before = was === null ? '' : ` (was: ${was})`
  return `${kind.padEnd(6)} ${place(from).padStart(3)} → ${place(to).padEnd(3)} ${headline}${before}${told} ${storyId}`
}
