import { deserialize, serialize } from 'node:v8'
import {
  type Clusterer,
  type ClusterSettings,
  type ClusterSnapshot,
  createClusterer,
} from '../story/cluster.ts'

/** What the thread is told: entries of the log, in order. */
export type Applied = {
  readonly seq: number
  readonly kind: 'article' | 'revision' | 'tick' | 'decision' | 'undo' | 'removal'
  readonly at: string
  readonly article: {
    readonly id: string
    readonly provider: string
    readonly publishedAt: string | null
    readonly title: string
    readonly text: string
  } | null
}

export type Placed = { articleId: string; storyId: string; duplicateOf: string | null }

/** The clusterer and the log entry it stands at; `null` until it is loaded. */
let state: { clusterer: Clusterer; seq: number } | null = null

/** Log entry the clusterer stands at, or `null`. */
export const position = (): number | null => state?.seq ?? null

export function load(input: {
  readonly settings: ClusterSettings
  readonly snapshot: Uint8Array | null
  readonly seq: number
}): void {
  const snapshot = input.snapshot ? (deserialize(input.snapshot) as ClusterSnapshot) : undefined
  state = { clusterer: createClusterer(input.settings, snapshot), seq: input.seq }
}

/** Works entries in and answers where articles went: new ones, and those a tick moved. */
export function apply(entries: readonly Applied[]): Placed[] {
  if (!state) throw new Error('the clusterer is not loaded')
  const placed = new Map<string, Placed>()
  for (const entry of entries) {
    for (const place of applyOne(state.clusterer, entry)) placed.set(place.articleId, place)
    state.seq = entry.seq
  }
  return [...placed.values()]
}

export function snapshot(): Uint8Array {
  if (!state) throw new Error('the clusterer is not loaded')
  return serialize(state.clusterer.snapshot())
}

/** Forgets everything: what was applied could not be stored. */
export function forget(): void {
  state = null
}

function applyOne(clusterer: Clusterer, { kind, article }: Applied): Placed[] {
  if (kind === 'tick')
    return clusterer
      .repair(null)
      .map(({ id, to }) => ({ articleId: id, storyId: to, duplicateOf: null }))
  if (!article) return [] // deleted since
  if (kind === 'revision') {
    clusterer.revise(article)
    return []
  }
  const { story, duplicateOf } = clusterer.add(article)
  return [{ articleId: article.id, storyId: story, duplicateOf }]
}
