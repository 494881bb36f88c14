/** What the last full answer said of its version; sent back, an unchanged feed costs no body. */
export type Validators = { readonly etag: string | null; readonly lastModified: string | null }

/** Feeds first; pages too, since a page may name its feed. */
const ACCEPT =
  'application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, ' +
  'text/xml;q=0.9, text/html;q=0.8, */*;q=0.5'

/** The headers of one request on the way from `start`: a password in that URL goes to its own origin alone. */
export function requestHeaders(
  url: URL,
  start: URL,
  userAgent: string,
  validators?: Validators,
): Record<string, string> {
  const headers: Record<string, string> = {
    accept: ACCEPT,
    'accept-encoding': 'gzip, deflate, br',
    'user-agent': userAgent,
  }
  if (validators?.etag) headers['if-none-match'] = validators.etag
  if (validators?.lastModified) headers['if-modified-since'] = validators.lastModified
  if (url.origin === start.origin && (start.username || start.password)) {
    headers.authorization = basicCredentials(start)
  }
  return headers
}

/** `user:password@` of a URL as RFC 7617 sends it. */
function basicCredentials({ username, password }: URL): string {
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return `Basic ${Buffer.from(pair).toString('base64')}`
}
