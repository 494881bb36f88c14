import type { Card, Issue } from '../model.ts'

/** Share of the quick hits that one step of shortening keeps. */
const KEEP = 0.75
/** So many quick hits stay while a story told in full, which is as long as four, can go. */
const FEW = 10

/**
 * The issue with a little less at its end: fewer quick hits, then fewer sections, then no quick
 * hits, then fewer highlights. `count` stays, so that the rest can be announced.
 *
 * @returns `null` when only the top story is left.
 */
export function shorten(issue: Issue): Issue | null {
  const { highlights, sections, quick } = issue
  const fewer = Math.floor(quick.length * KEEP)
  if (quick.length > FEW) return { ...issue, quick: quick.slice(0, Math.max(FEW, fewer)) }
  if (sections.length > 0) return { ...issue, sections: withoutLast(sections) }
  if (quick.length > 0) return { ...issue, quick: quick.slice(0, fewer) }
  if (highlights.length > 0) return { ...issue, highlights: highlights.slice(0, -1) }
  return null
}

/** Takes the last card, and with it a section that would be empty. */
function withoutLast(sections: Issue['sections']): Issue['sections'] {
  const last = sections.at(-1)
  const cards: readonly Card[] = last?.cards.slice(0, -1) ?? []
  const kept = sections.slice(0, -1)
  return last === undefined || cards.length === 0 ? kept : [...kept, { ...last, cards }]
}
