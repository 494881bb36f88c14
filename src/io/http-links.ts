import { type Headers, header } from './http-caching.ts'

/** Where a feed's hub is and what the feed calls itself there, WebSub §4. */
export type Links = { readonly hubs: readonly string[]; readonly self: string | null }

/** Links read of one answer; a header of 32 KB has room for a thousand. */
const MOST_LINKS = 50
/** `<target>` and what follows it up to the comma before the next one, RFC 8288 §3. */
const LINK = /<([^<>]{1,2000})>([^<]{0,2000})/g
const REL = /;\s*rel\s*=\s*(?:"([^"]{0,200})"|([^\s;,"]{1,200}))/i

/** The hubs and the own name in `Link` headers, absolute; what is no http(s) URL is left out. */
export function parseLinks(headers: Headers, base: URL): Links {
  const { link } = headers
  const text = Array.isArray(link) ? link.join(', ') : (header(headers, 'link') ?? '')
  const links = [...text.matchAll(LINK)].slice(0, MOST_LINKS).flatMap(([, target = '', rest]) => {
    const rel = REL.exec(rest ?? '')
    const url = URL.parse(target.trim(), base.href)
    if (!rel || !url || !/^https?:$/.test(url.protocol)) return []
    const rels = (rel[1] ?? rel[2] ?? '').toLowerCase().split(/\s+/)
    return [{ url: url.href, rels }]
  })
  const named = (rel: string) => links.filter(({ rels }) => rels.includes(rel))
  return {
    hubs: [...new Set(named('hub').map(({ url }) => url))],
    self: named('self')[0]?.url ?? null,
  }
}
