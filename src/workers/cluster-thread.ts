import { deserialize, serialize } from 'node:v8'
import {
  type Clusterer,
  type ClusterSettings,
  type ClusterSnapshot,
  createClusterer,
} from '../story/cluster.ts'
import type { Pin } from '../story/pins.ts'
import { PIECE, type Records } from '../story/snapshot.ts'

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
  readonly detail: {
    readonly pins?: readonly Pin[]
    readonly undoes?: number
    readonly removed?: readonly string[]
  } | null
}

export type Placed = { articleId: string; storyId: string; duplicateOf: string | null }

/** Articles as they were read, in rows of so many; what has not changed is not written again. */
export type Snapshot = {
  /** All that changes. */
  readonly head: Uint8Array
  readonly rows: readonly { readonly first: number; readonly bytes: Uint8Array }[]
  /** Numbers of the first records of all rows that are still wanted. */
  readonly wanted: readonly number[]
}

type State = { readonly clusterer: Clusterer; seq: number; recorded: number }

/** The clusterer and the log entry it stands at; `null` until it is loaded. */
let state: State | null = null

/** Rows that were read and wait for the head. */
let rows: Uint8Array[] = []

/** Log entry the clusterer stands at, or `null`. */
export const position = (): number | null => state?.seq ?? null

/** Takes rows of records, in order, before `load`. */
export function read(bytes: readonly Uint8Array[]): void {
  rows.push(...bytes)
}

export function load(input: {
  readonly settings: ClusterSettings
  readonly snapshot: Uint8Array | null
  readonly seq: number
}): void {
  const { settings, seq } = input
  const head = input.snapshot ? (deserialize(input.snapshot) as ClusterSnapshot) : undefined
  const records = rows.map((bytes) => deserialize(bytes) as Records)
  rows = []
  const snapshot = head && { ...head, memory: { ...head.memory, records } }
  state = {
    clusterer: createClusterer(settings, snapshot),
    seq,
    recorded: head?.memory.recorded ?? 0,
  }
}

/** Works entries in and answers where articles went: new ones, and those that were moved. */
export function apply(entries: readonly Applied[]): Placed[] {
  const { clusterer } = loaded()
  const placed = new Map<string, Placed>()
  for (const entry of entries) {
    for (const place of applyOne(clusterer, entry)) placed.set(place.articleId, place)
    loaded().seq = entry.seq
  }
  return [...placed.values()]
}

/** How many articles are in memory. */
export const size = (): number => loaded().clusterer.size()

/** What is to be written; the row in which the last snapshot ended is written again. */
export function snapshot(): Snapshot {
  const now = loaded()
  const from = rowOf(now.recorded)
  const { memory, ...rest } = now.clusterer.snapshot(from)
  now.recorded = memory.recorded
  return {
    head: serialize({ ...rest, memory: { ...memory, records: [] } }),
    rows: memory.records.map((records) => ({
      first: rowOf(records.records[0] ?? 0),
      bytes: serialize(records),
    })),
    wanted: [...new Set(Array.from(memory.standing.records, rowOf))],
  }
}

/** Forgets everything: what was applied could not be stored. */
export function forget(): void {
  state = null
  rows = []
}

/** The first record of the row that holds a record. */
const rowOf = (record: number): number => Math.floor(record / PIECE) * PIECE

function loaded(): State {
  if (!state) throw new Error('the clusterer is not loaded')
  return state
}

function applyOne(clusterer: Clusterer, { seq, kind, article, detail }: Applied): Placed[] {
  if (kind === 'tick') return clusterer.repair(null).map(toPlaced)
  if (kind === 'decision') return clusterer.decide(seq, detail?.pins ?? []).map(toPlaced)
  if (kind === 'undo') return clusterer.undo(detail?.undoes ?? 0).map(toPlaced)
  if (kind === 'removal')
    return clusterer
      .remove(detail?.removed ?? [])
      .map(({ id, story, duplicateOf }) => ({ articleId: id, storyId: story, duplicateOf }))
  if (!article) return [] // deleted since
  if (kind === 'revision') {
    clusterer.revise(article)
    return []
  }
  const { story, duplicateOf } = clusterer.add(article)
  return [{ articleId: article.id, storyId: story, duplicateOf }]
}

const toPlaced = ({ id, to }: { readonly id: string; readonly to: string }): Placed => ({
  articleId: id,
  storyId: to,
  duplicateOf: null,
})
