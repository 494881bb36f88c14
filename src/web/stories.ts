import type { FastifyReply, FastifyRequest } from 'fastify'
import { withPicture } from '../edition/picture.ts'
import { withholdStoryPage } from '../edition/withhold-story.ts'
import { Refusal } from './refusal.ts'
import { param } from './route.ts'
import { askRobots } from './served.ts'
import type { Web } from './server.ts'
import { siteFor } from './site.ts'

/** The page of a story: everybody's, without a cookie, as its last summary left it. */
export function storyPage(web: Web) {
  const { store, renderer } = web.deps
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const page = await store.stories.page(param(request, 'id'))
    if (!page) throw new Refusal(404, 'missing')
    const ids = [...page.card.citations, ...page.timeline].map(({ articleId }) => articleId)
    const restrictions = await store.rights.restrictions([...new Set(ids)])
    const { page: shown, index } = withholdStoryPage(page, restrictions)
    if (!shown) throw new Refusal(404, 'missing')
    askRobots(reply, { index })
    const card = withPicture(shown.card, web.pictures)
    const site = await siteFor(web, request)
    return reply.send(renderer.storyPage({ site, page: { ...shown, card } }))
  }
}
