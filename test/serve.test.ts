import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { closeServer } from '../src/serve.ts'

test('an answer that never ends does not keep a server from stopping', async () => {
  const server = Fastify({ forceCloseConnections: 'idle' })
  server.get('/', (_request, reply) => {
    reply.raw.write('it begins')
    return new Promise(() => undefined)
  })
  const response = await fetch(await server.listen({ port: 0, host: '127.0.0.1' }))
  const body = expect(response.text()).rejects.toThrow()
  await closeServer(server, 50)
  await body
})
