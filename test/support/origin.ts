import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer as createTcpServer, type Socket } from 'node:net'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'

/** A small feed that every well-behaved path answers with. */
export const FEED = `<?xml version="1.0"?><rss version="2.0"><channel><title>Kelp Wire</title>
<link>https://kelpwire.example/</link><description>News of the shore</description>
<item><title>Harbour lights are back</title><link>https://kelpwire.example/1</link></item>
</channel></rss>`

type Respond = (response: ServerResponse, request: IncomingMessage, origin: Origin) => void

export type Request = { readonly path: string; readonly headers: IncomingMessage['headers'] }

/** A web server on 127.0.0.1 that misbehaves in one way per path, and keeps a log. */
export type Origin = {
  readonly url: (path: string) => string
  readonly port: number
  readonly requests: Request[]
  /** Bytes of endless bodies written before the client left. */
  written: number
  /** Replaces what a path answers, for good or for so many times. */
  on(path: string, respond: Respond, times?: number): void
  close(): Promise<void>
}

const RSS = { 'content-type': 'application/rss+xml; charset=utf-8' }
const feed: Respond = (response) => response.writeHead(200, RSS).end(FEED)
const redirect = (status: number, location: string): Respond => {
  return (response) => response.writeHead(status, { location }).end('moved')
}
const refuse = (status: number, headers: Record<string, string> = {}): Respond => {
  return (response) => response.writeHead(status, headers).end('<h1>no</h1>')
}
const coded = (coding: string, encode: (text: string) => Buffer): Respond => {
  return (response) => response.writeHead(200, { 'content-encoding': coding }).end(encode(FEED))
}

const MB = 1_024 * 1_024

/** 64 MB of spaces: 64 KB as gzip, which is what a bomb is. */
const BOMB = gzipSync(Buffer.alloc(64 * MB, ' '))

const BEHAVIOURS: Readonly<Record<string, Respond>> = {
  '/feed': feed,
  '/versioned': (response, request) => {
    const headers = { ...RSS, etag: '"v1"', 'last-modified': 'Fri, 20 Nov 2026 06:00:00 GMT' }
    const known = request.headers['if-none-match'] === '"v1"'
    response.writeHead(known ? 304 : 200, headers).end(known ? undefined : FEED)
  },
  '/unchanged-bare': refuse(304),
  '/fresh': (response) => response.writeHead(200, { 'cache-control': 'max-age=900' }).end(FEED),
  '/moved': redirect(301, '/feed'),
  '/moved-308': redirect(308, '/moved'),
  '/elsewhere-today': redirect(302, '/feed'),
  '/moved-then-302': redirect(301, '/elsewhere-today'),
  '/loop': redirect(302, '/loop'),
  '/redirect-ftp': redirect(301, 'ftp://files.example/feed'),
  '/redirect-metadata': redirect(302, 'http://169.254.169.254/latest/meta-data/'),
  '/redirect-nowhere': redirect(301, 'http://'),
  '/gone': refuse(410),
  '/missing': refuse(404),
  '/busy': refuse(429, { 'retry-after': '120' }),
  '/down': (response) => {
    const at = new Date(Date.now() + 3_600_000).toUTCString()
    response.writeHead(503, { 'retry-after': at }).end()
  },
  '/missing-today': refuse(404, { 'retry-after': '120' }),
  '/broken': refuse(500),
  '/silent': () => {},
  '/drip': (response) => {
    response.writeHead(200, RSS)
    const timer = setInterval(() => response.write(' '), 5)
    response.on('close', () => clearInterval(timer))
  },
  '/endless': (response, _request, origin) => pour(response, Infinity, origin),
  '/huge': (response, _request, origin) => pour(response, 300 * MB, origin),
  '/announced': (response, _request, origin) => {
    response.setHeader('content-length', 300 * MB)
    pour(response, 300 * MB, origin)
  },
  '/bomb': (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(BOMB),
  '/cut-short': (response) => {
    response.writeHead(200, { 'content-length': FEED.length + 1_000 })
    response.write(FEED, () => response.destroy())
  },
  '/gzip': coded('gzip', gzipSync),
  '/gzip-cut': coded('gzip', (text) => gzipSync(text).subarray(0, -8)),
  '/deflate': coded('deflate', deflateSync),
  '/deflate-raw': coded('deflate', deflateRawSync),
  '/br': coded('br', brotliCompressSync),
  '/coding-unknown': coded('UTF-8', Buffer.from),
  '/long-headers': (response) =>
    response.writeHead(200, { 'x-long': 'x'.repeat(40_000) }).end(FEED),
}

export async function startOrigin(): Promise<Origin> {
  const overrides = new Map<string, { readonly respond: Respond; left: number }>()
  const server = createServer((request, response) => {
    const path = request.url ?? '/'
    origin.requests.push({ path, headers: request.headers })
    const override = overrides.get(path)
    const isOverridden = override !== undefined && override.left-- > 0
    const respond = (isOverridden && override.respond) || BEHAVIOURS[path] || refuse(404)
    respond(response, request, origin)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const origin: Origin = {
    port,
    url: (path) => `http://127.0.0.1:${port}${path}`,
    requests: [],
    written: 0,
    on: (path, respond, times = Infinity) => overrides.set(path, { respond, left: times }),
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
  return origin
}

/** A server that answers every connection with the same bytes, valid HTTP or not. */
export async function startRawOrigin(answer: string): Promise<{ url: string; close(): void }> {
  const sockets = new Set<Socket>()
  const server = createTcpServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).once('data', () => socket.write(answer))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

/** Writes `total` bytes as fast as the client takes them, counting them in `origin.written`. */
function pour(response: ServerResponse, total: number, origin: Origin): void {
  const piece = Buffer.alloc(64 * 1_024, 'x')
  const more = () => {
    while (origin.written < total && !response.destroyed) {
      origin.written += piece.length
      if (!response.write(piece)) return response.once('drain', more)
    }
    return response.end()
  }
  more()
}
