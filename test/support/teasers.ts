import { type Origin, startOrigin } from './origin.ts'

/** One invented article of which a feed tells the beginning and a page the whole. */
export type Teaser = {
  readonly path: string
  readonly title: string
  readonly teaser: string
  /** Instant of publication; a full hour of lately by default. */
  readonly at?: string
}

export const TEASERS: readonly Teaser[] = [
  { path: '/weir', title: 'Weir at Tarn Mill gives way', teaser: 'The weir gave way on Monday…' },
  { path: '/kelp', title: 'Kelp farm doubles its harvest', teaser: 'The kelp farm off Sael…' },
]

const SUBJECTS = ['The mill', 'The council', 'A diver', 'The river office', 'An engineer']

/** The paragraphs of its page. */
export function paragraphsOf({ title }: Teaser): string[] {
  return SUBJECTS.map(
    (subject, n) =>
      `${subject} told of "${title}" in words of its own, number ${n}, and added that the work, which takes all winter, will be done by spring, whatever the weather.`,
  )
}

export const pageOf = (teaser: Teaser, head = ''): string =>
  `<!doctype html><html lang="en"><head><title>${teaser.title}</title>${head}</head><body>
  <nav><a href="/">Home</a></nav><article><h1>${teaser.title}</h1><p class="byline">By <a rel="author">Ann Reed</a></p>
  ${paragraphsOf(teaser)
    .map((text) => `<p>${text}</p>`)
    .join('\n')}</article><footer>© Tarn Post</footer></body></html>`

/** A server with one feed of teasers at `/feed`, and their pages as long as nothing replaces them. */
export async function serveTeasers(teasers: readonly Teaser[], now: string): Promise<Origin> {
  const origin = await startOrigin()
  setFeed(origin, teasers, now)
  for (const teaser of [...TEASERS, ...teasers])
    origin.on(teaser.path, (response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end(pageOf(teaser)),
    )
  return origin
}

export function setFeed(origin: Origin, teasers: readonly Teaser[], now: string): void {
  const today = new Date(Date.parse(now) - 3_600_000).toISOString().slice(0, 13)
  const items = teasers.map(
    ({ path, title, teaser, at = `${today}:00:00Z` }) =>
      `<item><title>${title}</title><link>${origin.url(path)}</link><guid>${origin.url(path)}</guid>
      <pubDate>${new Date(at).toUTCString()}</pubDate><description>${teaser}</description></item>`,
  )
  const feed = `<?xml version="1.0"?><rss version="2.0"><channel><title>Tarn Post</title>
    <link>${origin.url('/')}</link><description>News</description>${items.join('')}</channel></rss>`
  origin.on('/feed', (response) =>
    response.writeHead(200, { 'content-type': 'application/rss+xml' }).end(feed),
  )
}
