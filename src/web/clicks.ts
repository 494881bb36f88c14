import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { clickKey, readClick } from '../delivery/clicks.ts'
import { safeUrl } from '../edition/escape.ts'
import { linksIn } from '../edition/via.ts'
import { citedIn, withholdEdition } from '../edition/withhold.ts'
import type { Click } from '../store/clicks.ts'
import { networkOf } from './guesses.ts'
import { Refusal } from './refusal.ts'
import { param } from './route.ts'
import type { Web } from './server.ts'
import { createSieve, isPerson } from './sieve.ts'

/** Editions whose links are at hand, and for how long: take-downs reach them soon. */
const EDITIONS_MAX = 8
const KEPT_MS = 60_000
const FLUSH_MS = 10_000

type Links = { readonly urls: ReadonlyMap<string, string>; readonly counts: boolean }
type Kept = { readonly at: number; readonly links: Promise<Links | null> }

/**
 * Leads from a link of a mail to its source, and counts that, where the digest wants it: per edition
 * and link, without a cookie, and without anything of who asked. It leads to nothing that does not
 * stand in the edition.
 */
export function clickPages(app: FastifyInstance, { deps }: Pick<Web, 'deps'>, secret: string) {
  const { store, log } = deps
  const sieve = createSieve<Click>()
  const editions = new Map<string, Kept>()

  const linksOf = (editionId: string, nowMs: number): Promise<Links | null> => {
    const known = editions.get(editionId)
    if (known && nowMs - known.at < KEPT_MS) return known.links
    const links = readLinks(editionId)
    links.catch(() => editions.delete(editionId))
    editions.delete(editionId)
    editions.set(editionId, { at: nowMs, links })
    const oldest = editions.size > EDITIONS_MAX ? editions.keys().next().value : undefined
    if (oldest !== undefined) editions.delete(oldest)
    return links
  }

  const readLinks = async (editionId: string): Promise<Links | null> => {
    const edition = await store.editions.get(editionId)
    if (!edition?.frozenAt) return null
    const { pool } = withholdEdition(
      edition,
      await store.rights.restrictions(citedIn(edition.pool)),
    )
    const digest = await store.digests.find(edition.digestId)
    const urls = new Map(linksIn(pool).map((url) => [clickKey(url), url]))
    return { urls, counts: digest?.countClicks ?? false }
  }

  const flush = async (nowMs: number) => {
    const clicks = sieve.take(nowMs)
    await store.clicks
      .add(clicks)
      .catch((error: unknown) => log.warn('clicks were not counted', { error }))
  }
  const timer = setInterval(() => void flush(Date.now()), FLUSH_MS).unref()
  app.addHook('onClose', async () => {
    clearInterval(timer)
    await flush(Number.POSITIVE_INFINITY)
  })

  return async (request: FastifyRequest, reply: FastifyReply) => {
    const link = readClick(secret, param(request, 'token'))
    if (!link) throw new Refusal(400, 'token')
    const nowMs = Date.now()
    const links = await linksOf(link.editionId, nowMs)
    const url = safeUrl(links?.urls.get(link.key) ?? '')
    if (!links || url === null) throw new Refusal(404, 'missing')
    if (links.counts && isPerson(request.method, request.headers))
      sieve.note(
        networkOf(request.ip),
        `${link.editionId}.${link.key}`,
        { editionId: link.editionId, url },
        nowMs,
      )
    return reply.redirect(url, 302)
  }
}
