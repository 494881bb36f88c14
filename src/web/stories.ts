import type { FastifyReply, FastifyRequest } from 'fastify'
import { withPicture } from '../edition/picture.ts'
import type { StoryDay } from '../edition/story-view.ts'
import type { EditionState } from '../model.ts'
import { urlOf } from './editions.ts'
import { Refusal } from './refusal.ts'
import { param } from './route.ts'
import { askRobots, storyNow } from './served.ts'
import type { Web } from './server.ts'
import { siteFor } from './site.ts'

const DAYS_MAX = 30
const PUBLIC: readonly EditionState[] = ['frozen', 'sending', 'sent']

/** The public editions that told a story, the newest first. */
async function daysOf(storyId: string, { deps }: Web): Promise<StoryDay[]> {
  const { ways } = deps.store
  const names = [storyId, ...(await ways.formerIds(storyId))]
  const holdings = await ways.holdings(names, null, DAYS_MAX)
  return holdings
    .filter(({ state }) => PUBLIC.includes(state))
    .map(({ date, digest, editionId }) => ({ date, digest, url: urlOf({ id: editionId }) }))
}

/** The page of a story: everybody's, without a cookie, as its last summary left it. */
export function storyPage(web: Web) {
  const { renderer } = web.deps
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const { page, index } = await storyNow(param(request, 'id'), web.deps)
    if (!page) throw new Refusal(404, 'missing')
    askRobots(reply, { index })
    const card = withPicture(page.card, web.pictures)
    const site = await siteFor(web, request)
    const days = await daysOf(page.card.storyId, web)
    return reply.send(renderer.storyPage({ site, page: { ...page, card }, days }))
  }
}
