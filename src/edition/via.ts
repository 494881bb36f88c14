import type { Card } from '../model.ts'
import { safeUrl } from './escape.ts'

/** A card whose links to sources go by way of others; an address that is no link stays as it is. */
export function withLinks(card: Card, via: (url: string) => string): Card {
  const link = (url: string) => (safeUrl(url)?.startsWith('http') ? via(url) : url)
  return {
    ...card,
    citations: card.citations.map((citation) => ({ ...citation, url: link(citation.url) })),
    sentences: card.sentences.map((sentence) => ({ ...sentence, link: link(sentence.link) })),
  }
}

/** Every address that cards link to. */
export const linksIn = (pool: readonly Card[]): readonly string[] => [
  ...new Set(
    pool.flatMap(({ citations, sentences }) => [
      ...citations.map(({ url }) => url),
      ...sentences.map(({ link }) => link),
    ]),
  ),
]
