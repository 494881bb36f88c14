import type { Clusterable } from '../../src/story/cluster.ts'

/** Invented events, each with words of its own; two are look-alikes, of one kind in two places. */
const EVENTS = [
  'bridge river Oderfeld flood engineers reopened traffic barrier concrete ferry commuters repair',
  'earthquake magnitude Tarvik coast tremor rescue collapsed villagers tents aftershock seismologist',
  'earthquake magnitude Belmora mountains miners trapped tunnel monastery landslide shaft drilling oxygen',
  'election parliament Kessland coalition ballot minister turnout recount opposition constitution',
  'football final Redhaven United penalty goalkeeper stadium champions trophy striker supporters',
  'central bank Norvania interest inflation governor currency mortgage lenders quarter economists',
  'telescope comet observatory astronomers orbit dust spectrum ice Halvard survey nucleus brightness',
  'strike dockworkers harbour Port Ellin union wages containers picket cargo shipping arbitration',
].map((words) => words.split(' '))

const HOUR_MS = 3_600_000
const START = Date.parse('2026-03-02T06:00:00.000Z')

export type Told = Clusterable & { readonly event: number }

/**
 * An invented log: articles on the events in turn, each in words of its own drawn from the event's
 * and from small talk. The same seed gives the same log.
 */
export function tellEvents(count: number, seed = 1, hoursApart = 1): Told[] {
  const random = createRandom(seed)
  return Array.from({ length: count }, (_, i) => {
    const event = Math.floor(random() * EVENTS.length)
    const words = EVENTS[event] ?? []
    const pick = () => words[Math.floor(random() * words.length)] ?? ''
    const sentence = () =>
      Array.from({ length: 9 }, () =>
        random() < 0.6 ? pick() : `filler${Math.floor(random() * 900)}`,
      )
    const at = new Date(START + i * hoursApart * HOUR_MS).toISOString()
    return {
      id: `a${i}`,
      provider: `paper${i % 5}.example`,
      publishedAt: random() < 0.1 ? null : at,
      title: [pick(), pick(), pick(), pick(), pick()].join(' '),
      text: `${Array.from({ length: 8 }, () => sentence().join(' ')).join('. ')}.`,
      event,
    }
  })
}

/** mulberry32. */
export function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}
