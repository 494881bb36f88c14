import type { Card } from '../model.ts'
import { safeUrl } from './escape.ts'

/** A link of an edition that leads nowhere, or to where another one leads already. */
export type LinkFault = {
  readonly url: string
  readonly headline: string
  readonly fault: 'no web address' | 'host without a dot' | 'cited by two stories'
}

export type LinkCheck = { readonly links: number; readonly faults: readonly LinkFault[] }

/** Looks at the links of printed cards, by their shape alone: nothing is asked of any host. */
export function checkLinks(cards: readonly Card[]): LinkCheck {
  const cited = cards.flatMap(({ headline, storyId, citations }) =>
    citations.map(({ url }) => ({ url, headline, storyId })),
  )
  const storiesOf = Map.groupBy(cited, ({ url }) => url)
  const faults = cited.flatMap(({ url, headline }): LinkFault[] => {
    const fault = faultOf(url)
    if (fault) return [{ url, headline, fault }]
    const stories = new Set(storiesOf.get(url)?.map(({ storyId }) => storyId))
    return stories.size > 1 ? [{ url, headline, fault: 'cited by two stories' }] : []
  })
  return { links: storiesOf.size, faults }
}

function faultOf(url: string): LinkFault['fault'] | null {
  if (safeUrl(url) === null || !URL.canParse(url)) return 'no web address'
  return new URL(url).hostname.includes('.') ? null : 'host without a dot'
}
