import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { listOutbox, readOutbox } from '../io/outbox.ts'
import { Refusal } from './refusal.ts'
import { param } from './route.ts'
import type { Web } from './server.ts'
import { siteFor } from './site.ts'

/** Mails listed: the newest. */
const LISTED = 50

/** Mails that went into files instead of out. They hold addresses: not for everybody. */
export function outboxPages(web: Web) {
  const folder = () => {
    if (web.outbox === null) throw new Refusal(404, 'missing')
    return web.outbox
  }

  const mailOf = async (request: FastifyRequest) => {
    const [editionId, deliveryId] = [param(request, 'editionId'), param(request, 'deliveryId')]
    const mail = await readOutbox(folder(), editionId, deliveryId)
    if (!mail) throw new Refusal(404, 'missing')
    return { mail, editionId, deliveryId, url: `/outbox/${editionId}/${deliveryId}` }
  }

  return {
    async list(request: FastifyRequest, reply: FastifyReply) {
      const messages = []
      for (const { editionId, deliveryId, at } of (await listOutbox(folder())).slice(0, LISTED)) {
        const mail = await readOutbox(folder(), editionId, deliveryId)
        if (!mail) continue
        const url = `/outbox/${editionId}/${deliveryId}`
        messages.push({ url, to: mail.to, subject: mail.subject, date: at })
      }
      const site = await siteFor(web, request)
      return reply.send(web.deps.renderer.outboxPage({ site, messages }))
    },

    async message(request: FastifyRequest, reply: FastifyReply) {
      const { mail, url } = await mailOf(request)
      const { html: _, date, ...shown } = mail
      return reply.send(
        web.deps.renderer.messagePage({
          site: await siteFor(web, request),
          outboxUrl: '/outbox',
          message: {
            ...shown,
            date: toInstant(date),
            htmlUrl: `${url}/html`,
            rawUrl: `${url}/raw`,
          },
        }),
      )
    },

    /** The HTML part as it was written; its policy lets it run nothing. */
    async html(request: FastifyRequest, reply: FastifyReply) {
      return reply.send((await mailOf(request)).mail.html)
    },

    async raw(request: FastifyRequest, reply: FastifyReply) {
      const { editionId, deliveryId } = await mailOf(request) // which also checks the names
      reply.header('content-disposition', `attachment; filename="${deliveryId}.eml"`)
      return reply.send(createReadStream(join(folder(), editionId, `${deliveryId}.eml`)))
    },
  }
}

/** A mail's date may be any text. */
function toInstant(date: string): string {
  const at = new Date(date)
  return (Number.isNaN(at.getTime()) ? new Date(0) : at).toISOString()
}
