import { z } from 'zod'
import { DoseError } from '../../errors.ts'
import type { RightsChoice } from '../../store/rights.ts'
import { command } from '../command.ts'
import { nameList, wholeNumber } from '../inputs.ts'
import { path, withPath } from '../path.ts'
import { findSource, TARGET } from './target.ts'

/** More words than any card has. */
const QUOTE_WORDS_MAX = 10_000

const COLUMNS = { images: 'show_images', archive: 'show_archive', index: 'show_index' } as const
type Grant = keyof typeof COLUMNS

export const rights = command({
  name: 'source rights',
  summary: 'Show or set what the publisher of a source lets be shown.',
  input: z.object({
    target: z.string().describe(TARGET),
    path,
    quoteWords: wholeNumber(0, QUOTE_WORDS_MAX)
      .optional()
      .describe('Words quoted of it at most, on a card and on a page of a story'),
    noImages: z.boolean().default(false).describe('Show none of its pictures'),
    noArchive: z
      .boolean()
      .default(false)
      .describe('Keep its words and pictures out of editions that are not the newest'),
    noIndex: z.boolean().default(false).describe('Ask search engines not to keep what quotes it'),
    allow: nameList.optional().describe('images, archive, index: allowed whatever its pages ask'),
    reset: z.boolean().default(false).describe('First forget all that was set'),
  }),
  positional: ['target'],
  changes: true,
  prepare: withPath('target'),
  async run(input, { deps, out }) {
    const before = await findSource(deps, input.target, input.path)
    const choice = choiceOf(input)
    if (Object.keys(choice).length > 0) await deps.store.rights.choose(before.id, choice)
    const after = await findSource(deps, before.id)
    const asked = await deps.store.rights.hints(before.id)
    out({ id: after.id, ...shown(after), changed: differs(before, after), asked })
    return 0
  },
  show: (row) => {
    const asked = Object.entries(row.asked as Record<string, number>)
    return [
      `${row.id}${row.changed ? ' changed' : ''}: quotes ${row.quoteWords ?? 'any number of'} words; images ${row.images}, archive ${row.archive}, index ${row.index}`,
      ...asked.map(([hint, articles]) => `  asked for by ${articles} of its articles: ${hint}`),
    ].join('\n')
  },
})

function choiceOf(input: {
  readonly quoteWords?: number | undefined
  readonly noImages: boolean
  readonly noArchive: boolean
  readonly noIndex: boolean
  readonly allow?: readonly string[] | undefined
  readonly reset: boolean
}): Partial<RightsChoice> {
  const { quoteWords, noImages, noArchive, noIndex, allow = [], reset } = input
  return {
    ...(reset && NOTHING_SAID),
    ...Object.fromEntries(allow.map((name) => [COLUMNS[grantOf(name)], true])),
    ...(quoteWords !== undefined && { quote_words: quoteWords }),
    ...(noImages && { show_images: false }),
    ...(noArchive && { show_archive: false }),
    ...(noIndex && { show_index: false }),
  }
}

const NOTHING_SAID: RightsChoice = {
  quote_words: null,
  show_images: null,
  show_archive: null,
  show_index: null,
}

function grantOf(name: string): Grant {
  if (name in COLUMNS) return name as Grant
  throw new DoseError('USAGE', `--allow ${name}: one of ${Object.keys(COLUMNS).join(', ')}.`)
}

const differs = (before: RightsChoice, after: RightsChoice): boolean =>
  Object.keys(NOTHING_SAID).some(
    (key) => before[key as keyof RightsChoice] !== after[key as keyof RightsChoice],
  )

const shown = (choice: RightsChoice) => ({
  quoteWords: choice.quote_words,
  images: word(choice.show_images),
  archive: word(choice.show_archive),
  index: word(choice.show_index),
})

const word = (choice: boolean | null): string =>
  choice === null ? 'as asked' : choice ? 'allowed' : 'no'
