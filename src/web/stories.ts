import type { FastifyReply, FastifyRequest } from 'fastify'
import { withPicture } from '../edition/picture.ts'
import { Refusal } from './refusal.ts'
import { param } from './route.ts'
import { askRobots, storyNow } from './served.ts'
import type { Web } from './server.ts'
import { siteFor } from './site.ts'

/** The page of a story: everybody's, without a cookie, as its last summary left it. */
export function storyPage(web: Web) {
  const { renderer } = web.deps
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const { page, index } = await storyNow(param(request, 'id'), web.deps)
    if (!page) throw new Refusal(404, 'missing')
    askRobots(reply, { index })
    const card = withPicture(page.card, web.pictures)
    const site = await siteFor(web, request)
    return reply.send(renderer.storyPage({ site, page: { ...page, card } }))
  }
}
