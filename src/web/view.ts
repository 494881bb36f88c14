import type { FastifyReply, FastifyRequest } from 'fastify'
import { readToken } from '../delivery/token.ts'
import { selectPersonal } from '../edition/issue.ts'
import { withPictures } from '../edition/picture.ts'
import { languageOf, sayToReader } from '../edition/reader-texts.ts'
import { citedIn, withholdEdition } from '../edition/withhold.ts'
import { Refusal } from './refusal.ts'
import { param } from './route.ts'
import type { Web } from './server.ts'
import { siteOf } from './site.ts'

/**
 * One reader's issue of an edition as a page: what the link in a mail shows. It names nobody and
 * leads to nothing that could be changed, so that it may be passed on.
 */
export function viewPage(web: Web, secret: string) {
  const { store, renderer } = web.deps
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const id = readToken(secret, 'view', param(request, 'token'))
    const [editionId = '', subscriptionId = ''] = id?.split('.') ?? []
    const edition = await store.editions.get(editionId)
    if (!edition) throw new Refusal(400, 'token')
    const subscription = await store.subscribers.subscription(subscriptionId)
    const restrictions = await store.rights.restrictions(citedIn(edition.pool))
    const shown = withholdEdition(edition, restrictions)
    const madeOf = await store.issues.sourceOf(editionId, subscriptionId)
    const issue = selectPersonal({
      pools: [...(await poolsOf(madeOf?.missed ?? [], store)), shown.pool],
      choices: madeOf ?? { topics: subscription?.topics ?? [] },
      heard: await store.issues.heard(madeOf?.heard ?? []),
      size: shown.size,
    })
    const locale = madeOf?.language ?? subscription?.language ?? 'en'
    const site = await siteOf(web, request, shown, sayToReader(languageOf(locale)))
    reply.header('x-robots-tag', 'noindex')
    return reply.send(
      renderer.editionPage({
        site,
        edition: shown,
        issue: issue && withPictures(issue, web.pictures),
        locale,
      }),
    )
  }
}

/** Pools of editions that the issue made up for, as they may be shown now. */
const poolsOf = (ids: readonly string[], { editions, rights }: Web['deps']['store']) =>
  Promise.all(
    ids.map(async (id) => {
      const edition = await editions.get(id)
      if (!edition) return []
      return withholdEdition(edition, await rights.restrictions(citedIn(edition.pool))).pool
    }),
  )
