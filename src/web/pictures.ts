import { join } from 'node:path'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { readPicture } from '../edition/picture.ts'
import { createPictures } from '../io/pictures.ts'
import { Refusal } from './refusal.ts'
import { param } from './route.ts'
import type { Web } from './server.ts'

/** A week: a picture does not change, but a take-down must not take longer to reach readers. */
const CACHED = 'public, max-age=604800'

/**
 * Pictures of publishers as this house passes them on: only those that it has put into an edition,
 * as long as their article may show them.
 */
export function picturePages({ deps }: Pick<Web, 'deps'>, secret: string) {
  const { config, http, clock, store } = deps
  const pictures = createPictures({ dir: join(config.DATA_DIR, 'pictures'), http, clock })

  return async (request: FastifyRequest, reply: FastifyReply) => {
    const ref = readPicture(secret, param(request, 'signature'), param(request, 'encoded'))
    if (!ref || config.IMAGES !== 'proxied') throw new Refusal(404, 'missing')
    if (!(await store.rights.mayShowPicture(ref.articleId))) throw new Refusal(410, 'missing')
    const picture = await pictures.get(ref.url)
    if (picture === 'later') throw new Refusal(503, 'busy')
    if (picture === 'none') throw new Refusal(404, 'missing')
    return (
      reply
        .type(picture.type)
        .header('cache-control', CACHED)
        // Webmail and feed readers show it on pages of theirs.
        .header('cross-origin-resource-policy', 'cross-origin')
        .send(Buffer.from(picture.bytes))
    )
  }
}
