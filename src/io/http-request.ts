/** What the last full answer said of its version; sent back, an unchanged feed costs no body. */
export type Validators = { readonly etag: string | null; readonly lastModified: string | null }

/** What the caller can use. A host that offers several forms of a thing sends the one asked for. */
export type Accepted = 'feed' | 'page' | 'image'

/** One thing to fetch, and how. */
export type HttpRequest = {
  readonly url: string
  readonly validators?: Validators | undefined
  /**
   * Headers of this source alone: a log-in, a cookie. Sent to the origin of `url` only, left out
   * where a redirect leads to another, and named in no error.
   */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** `http://` or `https://` proxy, credentials in it or not. Its own address may be private. */
  readonly proxy?: string | undefined
  readonly accept?: Accepted | undefined
  /** Whether robots.txt is obeyed, at every redirect: for pages and pictures, which no one offered us. */
  readonly robots?: boolean | undefined
  readonly signal?: AbortSignal | undefined
}

/** Feeds first; pages too, since a page may name its feed. */
const ACCEPT: Readonly<Record<Accepted, string>> = {
  feed:
    'application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, ' +
    'text/xml;q=0.9, text/html;q=0.8, */*;q=0.5',
  page: 'text/html, application/xhtml+xml, application/xml;q=0.8, */*;q=0.5',
  image: 'image/avif, image/webp, image/png, image/jpeg, image/gif, image/*;q=0.5',
}

/** What a source may not set: how the message is framed, and who asks. */
const OURS = new Set([
  ...['host', 'connection', 'content-length', 'transfer-encoding', 'upgrade', 'expect', 'te'],
  ...['keep-alive', 'proxy-authorization', 'proxy-connection', 'accept-encoding', 'user-agent'],
])

/** The headers of one request on the way from `start`: what is secret goes to its own origin alone. */
export function requestHeaders(
  url: URL,
  start: URL,
  userAgent: string,
  { validators, accept = 'feed', headers: own = {} }: HttpRequest,
): Record<string, string> {
  const headers: Record<string, string> = {
    accept: ACCEPT[accept],
    'accept-encoding': 'gzip, deflate, br',
    'user-agent': userAgent,
  }
  if (validators?.etag) headers['if-none-match'] = validators.etag
  if (validators?.lastModified) headers['if-modified-since'] = validators.lastModified
  if (url.origin !== start.origin) return headers
  if (start.username || start.password) headers.authorization = basicCredentials(start)
  for (const [name, value] of Object.entries(own))
    if (!OURS.has(name.toLowerCase())) headers[name.toLowerCase()] = value
  return headers
}

/** `user:password@` of a URL as RFC 7617 sends it. */
function basicCredentials({ username, password }: URL): string {
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return `Basic ${Buffer.from(pair).toString('base64')}`
}
