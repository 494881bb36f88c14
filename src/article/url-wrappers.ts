/** Hosts whose links lead elsewhere, the path of such links, and the parameters with the target. */
type Wrapper = {
  readonly host: RegExp
  readonly path: RegExp
  readonly parameters: readonly string[]
  /** How the target is written where it is more than percent-encoded. */
  readonly decode?: (value: string) => string | null
}

const ANY = /^\//

const WRAPPERS: readonly Wrapper[] = [
  // Search and news
  { host: /^(?:www\.)?google\.[a-z.]{2,6}$/, path: /^\/url$/, parameters: ['url', 'q'] },
  { host: /^news\.google\.[a-z.]{2,6}$/, path: /^\/news\/url$/, parameters: ['url'] },
  { host: /^(?:www\.)?googleadservices\.com$/, path: /^\/pagead\/aclk$/, parameters: ['adurl'] },
  { host: /^(?:www\.)?bing\.com$/, path: /^\/news\/apiclick\.aspx$/, parameters: ['url'] },
  { host: /^(?:www\.)?bing\.com$/, path: /^\/ck\/a$/, parameters: ['u'], decode: fromBing },
  { host: /^(?:www\.)?duckduckgo\.com$/, path: /^\/l\/$/, parameters: ['uddg'] },
  { host: /^flipboard\.com$/, path: /^\/redirect$/, parameters: ['url'] },
  { host: /^getpocket\.com$/, path: /^\/redirect$/, parameters: ['url'] },
  // Social networks
  { host: /^lm?\.facebook\.com$/, path: /^\/l\.php$/, parameters: ['u'] },
  { host: /^l\.(?:instagram|threads)\.(?:com|net)$/, path: ANY, parameters: ['u'] },
  { host: /^l\.messenger\.com$/, path: /^\/l\.php$/, parameters: ['u'] },
  { host: /^(?:www\.)?youtube\.com$/, path: /^\/redirect$/, parameters: ['q'] },
  {
    host: /^(?:www\.)?linkedin\.com$/,
    path: /^\/(?:redir\/redirect|safety\/go)$/,
    parameters: ['url'],
  },
  { host: /^out\.reddit\.com$/, path: ANY, parameters: ['url'] },
  { host: /^(?:m\.)?vk\.com$/, path: /^\/away(?:\.php)?$/, parameters: ['to'] },
  { host: /^t\.umblr\.com$/, path: /^\/redirect$/, parameters: ['z'] },
  { host: /^(?:www\.)?medium\.com$/, path: /^\/r\/?$/, parameters: ['url'] },
  { host: /^link\.zhihu\.com$/, path: ANY, parameters: ['target'] },
  { host: /^steamcommunity\.com$/, path: /^\/linkfilter\/?$/, parameters: ['u', 'url'] },
  { host: /^slack-redir\.net$/, path: /^\/link$/, parameters: ['url'] },
  // Protection of mail: Microsoft, Proofpoint, Barracuda, FireEye, Sophos
  { host: /\.safelinks\.protection\.outlook\.com$/, path: ANY, parameters: ['url'] },
  { host: /^urldefense\.proofpoint\.com$/, path: /^\/v1\/url$/, parameters: ['u'] },
  {
    host: /^urldefense\.proofpoint\.com$/,
    path: /^\/v2\/url$/,
    parameters: ['u'],
    decode: fromProofpoint2,
  },
  { host: /^linkprotect\.cudasvc\.com$/, path: /^\/url$/, parameters: ['a'] },
  { host: /^protect\d?\.fireeye\.com$/, path: /^\/(?:v1\/)?url$/, parameters: ['u'] },
  { host: /\.protection\.sophos\.com$/, path: ANY, parameters: ['u'], decode: fromBase64 },
  // Affiliate networks: Skimlinks, Rakuten, Awin, Sovrn
  { host: /^go\.(?:redirectingat|skimresources)\.com$/, path: ANY, parameters: ['url'] },
  { host: /^click\.linksynergy\.com$/, path: ANY, parameters: ['murl'] },
  { host: /^(?:www\.)?awin1\.com$/, path: /^\/cread\.php$/, parameters: ['ued', 'p'] },
  { host: /^redirect\.viglink\.com$/, path: ANY, parameters: ['u'] },
]

/** The target stands in the path. Amazon SES: `/L0/https:%2F%2Fsite%2F/1/…`. */
const SES = /^\/[A-Z]\d\/([^/]+)\//
/** Proofpoint v3: `/v3/__https://site/a*b__;Kw!!…`; each `*` is the next of the encoded letters. */
const PROOFPOINT_3 = /^\/v3\/__(.+?)__;([\w-]*)!/
/** AMP caches and viewers: `/c/s/site/page`, `/amp/s/site/page`; `s` means https. */
const AMP_CACHE = /^\/(?:[a-z]\/)?(s\/)?([^/]+\.[^/]+\/.*)$/
const AMP_CACHE_HOST = /\.cdn\.ampproject\.org$|\.bing-amp\.com$/
const AMP_VIEWER_HOST = /^(?:www\.)?(?:google\.[a-z.]{2,6}|bing\.com)$/

/**
 * What a redirect wrapper's link leads to, as it stands there: perhaps relative, perhaps of another
 * scheme, so not yet to be trusted. `null` for all other links, and for wrappers that keep the
 * target to themselves, such as t.co.
 */
export function wrappedTarget(url: URL): string | null {
  const { hostname, pathname } = url
  if (hostname.endsWith('.awstrack.me')) return percentDecoded(SES.exec(pathname)?.[1])
  if (hostname === 'urldefense.com' || hostname === 'urldefense.us') return fromProofpoint3(url)
  if (AMP_CACHE_HOST.test(hostname)) return ampTarget(url, pathname)
  if (AMP_VIEWER_HOST.test(hostname) && pathname.startsWith('/amp/'))
    return ampTarget(url, `/c${pathname.slice('/amp'.length)}`)
  const wrapper = WRAPPERS.find(({ host, path }) => host.test(hostname) && path.test(pathname))
  for (const name of wrapper?.parameters ?? []) {
    const value = url.searchParams.get(name)
    const target = value !== null && wrapper?.decode ? wrapper.decode(value) : value
    if (target !== null && /^https?:/i.test(target)) return target
  }
  return null
}

function ampTarget({ search }: URL, path: string): string | null {
  const match = AMP_CACHE.exec(path)
  return match && `${match[1] ? 'https' : 'http'}://${match[2]}${search}`
}

function fromBing(value: string): string | null {
  return value.startsWith('a1') ? fromBase64(value.slice(2)) : null
}

/** `-` stands for `%`, `_` for `/`. */
function fromProofpoint2(value: string): string | null {
  return percentDecoded(value.replaceAll('-', '%').replaceAll('_', '/'))
}

function fromProofpoint3({ href }: URL): string | null {
  const { pathname, search } = new URL(href)
  const match = PROOFPOINT_3.exec(pathname + search)
  if (!match) return null
  const letters = [...(fromBase64(match[2] ?? '') ?? '')]
  // Behind an escaped slash of the scheme some mail servers leave only one.
  const target = (match[1] ?? '').replace(/^(https?:)\/(?!\/)/i, '$1//')
  return target.replaceAll('*', () => letters.shift() ?? '*')
}

function percentDecoded(value: string | undefined): string | null {
  if (value === undefined) return null
  try {
    return decodeURIComponent(value)
  } catch {
    return null // not written by the wrapper: nothing to go by
  }
}

/** Of base64 in either alphabet, with or without its end; `null` for what is none. */
function fromBase64(value: string): string | null {
  try {
    const bytes = atob(value.replaceAll('-', '+').replaceAll('_', '/'))
    return new TextDecoder().decode(Uint8Array.from(bytes, (char) => char.charCodeAt(0)))
  } catch {
    return null // cut off or made up
  }
}
