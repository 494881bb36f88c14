/** How finely to group, and all that it depends on. */
export type ClusterSettings = {
  readonly level: 'story' | 'topic'
  /**
   * How near a group is to another: `average`, the mean cosine over all pairs, does not grow with
   * size and so makes no blobs; `centroid`, the cosine of the sums, rewards wide groups.
   */
  readonly link: 'average' | 'centroid'
  /** Least nearness, 0–1, at which a new article joins a group. */
  readonly joinAt: number
  /** Least nearness, 0–1, at which repair merges two groups. */
  readonly mergeAt: number
  /** What a pair counts for that is in one story already, ≥ 1: repair moves only for a clear gain. */
  readonly stay: number
  /**
   * Nearness is halved for two articles 1.18 × this many days apart (a Gaussian); `null`: time does
   * not matter inside the window.
   */
  readonly sigmaDays: number | null
  /** Least time term, 0–1, for two articles that are in one story already. */
  readonly keptTime: number
  /** Stands in for the time term, 0–1, where an article has no date. */
  readonly undatedTime: number
  /** Least likeness, 0–1, to the root of a story at which a later article goes on with it. */
  readonly threadAt: number
  /** Days after its root that a story may go on. */
  readonly threadDays: number
  /** Repair leaves dated articles alone that are older than this many days. */
  readonly windowDays: number
  /** Repair leaves articles alone after which this many have come: a burst must not stall it. */
  readonly repairArticles: number
  /** Articles kept in memory even when they are older; undated ones are kept this long. */
  readonly holdArticles: number
  /** Occurrences a word of the title counts for. */
  readonly titleWeight: number
  /** UTF-16 code units of the text that are read: news says what happened first. */
  readonly textLength: number
  /** Terms kept of an article, those with the greatest weight. */
  readonly maxTerms: number
  /** Articles after which a word's occurrence counts half for its rarity. */
  readonly idfHalfLife: number
}

/**
 * Fitted on labelled news (AllSides, ECB+, UCI headlines; development splits only) with one setting
 * for dated and undated text. `bench/quality/cluster.ts` measures them.
 */
export const LEVELS: Readonly<Record<ClusterSettings['level'], ClusterSettings>> = {
  story: {
    level: 'story',
    link: 'average',
    joinAt: 0.135,
    mergeAt: 0.14,
    stay: 1.35,
    sigmaDays: 1,
    keptTime: 0.3,
    undatedTime: 0.6,
    threadAt: 0.35,
    threadDays: 30,
    windowDays: 6,
    repairArticles: 4_000,
    holdArticles: 5_000,
    titleWeight: 3,
    textLength: 1_200,
    maxTerms: 80,
    idfHalfLife: 20_000,
  },
  topic: {
    level: 'topic',
    link: 'centroid',
    joinAt: 0.1,
    mergeAt: 0.15,
    stay: 2,
    sigmaDays: null,
    keptTime: 1,
    undatedTime: 1,
    threadAt: 0.35,
    threadDays: 30,
    windowDays: 6,
    repairArticles: 4_000,
    holdArticles: 5_000,
    titleWeight: 3,
    textLength: 1_200,
    maxTerms: 80,
    idfHalfLife: 20_000,
  },
}
