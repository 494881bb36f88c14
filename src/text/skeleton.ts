/** Longer messages differ at their ends only. */
const MESSAGE_CHARS_MAX = 2_000
const SKELETON_CHARS_MAX = 200

/** What differs from case to case, and what stands in its place; the first that fits counts. */
const VARIABLE: readonly (readonly [RegExp, string])[] = [
  [/\b[a-z][a-z\d+.-]{1,20}:\/\/[^\s"'<>)\]]+/gi, '<url>'],
  [/[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+/g, '<address>'],
  [/"[^"\n]*"|“[^”\n]*”|`[^`\n]*`|(?<![\p{L}\d])'[^'\n]*'(?![\p{L}\d])/gu, '<text>'],
  [/\b[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}\b/gi, '<id>'],
  [/(?<![\w.])(?:\/[\w.@%~-]+){2,}\/?/g, '<path>'],
  [/\b(?=[a-z]*\d)[a-z\d]{12,}\b/gi, '<id>'],
  [/\b[\da-f]{0,4}(?::[\da-f]{0,4}){3,7}\b/gi, '<n>'],
  [/\d+(?:[.,:]\d+)*/g, '<n>'],
]

/**
 * A message without what differs from case to case (URLs, addresses, quoted words, ids, paths,
 * numbers), so that failures of one cause read the same.
 */
export function skeletonOf(message: string): string {
  let text = message.slice(0, MESSAGE_CHARS_MAX).split('\n', 1)[0] ?? ''
  for (const [pattern, stand] of VARIABLE) text = text.replace(pattern, stand)
  return text.replace(/\s+/g, ' ').trim().slice(0, SKELETON_CHARS_MAX)
}
