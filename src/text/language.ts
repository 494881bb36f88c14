import { eld } from 'eld/extrasmall'

/** Shorter texts, in UTF-16 code units, are not judged: two words fit many languages. */
const MIN_LENGTH = 24

/** As much of a text as decides its language; the rest only costs time. */
const MAX_LENGTH = 2_000

/**
 * The language a text is written in, as ISO 639-1, or `null` where it is short or in doubt.
 * The n-gram tables cost 0.15 s and 30 MB at first import: import this where articles are read,
 * not where pages are served.
 */
export function detectLanguage(text: string): string | null {
  const sample = text.slice(0, MAX_LENGTH).trim()
  if (sample.length < MIN_LENGTH) return null
  const result = eld.detect(sample)
  return result.language !== '' && result.isReliable() ? result.language : null
}
