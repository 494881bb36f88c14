import { createServer, request as send } from 'node:http'
import { type AddressInfo, connect } from 'node:net'

export type Proxy = {
  readonly url: string
  /** What it was asked for, with the credentials it was shown. */
  readonly asked: { readonly target: string; readonly credentials: string | undefined }[]
  close(): Promise<void>
}

/** A forward proxy on 127.0.0.1 that brings every request to `port` here, whatever its host. */
export async function startProxy(port: number): Promise<Proxy> {
  const asked: Proxy['asked'] = []
  const server = createServer((request, response) => {
    const credentials = request.headers['proxy-authorization']
    asked.push({ target: request.url ?? '', credentials })
    const { pathname, search } = new URL(request.url ?? '')
    const { 'proxy-authorization': _, ...headers } = request.headers
    send({ port, host: '127.0.0.1', path: pathname + search, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    }).end()
  })
  server.on('connect', (request, client) => {
    const credentials = request.headers['proxy-authorization']
    asked.push({ target: request.url ?? '', credentials })
    const socket = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n')
      client.pipe(socket).pipe(client)
    })
    for (const end of [client, socket]) end.on('error', () => socket.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    asked,
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
