import type { FastifyReply, FastifyRequest } from 'fastify'
import { colourSheetOf } from '../edition/brand.ts'
import { Refusal } from './refusal.ts'
import { param } from './route.ts'
import type { Web } from './server.ts'

/** A year: the address changes with what it shows. */
const CACHED = 'public, max-age=31536000'

/** How a digest looks, for its pages and mails. */
export function brandPages({ deps: { store } }: Pick<Web, 'deps'>) {
  const digestOf = async (request: FastifyRequest) => {
    const digest = await store.digests.find(param(request, 'name'))
    if (!digest) throw new Refusal(404, 'missing')
    return digest
  }
  return {
    async colours(request: FastifyRequest, reply: FastifyReply) {
      const sheet = colourSheetOf(await digestOf(request))
      return reply.header('cache-control', CACHED).send(sheet)
    },

    async logo(request: FastifyRequest, reply: FastifyReply) {
      const logo = await store.brands.logo((await digestOf(request)).id)
      if (!logo) throw new Refusal(404, 'missing')
      return (
        reply
          .type(logo.type)
          .header('cache-control', CACHED)
          // Webmail shows it on pages of its own.
          .header('cross-origin-resource-policy', 'cross-origin')
          .send(Buffer.from(logo.bytes))
      )
    },
  }
}
