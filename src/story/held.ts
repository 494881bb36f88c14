import type { Instant } from '../model.ts'

/** What clustering needs to know of an article. */
export type Clusterable = {
  readonly id: string
  /** Domain. */
  readonly provider: string | null
  readonly publishedAt: Instant | null
  readonly title: string
  readonly text: string
}

/** Its date in milliseconds since 1970; `NaN` where it has none. */
export const timeOf = ({ publishedAt }: Clusterable): number =>
  publishedAt === null ? Number.NaN : Date.parse(publishedAt)
