import type { FastifyReply, FastifyRequest } from 'fastify'
import { longDate } from '../edition/dates.ts'
import { citedIn, withholdCard } from '../edition/withhold.ts'
import type { Found, FoundCard } from '../store/search.ts'
import { readKey, urlOf, writeKey } from './editions.ts'
import { Refusal } from './refusal.ts'
import { field, param } from './route.ts'
import { askRobots } from './served.ts'
import type { Web } from './server.ts'
import { homeOf, siteFor } from './site.ts'

/** Words of a question that are looked at, and letters of one. */
const WORDS_MAX = 8
const WORD_CHARS_MAX = 40
const QUERY_CHARS_MAX = 200

/** Looking through what was sent: by words, and by topic. Pages of everybody, without a cookie. */
export function searchPages(web: Web) {
  const { store, taxonomy } = web.deps

  return {
    async search(request: FastifyRequest, reply: FastifyReply) {
      const name = param(request, 'name')
      const digest = name === '' ? undefined : await store.digests.find(name)
      if (name !== '' && !digest) throw new Refusal(404, 'missing')
      const query = field(request.query, 'q').slice(0, QUERY_CHARS_MAX).trim()
      const words = wordsOf(query)
      const where = { digestId: digest?.id, before: readKey(field(request.query, 'before')) }
      const found: Found =
        words.length > 0 ? await store.search.byWords(words, where) : { cards: [], older: null }
      askRobots(reply, { index: false })
      const url = `${homeOf(digest)}search`
      return reply.send(
        web.pages.print('web/search', {
          ...{ site: await siteFor(web, request, digest), query, url, asked: words.length > 0 },
          ...(await resultsOf(found, web)),
          older: found.older && `${url}?${keyed({ q: query }, found.older)}`,
        }),
      )
    },

    async topic(request: FastifyRequest, reply: FastifyReply) {
      const topic = param(request, 'topic')
      const before = readKey(field(request.query, 'before'))
      const found = await store.search.byTopic(topic, { before })
      const isKnown = taxonomy.topics.some(({ name }) => name === topic)
      if (found.cards.length === 0 && !isKnown) throw new Refusal(404, 'missing')
      const { results, index } = await resultsOf(found, web)
      askRobots(reply, { index })
      return reply.send(
        web.pages.print('web/topic', {
          ...{ site: await siteFor(web, request), topic, results },
          older: found.older && `${topicUrl(topic)}?${keyed({}, found.older)}`,
        }),
      )
    },
  }
}

const topicUrl = (topic: string): string => `/topics/${encodeURIComponent(topic)}`

const keyed = (query: Record<string, string>, before: Parameters<typeof writeKey>[0]): string =>
  new URLSearchParams({ ...query, before: writeKey(before) }).toString()

/** What of a question is looked for: letters and digits. */
export const wordsOf = (query: string): string[] =>
  (query.normalize('NFC').match(/[\p{L}\p{M}\p{N}]+/gu) ?? [])
    .slice(0, WORDS_MAX)
    .map((word) => word.slice(0, WORD_CHARS_MAX))

/**
 * Each story once, with all the days it was told; nothing of what was taken down.
 *
 * @returns `index`: whether all who are named let search engines keep the page.
 */
async function resultsOf({ cards }: Found, { deps }: Web) {
  const restrictions = await deps.store.rights.restrictions(citedIn(cards.map(({ card }) => card)))
  const served = cards
    .map((one) => ({ ...one, card: withholdCard(one.card, restrictions, true) }))
    .filter(({ card }) => !card.withheld)
  const stories = new Map<string, FoundCard[]>()
  for (const one of served)
    stories.set(one.card.storyId, [...(stories.get(one.card.storyId) ?? []), one])
  const results = [...stories.values()].flatMap((told) => {
    const [newest] = told
    if (!newest) return []
    const { storyId, headline, topic, sourceCount } = newest.card
    return [
      {
        ...{ headline, topic, sourceCount },
        url: `/stories/${encodeURIComponent(storyId)}`,
        topicUrl: topicUrl(topic),
        days: told.map(({ id, date, digestName }) => {
          return { date, digestName, day: longDate(date, 'en'), url: urlOf({ id }) }
        }),
      },
    ]
  })
  const index = cards.every(({ card }) =>
    card.citations.every(({ articleId }) => restrictions.get(articleId)?.index !== false),
  )
  return { results, index }
}
