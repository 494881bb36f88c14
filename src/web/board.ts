import { createBullBoard } from '@bull-board/api'
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter'
import { FastifyAdapter } from '@bull-board/fastify'
import type { FastifyInstance } from 'fastify'
import type { Deps } from '../workers/stage.ts'
import type { Mount } from './mount.ts'
import { actorOf } from './route.ts'

/** Asks for a font of another host, which the policy forbids; without it the page says nothing. */
const OUTSIDE_FONTS = /<link href="https:\/\/fonts\.[^>]*>\s*/g

/** How much of an address the audit log tells. */
const PATH_CHARS_MAX = 200

/** The queues as BullMQ sees them, at `prefix`. Access is the server's to check; changes are audited here. */
export async function mountBoard(
  app: FastifyInstance,
  prefix: string,
  { base }: Mount,
  { queues, store, clock }: Pick<Deps, 'queues' | 'store' | 'clock'>,
): Promise<void> {
  const adapter = new FastifyAdapter()
  adapter.setBasePath(base + prefix)
  createBullBoard({
    queues: queues.list().map((queue) => new BullMQAdapter(queue)),
    serverAdapter: adapter,
    options: {
      uiConfig: {
        boardTitle: 'Daily Dose',
        hideDocsLink: true,
        miscLinks: [{ text: 'Dashboard', url: `${base}/admin` }],
      },
    },
  })
  await app.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      const changes = [route.method].flat().some((method) => !/^(?:GET|HEAD)$/.test(method))
      route.config = { ...route.config, access: changes ? 'operator' : 'viewer', policy: 'board' }
    })
    scope.addHook('onSend', async (_request, reply, payload) =>
      typeof payload === 'string' && String(reply.getHeader('content-type')).startsWith('text/html')
        ? payload.replace(OUTSIDE_FONTS, '')
        : payload,
    )
    // Before the answer leaves: who is told that a change was made can read who made it.
    scope.addHook('onSend', async (request, reply, payload) => {
      if (/^(?:GET|HEAD)$/.test(request.method) || reply.statusCode >= 400) return payload
      const path = request.url.slice(prefix.length, prefix.length + PATH_CHARS_MAX)
      const done = { method: request.method }
      await store.audit.write(actorOf(request), 'queue raw', path, done, clock.now())
      return payload
    })
    await scope.register(adapter.registerPlugin(), { prefix })
  })
}
