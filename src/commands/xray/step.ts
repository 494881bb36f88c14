import type { Selectable } from 'kysely'
import type { Instant } from '../../model.ts'
import type { Tables } from '../../store/tables.ts'
import type { WayRow } from '../article.ts'

export type Tone = 'good' | 'warn' | 'bad' | 'soft'

/** One thing that happened to what is looked through. */
export type Step = WayRow & {
  /** `way`: how far it came; `run`: what a stage did. */
  readonly part: 'way' | 'run'
  readonly tone: Tone
  /** Something else to look through from here: an id or an address. */
  readonly ref: string | null
}

export type Kind = 'article' | 'story' | 'edition' | 'delivery' | 'reader' | 'source' | 'trace'

/** All that is known of one thing, from where it came to how far it got. */
export type Xray = {
  readonly kind: Kind
  readonly id: string
  readonly title: string
  /** Where it stands or stopped, in a sentence. */
  readonly verdict: string
  readonly steps: readonly Step[]
}

/** What a word of any ledger says to an eye that runs down a page. */
const TONES: Readonly<Record<string, Tone>> = {
  ...of(
    'good',
    'ingested',
    'stored',
    'taken',
    'new',
    'accepted',
    'done',
    'sent',
    'frozen',
    'active',
    'confirmed',
  ),
  ...of(
    'bad',
    'rejected',
    'failed',
    'bounced',
    'complained',
    'unknown',
    'withheld',
    'withdrawn',
    'gone',
    'suppressed',
  ),
  ...of(
    'warn',
    'waiting',
    'pending',
    'wanted',
    'deferred',
    'retrying',
    'paused',
    'planned',
    'draft',
    'skipped',
    'unsubscribed',
  ),
}

function of(tone: Tone, ...words: readonly string[]): Record<string, Tone> {
  return Object.fromEntries(words.map((word) => [word, tone]))
}

export const toneOf = (outcome: string): Tone => TONES[outcome] ?? 'soft'

export const wayStep = (row: WayRow, ref: string | null = null): Step => ({
  ...row,
  part: 'way',
  tone: toneOf(row.outcome),
  ref,
})

export function runStep(run: Selectable<Tables['run']>): Step {
  const { stage, attempt, state, queued_at, started_at, ended_at, error } = run
  const times = [
    started_at && `waited ${span(queued_at, started_at)}`,
    started_at && ended_at && `ran ${span(started_at, ended_at)}`,
    attempt > 1 && `attempt ${attempt}`,
    error,
  ]
  return {
    part: 'run',
    step: stage,
    at: queued_at,
    outcome: state,
    detail: times.filter(Boolean).join('; '),
    tone: toneOf(state),
    ref: run.trace,
  }
}

/** `340 ms`, `12 s`, `4 min`. */
function span(from: Instant, to: Instant): string {
  const ms = Math.max(0, Date.parse(to) - Date.parse(from))
  if (ms < 1_000) return `${ms} ms`
  return ms < 120_000 ? `${Math.round(ms / 1_000)} s` : `${Math.round(ms / 60_000)} min`
}

/** `19 accepted, 1 bounced`. */
export const tallied = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([state, n]) => `${n} ${state}`)
    .join(', ')

/** The last thing that went wrong, or that is waited for. */
export const trouble = (steps: readonly Step[]): Step | undefined =>
  steps.findLast(({ part, tone }) => part === 'way' && tone === 'bad') ??
  steps.find(({ part, outcome }) => part === 'way' && outcome === 'waiting')
