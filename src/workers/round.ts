import { domainOf } from '../io/http-budget.ts'
import type { Key } from './stage.ts'

type Due = { readonly id: string; readonly url: string; readonly fetches: number }

/**
 * The order in which sources are read: one of every domain, then the next of every domain, so that
 * the many of one do not stand before the few of others.
 *
 * @param mostOfOne sources of one domain that are taken: more than its budget serves until the next
 *   round would only wait, in the way of those that fall due meanwhile.
 */
export function selectRound(due: readonly Due[], mostOfOne = Infinity): Key[] {
  const places = new Map<string, number>()
  const placed = due.flatMap(({ id, url, fetches }) => {
    const domain = domainOfSource(url)
    const place = places.get(domain) ?? 0
    places.set(domain, place + 1)
    return place < mostOfOne ? [{ place, key: { id, version: fetches + 1 } }] : []
  })
  return placed.sort((a, b) => a.place - b.place).map(({ key }) => key)
}

/** A folder is a domain of its own. */
function domainOfSource(url: string): string {
  const host = URL.parse(url)?.hostname
  return host ? domainOf(host) : url
}
