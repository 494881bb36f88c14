/**
 * The hosts of `bench/speed/round.ts`, in a process of their own so that its memory is not counted:
 * 127.0.1.1 and on, one domain each, a hundred feeds each, ten of them slow, dead or lying. Started
 * with the number of domains; tells its port, and on a line from stdin the log of requests so far.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { gzipSync } from 'node:zlib'

/** One request as its host saw it. Milliseconds of `Date.now`. */
export type Seen = {
  readonly domain: string
  readonly feed: number
  readonly at: number
  /** `null` while it is on its way. */
  end: number | null
  readonly conditional: boolean
  status: number
}

const ITEMS = 25
const SLOW_MS = 3_000
const MB = 1_024 * 1_024

const seen: Seen[] = []
const piece = Buffer.alloc(64 * 1_024, 'x')
const bomb = gzipSync(Buffer.alloc(64 * MB, ' '))

/** How the first feeds of every domain misbehave; the others are as they should be. */
const MISBEHAVIOURS: readonly ((response: ServerResponse, domain: string) => void)[] = [
  (response, domain) => void setTimeout(() => answerFeed(response, domain, 0), SLOW_MS),
  (response, domain) => drip(response, feedOf(domain, 1)),
  () => {}, // accepts and stays silent
  (response) => response.destroy(),
  (response) => response.writeHead(500).end('out of order'),
  (response, domain) => {
    const body = feedOf(domain, 5)
    response.writeHead(200, { 'content-length': body.length + 999 })
    response.write(body, () => response.destroy())
  },
  (response) => pour(response),
  (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
  (response) => response.writeHead(200, { 'content-length': 300 * MB }).end(piece),
  (response) => response.writeHead(302, { location: '/feed/9' }).end(),
]

const server = createServer((request, response) => {
  const domain = request.socket.localAddress ?? ''
  const feed = Number(request.url?.split('/')[2])
  const conditional = request.headers['if-none-match'] !== undefined
  const line: Seen = { domain, feed, at: Date.now(), end: null, conditional, status: 0 }
  seen.push(line)
  response.on('close', () => {
    line.end = Date.now()
    line.status = response.statusCode
  })
  const misbehave = MISBEHAVIOURS[feed]
  if (misbehave) misbehave(response, domain)
  else answer(request, response, domain, feed)
})

function answer(request: IncomingMessage, response: ServerResponse, domain: string, feed: number) {
  if (request.headers['if-none-match'] === etagOf(feed)) response.writeHead(304).end()
  else answerFeed(response, domain, feed)
}

function answerFeed(response: ServerResponse, domain: string, feed: number): void {
  const headers = {
    'content-type': 'application/rss+xml',
    'content-encoding': 'gzip',
    etag: etagOf(feed),
    'last-modified': 'Fri, 20 Nov 2026 06:00:00 GMT',
  }
  response.writeHead(200, headers).end(gzipSync(feedOf(domain, feed)))
}

const etagOf = (feed: number) => `"v1-${feed}"`

function feedOf(domain: string, feed: number): string {
  const items = Array.from({ length: ITEMS }, (_, i) => {
    const link = `https://paper.example/${domain}/${feed}/${i}`
    const text = `Item ${i} of feed ${feed} tells what happened on the quay. `.repeat(12)
    return `<item><title>Quay ${feed} ${i}</title><link>${link}</link><description>${text}</description></item>`
  })
  return `<rss version="2.0"><channel><title>Quay ${feed}</title>${items.join('')}</channel></rss>`
}

/** As slow as a host can be that still answers. */
function drip(response: ServerResponse, body: string): void {
  response.writeHead(200, { 'content-type': 'application/rss+xml' })
  const step = Math.ceil(body.length / 30)
  let at = 0
  const timer = setInterval(() => {
    response.write(body.slice(at, at + step))
    at += step
    if (at >= body.length) response.end()
  }, SLOW_MS / 30)
  response.on('close', () => clearInterval(timer))
}

function pour(response: ServerResponse): void {
  const more = () => {
    while (!response.destroyed) if (!response.write(piece)) return response.once('drain', more)
    return response
  }
  more()
}

server.listen(0, '0.0.0.0', () => console.log((server.address() as AddressInfo).port))
createInterface(process.stdin).on('line', () => console.log(JSON.stringify(seen.splice(0))))
process.stdin.on('end', () => process.exit())
