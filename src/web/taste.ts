import { readDomain } from '../delivery/address.ts'
import { MOST_STEPS } from '../edition/lean.ts'
import type { ReaderText, SayToReader } from '../edition/reader-texts.ts'
import type { Taste } from '../store/readers.ts'
import { field, fields } from './route.ts'

/** What each step of more or less is called, the most of less first. */
const STEPS: readonly ReaderText[] = [
  'muchLess',
  'lessOf',
  'bitLess',
  'asRanked',
  'bitMore',
  'moreOf',
  'muchMore',
]

/** More sites than anybody reads. */
const MUTED_MAX = 100

export const sayStep = (steps: number, say: SayToReader): string =>
  say(STEPS[steps + MOST_STEPS] ?? 'asRanked')

/** The fields of the form for more, less and sources not shown. */
export function viewTaste({ weights, muted }: Taste, topics: readonly string[], say: SayToReader) {
  const standing = new Map(Object.entries(weights))
  return {
    leaning: standing.size > 0,
    leanings: [...new Set([...topics, ...standing.keys()])].map((topic) => ({
      topic,
      field: fieldOf(topic),
      steps: STEPS.map((_, n) => n - MOST_STEPS).map((steps) => ({
        value: String(steps),
        label: sayStep(steps, say),
        chosen: steps === (standing.get(topic) ?? 0),
      })),
    })),
    muted,
  }
}

/**
 * What a reader chose of more, less and sources not shown. A topic that the form says nothing of
 * stays as it was.
 *
 * @param topics those there are to choose from
 */
export function readTaste(
  body: unknown,
  topics: readonly string[],
  before: Taste,
): Taste | 'choiceWrong' | 'muteWrong' {
  const known = [...new Set([...topics, ...Object.keys(before.weights)])]
  const weights = known.map((topic): [string, string] => [
    topic,
    field(body, fieldOf(topic)) || String(before.weights[topic] ?? 0),
  ])
  const kept = fields(body, 'muted', MUTED_MAX)
  const isWhole =
    weights.every(([, steps]) => /^-?[0-3]$/.test(steps)) &&
    kept.every((domain) => before.muted.includes(domain))
  if (!isWhole) return 'choiceWrong'
  const site = field(body, 'mute')
  const added = site.trim() === '' ? [] : [readSite(site)]
  if (added.includes(null)) return 'muteWrong'
  const muted = [...new Set([...kept, ...added])].filter((domain) => domain !== null)
  if (muted.length > MUTED_MAX) return 'muteWrong'
  return {
    weights: Object.fromEntries(
      weights
        .map(([topic, steps]): [string, number] => [topic, Number(steps)])
        .filter(([, steps]) => steps !== 0),
    ),
    muted,
  }
}

/** The taste with one more site that is not shown. */
export const muteSite = ({ weights, muted }: Taste, domain: string): Taste => ({
  weights,
  muted: [...new Set([...muted, domain])].slice(-MUTED_MAX),
})

const fieldOf = (topic: string): string => `lean:${topic}`

/** A site as people copy it, with or without what stands around its domain. */
const readSite = (text: string): string | null =>
  readDomain(
    text
      .trim()
      .replace(/^https?:\/\//i, '')
      .replace(/\/.*$/s, '')
      .replace(/^www\./i, ''),
  )
