import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Deps } from '../../workers/stage.ts'
import { Refusal } from '../refusal.ts'
import { field, type Route } from '../route.ts'
import type { Stamp } from './room.ts'

/** How often it is looked whether something has changed. */
const LOOK_MS = 3_000
/** A line that says nothing, so that a connection that died is noticed. */
const QUIET_LOOKS = 7
/** Then the browser comes again, and whether it may is asked again. */
const STREAM_MS = 10 * 60_000
/** Tabs at once; each is a connection, and none costs more than that. */
const LISTENERS_MAX = 200

type Listener = {
  readonly parts: readonly string[]
  readonly stream: Readable
  /** Has just come: what changed since its page was made, nobody knows. */
  isNew: boolean
}

/**
 * Tells open pages which of their parts have changed (server-sent events, WHATWG HTML 9.2), and who has
 * just come that all may have. One timer serves all who listen, looks at what they listen to and at
 * nothing else, and rests when nobody does.
 */
export function liveRoute(
  app: FastifyInstance,
  deps: Deps,
  stamps: Readonly<Record<string, Stamp>>,
): Route {
  const listeners = new Set<Listener>()
  const known = new Map<string, string>()
  let timer: NodeJS.Timeout | null = null
  let looks = 0

  async function look(): Promise<void> {
    const present = [...listeners] // whoever comes while it looks waits for the next one
    const changed = await changedParts(present)
    looks++
    for (const listener of present) {
      const { parts, stream, isNew } = listener
      const news = isNew ? parts : parts.filter((part) => changed.has(part))
      listener.isNew = false
      if (news.length > 0) stream.push(`data: ${news.join(',')}\n\n`)
      else if (looks % QUIET_LOOKS === 0) stream.push(':\n\n')
    }
    timer = listeners.size > 0 ? setTimeout(look, LOOK_MS).unref() : null
    if (timer === null) known.clear()
  }

  async function changedParts(present: readonly Listener[]): Promise<Set<string>> {
    const changed = new Set<string>()
    for (const part of new Set(present.flatMap(({ parts }) => parts))) {
      const stamp = await stamps[part]?.(deps).catch((error: unknown) => {
        deps.log.warn('a part of the dashboard cannot be looked at', { part, error })
        return undefined
      })
      if (stamp === undefined) continue
      if (known.get(part) !== stamp) changed.add(part)
      known.set(part, stamp)
    }
    return changed
  }

  app.addHook('preClose', async () => {
    for (const { stream } of listeners) stream.push(null)
  })

  return {
    method: 'GET',
    url: '/admin/live',
    access: 'viewer',
    type: 'text/event-stream',
    summary: 'Tells which parts of a page have changed',
    async handle(request: FastifyRequest, reply: FastifyReply) {
      if (listeners.size >= LISTENERS_MAX) throw new Refusal(503, 'busy')
      const parts = field(request.query, 'parts')
        .split(',')
        .filter((part) => Object.hasOwn(stamps, part))
      if (parts.length === 0) return reply.code(204).send() // and do not come again
      const stream = new Readable({ read() {} })
      const listener = { parts, stream, isNew: true }
      const end = setTimeout(() => stream.push(null), STREAM_MS).unref()
      stream.once('close', () => {
        clearTimeout(end)
        listeners.delete(listener)
      })
      listeners.add(listener)
      timer ??= setTimeout(look, 0).unref()
      stream.push(`retry: ${LOOK_MS}\n\n`)
      return reply.send(stream)
    },
  }
}
