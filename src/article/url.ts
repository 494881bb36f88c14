import { getDomain } from 'tldts'
import { withoutTrackers } from './url-trackers.ts'
import { wrappedTarget } from './url-wrappers.ts'

/** Mobile hosts that serve every page of their desktop host at the same path. */
const MOBILE_HOST = /^(?:m|mobile|amp)\.(?=[^.]+\.[^.]+)/
const MOBILE_LABEL = /^([a-z]{2,3}(?:-[a-z]{2,4})?)\.m\.(?=[^.]+\.[^.]+)/

/** `/amp` at a path's end, `.amp` before or instead of its ending. */
const AMP_PATH = /(?:\/amp\/?|\.amp)$/
const AMP_HTML = /\.amp\.(html?)$/

/** A wrapper may hold a wrapper; what is not at its end after as many steps is a trap. */
const MAX_STEPS = 10

/** Longer ones are no addresses (RFC 9110 §4.1 asks for 8,000 octets at least). */
const LONGEST_URL = 8000

/**
 * A relative or absolute reference as an absolute http(s) URL, otherwise unchanged; `null` for
 * any other scheme and for what is no URL.
 */
export function resolveUrl(
  reference: string | null | undefined,
  base?: string | null,
): string | null {
  const text = reference?.trim() ?? ''
  if (text === '' || text.length > LONGEST_URL) return null
  const url = URL.parse(text, base ?? undefined)
  return url && (url.protocol === 'http:' || url.protocol === 'https:') ? url.href : null
}

/**
 * The one URL by which an article is known: redirect wrappers opened, AMP and mobile addresses
 * turned to the desktop page, trackers, fragment, default port and credentials gone, percent
 * encoding in its normal form. Equal articles reached by different links get equal URLs, and a
 * canonical URL is its own. A fragment that names a page (`#!/page`) stays. `null` as `resolveUrl`.
 */
export function canonicalUrl(
  reference: string | null | undefined,
  base?: string | null,
): string | null {
  const resolved = resolveUrl(reference, base)
  let href = resolved
  for (let step = 0; href !== null && step < MAX_STEPS; step++) {
    const next = simplify(href)
    if (next === href) return href
    href = next
  }
  return resolved
}

/** One step nearer to the canonical form. */
function simplify(href: string): string | null {
  const url = new URL(href)
  const target = resolveUrl(wrappedTarget(url))
  if (target !== null) return target
  fromAmp(url)
  if (!/^#!./.test(url.hash)) url.hash = ''
  url.username = ''
  url.password = ''
  url.hostname = url.hostname.replace(/\.$/, '')
  url.pathname = normalEncoding(url.pathname)
  url.search = normalEncoding(withoutTrackers(url.search))
  return resolveUrl(url.href)
}

/** Escapes in upper case, and none where none is needed (RFC 3986 §6.2.2). */
function normalEncoding(part: string): string {
  if (!part.includes('%')) return part
  return part.replace(/%([\da-f]{2})/gi, (triplet, hex: string) => {
    const char = String.fromCharCode(Number.parseInt(hex, 16))
    return /[\w.~-]/.test(char) ? char : triplet.toUpperCase()
  })
}

/** The host without `www.`, as a provider's domain is written; `null` for no URL. */
export function domainOf(url: string | null | undefined): string | null {
  const host = URL.parse(url ?? '')?.hostname
  return host ? host.replace(MOBILE_HOST, '').replace(/^www\./, '') : null
}

function fromAmp(url: URL): void {
  const isAmp = url.hostname.startsWith('amp.') || AMP_PATH.test(url.pathname)
  url.hostname = desktopHost(url.hostname)
  url.pathname = url.pathname.replace(AMP_HTML, '.$1')
  if (isAmp && url.pathname.length > '/amp/'.length) {
    url.pathname = url.pathname.replace(AMP_PATH, url.pathname.endsWith('/') ? '/' : '')
  }
}

/** `m.site.example` → `www.site.example`, `en.m.site.example` → `en.site.example`. */
function desktopHost(hostname: string): string {
  const bare = hostname.replace(MOBILE_HOST, '').replace(MOBILE_LABEL, '$1.')
  return MOBILE_HOST.test(hostname) && getDomain(bare) === bare ? `www.${bare}` : bare
}
