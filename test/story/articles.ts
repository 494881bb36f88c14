import type { Article } from '../../src/model.ts'

export const NOW = '2026-11-20T06:00:00.000Z'
const HOUR = 3_600_000

export const hoursAgo = (hours: number) => new Date(Date.parse(NOW) - hours * HOUR).toISOString()

export const provider = (name: string) => ({
  name,
  domain: `${name.toLowerCase().replaceAll(' ', '-')}.example`,
})

/** An article with all fields; a test gives those it is about. */
export function article(id: string, given: Partial<Article> = {}): Article {
  return {
    id,
    seq: null,
    sourceId: 's1',
    url: `https://orbit.example/${id}`,
    title: 'Harbour bridge reopens to traffic after repairs',
    author: 'Ada Lind',
    provider: provider('Orbit'),
    publishedAt: hoursAgo(3),
    undated: false,
    firstSeenAt: hoursAgo(2),
    language: 'en',
    excerpt: '',
    text: '',
    textSha256: `sha-of-${id}`,
    version: 1,
    excerptOnly: false,
    images: [],
    topics: [],
    given: { quality: null, heat: null, related: [] },
    quality: 60,
    qualityParts: [],
    duplicateOf: null,
    backfill: false,
    ...given,
  }
}
