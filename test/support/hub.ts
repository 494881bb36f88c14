import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

type Subscription = { readonly callback: string; readonly secret: string; readonly lease: number }

/** A WebSub hub: it verifies intents, remembers who subscribes, and signs what it delivers. */
export type Hub = {
  readonly url: string
  /** Forms it was sent, in order. */
  readonly asked: URLSearchParams[]
  /** By topic, once verified. */
  readonly subscriptions: Map<string, Subscription>
  /** Statuses with which the callback answered verifications. */
  readonly verified: number[]
  /** What it answers subscribers with; 202 unless a test wants otherwise. */
  status: number
  /** Seconds it grants, whatever was asked for. */
  lease: number
  /** Asks whether the subscriber means it, before or after it answers; `false` leaves that to the test. */
  verifies: boolean | 'first'
  verify(
    mode: string,
    topic: string,
    callback: string,
    more?: Record<string, string>,
  ): Promise<string>
  /** Delivers to the subscriber of a topic; the status it is answered with. */
  deliver(topic: string, body: string, signature?: Signature): Promise<number>
  close(): Promise<void>
}

/** `algorithm` of a right signature, or a header of the test's own; `null` for none. */
type Signature = { readonly algorithm?: string; readonly header?: string | null }

/** @param reach turns a public callback address into one on this machine. */
export async function startHub(reach: (callback: string) => string): Promise<Hub> {
  const pending = new Set<Promise<unknown>>()
  const server = createServer(async (request, response) => {
    const form = new URLSearchParams(await text(request))
    hub.asked.push(form)
    const verify = hub.status < 300 && hub.verifies
    if (verify === 'first') await settle(form)
    response.writeHead(hub.status).end()
    if (verify !== true) return
    const work = settle(form)
    pending.add(work)
    await work.finally(() => pending.delete(work))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  async function settle(form: URLSearchParams): Promise<void> {
    const said = (name: string) => form.get(`hub.${name}`) ?? ''
    const [mode, topic, callback] = [said('mode'), said('topic'), said('callback')]
    const echoed = await hub.verify(mode, topic, callback, { 'hub.lease_seconds': `${hub.lease}` })
    if (echoed !== 'a challenge') return
    if (mode === 'unsubscribe') hub.subscriptions.delete(topic)
    else hub.subscriptions.set(topic, { callback, secret: said('secret'), lease: hub.lease })
  }

  const hub: Hub = {
    url: `http://127.0.0.1:${port}/`,
    asked: [],
    subscriptions: new Map(),
    verified: [],
    status: 202,
    lease: 864_000,
    verifies: true,
    async verify(mode, topic, callback, more = {}) {
      const query = new URLSearchParams({
        'hub.mode': mode,
        'hub.topic': topic,
        'hub.challenge': 'a challenge',
        ...more,
      })
      const answer = await fetch(`${reach(callback)}?${query}`)
      hub.verified.push(answer.status)
      return answer.ok ? answer.text() : ''
    },
    async deliver(topic, body, { algorithm = 'sha256', header } = {}) {
      const { callback = '', secret = '' } = hub.subscriptions.get(topic) ?? {}
      const right = `${algorithm}=${createHmac(algorithm, secret).update(body).digest('hex')}`
      const signature = header === undefined ? right : header
      const headers = {
        'content-type': 'application/rss+xml',
        ...(signature !== null && { 'x-hub-signature': signature }),
      }
      return (await fetch(reach(callback), { method: 'POST', body, headers })).status
    },
    async close() {
      await Promise.all(pending)
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return hub
}
