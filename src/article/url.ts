/**
 * Query parameters that say how a reader got here, never what the page is. Sources: the vendors'
 * own documentation of each parameter, by group.
 */
const TRACKERS: ReadonlySet<string> = new Set([
  // Click ids: Google Ads, DoubleClick, Meta, Microsoft, X, TikTok, LinkedIn, Yandex, Instagram
  ...['gclid', 'gclsrc', 'gbraid', 'wbraid', 'dclid', 'fbclid', 'msclkid', 'twclid', 'ttclid'],
  ...['li_fat_id', 'yclid', 'ysclid', 'igshid', 'igsh', 'srsltid', '_openstat'],
  // Mail: Mailchimp, HubSpot, Marketo, Klaviyo, Vero, Drip, Omnisend
  ...['mc_cid', 'mc_eid', '_hsenc', '_hsmi', '__hssc', '__hstc', '__hsfp', 'hsctatracking'],
  ...['mkt_tok', '_ke', '_kx', 'vero_id', 'vero_conv', '__s', 'omnisendcontactid'],
  // Web analytics: Google Analytics linker, Adobe, Webtrends, AT Internet
  ...['_ga', '_gl', 's_cid', 'wt_mc', 'wt.mc_id', 'xtor', 'at_medium', 'at_campaign'],
  // News sites' own share and feed marks
  ...['smid', 'smtyp', 'cmpid', 'ito', 'ocid', 'ncid', 'sr_share', 'guccounter', 'guce_referrer'],
  ...['guce_referrer_sig', 'ftag', 'feedtype', 'feedname', 'soc_src'],
  ...['soc_trk', '__twitter_impression', 'ref_src', 'ref_url', 'spm'],
])

/** Urchin/GA (utm_), Matomo and Piwik (mtm_, pk_), Adobe (ns_), HubSpot (hsa_), BBC (at_). */
const TRACKER_PREFIX = /^(?:utm_|mtm_|pk_|piwik_|matomo_|hsa_|oly_|ns_|at_custom)/

/** Links of these pages lead elsewhere: host and path, and the parameters that hold the target. */
const WRAPPERS: readonly {
  readonly host: RegExp
  readonly path: RegExp
  readonly parameters: readonly string[]
}[] = [
  { host: /^(?:www\.)?google\.[a-z.]{2,6}$/, path: /^\/url$/, parameters: ['url', 'q'] },
  { host: /^lm?\.facebook\.com$/, path: /^\/l\.php$/, parameters: ['u'] },
  { host: /^l\.instagram\.com$/, path: /^\/$/, parameters: ['u'] },
  { host: /^(?:www\.)?bing\.com$/, path: /^\/news\/apiclick\.aspx$/, parameters: ['url'] },
  { host: /^(?:www\.)?youtube\.com$/, path: /^\/redirect$/, parameters: ['q'] },
  { host: /^(?:www\.)?linkedin\.com$/, path: /^\/redir\/redirect$/, parameters: ['url'] },
  { host: /^out\.reddit\.com$/, path: /^\//, parameters: ['url'] },
  { host: /^(?:www\.)?duckduckgo\.com$/, path: /^\/l\/$/, parameters: ['uddg'] },
  { host: /\.safelinks\.protection\.outlook\.com$/, path: /^\//, parameters: ['url'] },
]

/** Mobile hosts that serve every page of their desktop host at the same path. */
const MOBILE_HOST = /^(?:m|mobile|amp)\.(?=[^.]+\.[^.]+)/
const MOBILE_LABEL = /^([a-z]{2,3}(?:-[a-z]{2,4})?)\.m\.(?=[^.]+\.[^.]+)/

/** `/amp` at a path's end, `.amp` before or instead of its ending. */
const AMP_PATH = /(?:\/amp\/?|\.amp)$/
const AMP_HTML = /\.amp\.(html?)$/
const AMP_PARAMETERS: ReadonlySet<string> = new Set(['amp', '_amp', 'amp_js_v'])

/** A wrapper may hold a wrapper; a chain longer than this is a trap. */
const WRAPPER_DEPTH = 3

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
 * turned to the desktop page, trackers, fragment, default port and credentials gone. Equal articles reached by different links get equal URLs. `null` as `resolveUrl`.
 */
export function canonicalUrl(
  reference: string | null | undefined,
  base?: string | null,
): string | null {
  const resolved = resolveUrl(reference, base)
  if (resolved === null) return null
  const url = fromAmp(unwrap(new URL(resolved)))
  url.hash = ''
  url.username = ''
  url.password = ''
  url.hostname = url.hostname.replace(/\.$/, '')
  dropTrackers(url)
  return url.href
}

/** The host without `www.`, as a provider's domain is written; `null` for no URL. */
export function domainOf(url: string | null | undefined): string | null {
  const host = URL.parse(url ?? '')?.hostname
  return host ? host.replace(MOBILE_HOST, '').replace(/^www\./, '') : null
}

function unwrap(outer: URL): URL {
  let url = outer
  for (let depth = 0; depth < WRAPPER_DEPTH; depth++) {
    const inner = targetOf(url)
    if (inner === null) break
    url = inner
  }
  return url
}

function targetOf(url: URL): URL | null {
  const wrapper = WRAPPERS.find((w) => w.host.test(url.hostname) && w.path.test(url.pathname))
  for (const name of wrapper?.parameters ?? []) {
    const target = resolveUrl(url.searchParams.get(name))
    if (target !== null) return new URL(target)
  }
  return null
}

function fromAmp(wrapped: URL): URL {
  const url = fromAmpCache(wrapped)
  const isAmp = url.hostname.startsWith('amp.') || AMP_PATH.test(url.pathname)
  url.hostname = desktopHost(url.hostname)
  url.pathname = url.pathname.replace(AMP_HTML, '.$1')
  if (isAmp && url.pathname.length > '/amp/'.length) {
    url.pathname = url.pathname.replace(AMP_PATH, url.pathname.endsWith('/') ? '/' : '')
  }
  return url
}

/** `m.site.example` → `www.site.example`, `en.m.site.example` → `en.site.example`. */
function desktopHost(hostname: string): string {
  const bare = hostname.replace(MOBILE_HOST, '').replace(MOBILE_LABEL, '$1.')
  return MOBILE_HOST.test(hostname) && bare.split('.').length === 2 ? `www.${bare}` : bare
}

/** `www-site-example.cdn.ampproject.org/c/s/www.site.example/page`: the path holds the page. */
function fromAmpCache(url: URL): URL {
  const isCache = url.hostname.endsWith('.cdn.ampproject.org')
  const isViewer = /^(?:www\.)?google\.[a-z.]{2,6}$/.test(url.hostname)
  const match = /^\/(?:[a-z]\/)?(s\/)?([^/]+\.[^/]+\/.*)$/.exec(
    isViewer ? url.pathname.replace(/^\/amp\//, '/c/') : url.pathname,
  )
  const isWrapped = isCache || (isViewer && url.pathname.startsWith('/amp/'))
  if (!isWrapped || !match) return url
  const page = URL.parse(`${match[1] ? 'https' : 'http'}://${match[2]}${url.search}`)
  return page ?? url
}

/** Works on the query as written: parsing and printing it again would change sound addresses. */
function dropTrackers(url: URL): void {
  const parts = url.search.slice(1).split('&')
  url.search = parts.filter((part) => part !== '' && !isTracker(part)).join('&')
}

function isTracker(part: string): boolean {
  const [name = '', value = ''] = part.toLowerCase().split('=', 2)
  if (name === 'outputtype') return value === 'amp'
  return TRACKERS.has(name) || TRACKER_PREFIX.test(name) || AMP_PARAMETERS.has(name)
}
