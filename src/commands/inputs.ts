import { z } from 'zod'
import { oneLine } from '../delivery/mailbox.ts'
import { DoseError } from '../errors.ts'
import type { Taxonomy } from '../story/topics.ts'

/** What people type, checked; each of these may be read again from what it makes. */

/** Characters that a list of readers or digests still shows well. */
const NAME_CHARS_MAX = 100
const TEXT_CHARS_MAX = 500

const shown = (longest: number) =>
  z
    .string()
    .transform(oneLine)
    .refine((text) => /[\p{L}\p{N}\p{P}\p{S}]/u.test(text), 'must not be blank')
    .refine((text) => text.length <= longest, `at most ${longest} characters`)

/** What readers see: one line, with something in it to see. */
export const shownName = shown(NAME_CHARS_MAX)
export const shownText = shown(TEXT_CHARS_MAX)

/** A whole number, typed or as JSON; nothing typed is no zero. */
export const wholeNumber = (least: number, most: number) => {
  const says = `expected a whole number from ${least} to ${most}`
  return z
    .union([z.number(), z.string().regex(/^\s*\d{1,9}\s*$/, says)], says)
    .transform(Number)
    .pipe(z.number().int(says).min(least, says).max(most, says))
}

/** Nothing was on the web before; neither schedules nor PostgreSQL reckon with a year 0. */
const FIRST_DAY = '1990-01-01'

/** A day of the calendar, `YYYY-MM-DD`. */
export const day = z.iso
  .date('no such day; write YYYY-MM-DD')
  .refine((date) => date >= FIRST_DAY, `expected a day from ${FIRST_DAY} on`)

/** A list as people write it, `a, b`, or as programs do. */
export const nameList = z
  .union([z.array(z.string()), z.string()])
  .transform((given) =>
    (typeof given === 'string' ? given.split(',') : given).map(oneLine).filter(Boolean),
  )
  .refine((names) => names.length > 0, 'names nothing')

/** The word that takes a choice of topics back. */
const ALL_TOPICS = 'all'

type Chosen = { readonly topics: readonly string[]; readonly fault?: string }

/** The topics meant, by the names stories carry: in any case, aliases too. None stands for all. */
export function chooseTopics(given: readonly string[], { topics }: Taxonomy): Chosen {
  if (given.length === 1 && fold(given[0] ?? '') === ALL_TOPICS) return { topics: [] }
  const names = new Map<string, string>()
  for (const { name, aliases = [] } of topics)
    for (const alias of aliases) names.set(fold(alias), name)
  for (const { name } of topics) names.set(fold(name), name) // a name outdoes an alias
  const unknown = given.filter((word) => !names.has(fold(word)))
  if (unknown.length > 0) {
    const known = topics.map(({ name }) => name).join(', ')
    return { topics: [], fault: `no such topic: ${unknown.join(', ')}; there are ${known}` }
  }
  return { topics: [...new Set(given.map((word) => names.get(fold(word)) ?? word))] }
}

/** @throws {DoseError} USAGE naming what is no topic, and the topics. */
export function requireTopics(given: readonly string[], taxonomy: Taxonomy): readonly string[] {
  const { topics, fault } = chooseTopics(given, taxonomy)
  if (fault !== undefined) throw new DoseError('USAGE', `--topics: ${fault}.`)
  return topics
}

const fold = (word: string): string => oneLine(word).replace(/\s+/g, ' ').toLowerCase()
