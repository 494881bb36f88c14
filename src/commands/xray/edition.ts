import type { Deps } from '../../workers/stage.ts'
import { runStep, type Step, tallied, toneOf, wayStep, type Xray } from './step.ts'

/** How it was made, how it is sent, and what is open. */
export async function xrayEdition(id: string, deps: Deps): Promise<Xray | null> {
  const { store } = deps
  const head = await store.archive.head(id)
  if (!head) return null
  const counts = await store.deliveries.counts(id)
  const { stopped, recalled, firstLeft, restAt } = await store.sending.steering(id)
  const steered = [
    stopped && 'stopped by an operator',
    recalled && 'called back',
    firstLeft !== null && `first readers before the rest${restAt ? ` at ${restAt}` : ''}`,
  ].filter(Boolean)
  const steps: Step[] = [
    wayStep({
      step: 'span',
      at: head.span.to,
      outcome: head.state,
      detail: `from ${head.span.from} to ${head.span.to}; ${head.stories} stories shown`,
    }),
    ...(steered.length > 0
      ? [wayStep({ step: 'sending', at: null, outcome: 'paused', detail: steered.join('; ') })]
      : []),
    ...Object.entries(counts).map(([state, n]) =>
      wayStep({ step: 'inboxes', at: null, outcome: state, detail: `${n} readers` }),
    ),
    ...(await store.ways.runs([id])).map(runStep),
  ]
  return {
    kind: 'edition',
    id,
    title: `${head.digestName} of ${head.date}: ${head.subject || 'no subject yet'}`,
    verdict: `It is ${head.state}${Object.keys(counts).length > 0 ? `: ${tallied(counts)}` : ''}.`,
    steps: steps.map((step) => ({ ...step, tone: toneOf(step.outcome) })),
  }
}
