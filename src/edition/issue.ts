import type { Card, Choices, Issue } from '../model.ts'
import { mergePools } from './catch-up.ts'
import { type Heard, retellPool } from './retell.ts'
import { selectIssue } from './select.ts'
import { type Restriction, withholdCard } from './withhold.ts'

/** All that decides which issue a reader gets. */
export type IssueInput = {
  /**
   * Pools of the editions the reader missed, the oldest first, and last that of the edition to be
   * sent; each as it may be shown now (`withholdEdition`).
   */
  readonly pools: readonly (readonly Card[])[]
  readonly choices: Choices
  readonly heard: readonly Heard[]
  readonly size: number
}

/** What one reader gets of an edition; `null` when nothing in it is for them. */
export function selectPersonal({ pools, choices, heard, size }: IssueInput): Issue | null {
  return selectIssue(mutePool(retellPool(mergePools(pools), heard), choices), choices, size)
}

/**
 * Leaves out what providers say that a reader has muted, as if their articles were taken down: a
 * story that others tell too is told by them.
 */
function mutePool(pool: readonly Card[], { muted = [] }: Choices): readonly Card[] {
  if (muted.length === 0) return pool
  const domains = new Set(muted.map((domain) => domain.toLowerCase()))
  return pool.map((card) => muteCard(card, domains)).filter(({ withheld }) => !withheld)
}

function muteCard(card: Card, domains: ReadonlySet<string>): Card {
  const unheard = card.citations.filter(({ provider }) => isOf(provider.domain, domains))
  const restrictions = unheard.map(({ articleId }): [string, Restriction] => [
    articleId,
    { ...NOTHING, articleId },
  ])
  return withholdCard(card, new Map(restrictions), false)
}

const NOTHING = {
  sourceId: null,
  removed: true,
  quoteWords: 0,
  images: false,
  archive: false,
  index: false,
}

/** A domain or one above it: whoever mutes `paper.example` has muted `sport.paper.example`. */
function isOf(domain: string, domains: ReadonlySet<string>): boolean {
  const labels = domain.toLowerCase().split('.')
  return labels.some((_, i) => domains.has(labels.slice(i).join('.')))
}
