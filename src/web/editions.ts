import type { FastifyReply, FastifyRequest } from 'fastify'
import { longDate } from '../edition/dates.ts'
import { editionMarkdown } from '../edition/markdown.ts'
import { picturesIn } from '../edition/picture.ts'
import type { ArchiveEntry, Link } from '../edition/render.ts'
import type { Digest, Edition, EditionState } from '../model.ts'
import type { ArchiveKey, EditionLine } from '../store/archive.ts'
import type { EditionRecord } from '../store/editions.ts'
import { Refusal } from './refusal.ts'
import { field, param } from './route.ts'
import { askRobots, serveNow } from './served.ts'
import type { Web } from './server.ts'
import { homeOf, siteFor, siteOf } from './site.ts'

/** Earlier editions below the latest, and on a page of the archive. */
const BELOW_LATEST = 10
const ARCHIVE_PAGE = 30

/** `date.slot.id` of the last edition shown. */
const KEY = /^(\d{4}-\d{2}-\d{2})\.(\d{1,3})\.([a-z0-9]{1,40})$/

/** Pages of editions: everybody's, without a cookie. */
export function editionPages(web: Web) {
  const { store, renderer, publicUrl, config } = web.deps
  /** Who reads a file is a program, and no publisher learns of a reader. */
  const linked = picturesIn(config.IMAGES === 'off' ? 'off' : 'linked', '', '')

  const digestOf = async (request: FastifyRequest): Promise<Digest | undefined> => {
    const name = param(request, 'name')
    if (name === '') return undefined
    const digest = await store.digests.find(name)
    if (!digest) throw new Refusal(404, 'missing')
    return digest
  }

  const editionOf = async (request: FastifyRequest): Promise<EditionRecord> => {
    const edition = await store.editions.get(param(request, 'id'))
    if (!edition || !isPublic(edition)) throw new Refusal(404, 'missing')
    return edition
  }

  return {
    /** The latest edition of one digest or of all, and the ones before it. */
    async front(request: FastifyRequest, reply: FastifyReply) {
      const digest = await digestOf(request)
      const [latest, ...earlier] = await store.archive.list({
        limit: BELOW_LATEST + 1,
        digestId: digest?.id,
      })
      const edition = latest && (await store.editions.get(latest.id))
      const served = edition && (await serveNow(edition, true, web))
      if (served) askRobots(reply, served)
      return reply.send(
        renderer.frontPage({
          site: await siteFor(web, request, digest),
          latest: served ? { ...served, url: urlOf(served.edition) } : null,
          archive: earlier.map(toEntry),
        }),
      )
    },

    /** All editions, page by page. */
    async archive(request: FastifyRequest, reply: FastifyReply) {
      const digest = await digestOf(request)
      const before = readKey(field(request.query, 'before'))
      const found = await store.archive.list({
        limit: ARCHIVE_PAGE + 1,
        digestId: digest?.id,
        before,
      })
      const shown = found.slice(0, ARCHIVE_PAGE)
      const last = found.length > ARCHIVE_PAGE ? shown.at(-1) : undefined
      const url = `${homeOf(digest)}archive`
      return reply.send(
        web.pages.print('web/archive', {
          site: await siteFor(web, request, digest),
          entries: shown.map((line) => ({ ...toEntry(line), day: longDate(line.date, 'en') })),
          older: last ? `${url}?before=${writeKey(last)}` : null,
          newest: before ? url : null,
        }),
      )
    },

    async edition(request: FastifyRequest, reply: FastifyReply) {
      const edition = await editionOf(request)
      const { previous, next } = await store.archive.neighbours(edition)
      const served = await serveNow(edition, next === null, web)
      askRobots(reply, served)
      return reply.send(
        renderer.editionPage({
          site: await siteOf(web, request, served.edition),
          edition: served.edition,
          issue: served.issue,
          corrected: served.corrected,
          previous: previous && linkTo(previous),
          next: next && linkTo(next),
        }),
      )
    },

    /** The same as front-matter Markdown, which another house can read as a source. */
    async markdown(request: FastifyRequest, reply: FastifyReply) {
      const found = await editionOf(request)
      const { next } = await store.archive.neighbours(found)
      const served = await serveNow(found, next === null, { ...web, pictures: linked })
      const { edition, issue } = served
      if (!issue) throw new Refusal(404, 'missing')
      askRobots(reply, served)
      // Without the pool, which the file does not tell and would be copied.
      const head = { ...edition, pool: [] }
      return reply.send(editionMarkdown(head, issue, publicUrl() + urlOf(edition)))
    },
  }
}

export const urlOf = ({ id }: { readonly id: string }): string => `/editions/${id}`

const NOT_PUBLIC: readonly EditionState[] = ['draft', 'waiting', 'skipped']
const isPublic = ({ state }: Edition): boolean => !NOT_PUBLIC.includes(state)

const linkTo = (line: EditionLine): Link => ({ label: line.subject, url: urlOf(line) })

const toEntry = (line: EditionLine): ArchiveEntry => ({ ...line, url: urlOf(line) })

export const writeKey = ({ date, slot, id }: ArchiveKey): string => `${date}.${slot}.${id}`

/** @throws {Refusal} 400 for what is no key. */
export function readKey(text: string): ArchiveKey | undefined {
  if (text === '') return undefined
  const [, date, slot, id] = KEY.exec(text) ?? []
  if (date === undefined || slot === undefined || id === undefined)
    throw new Refusal(400, 'request')
  return { date, slot: Number(slot), id }
}
