import { z } from 'zod'
import { DoseError } from '../errors.ts'
import type { Article, Member } from '../model.ts'
import type { Explanation } from '../story/rank.ts'
import { loadCandidates, withArticles } from '../workers/candidates.ts'
import type { Deps } from '../workers/stage.ts'
import { columns, command } from './command.ts'
import { wholeNumber } from './inputs.ts'

const DAY_MS = 86_400_000
const key = z.object({ id: z.string().describe('Id of the story') })

async function findStory({ store }: Pick<Deps, 'store'>, id: string) {
  const story = await store.stories.get(id)
  if (!story) throw new DoseError('NOT_FOUND', `story ${id}`)
  return story
}

export const list = command({
  name: 'story list',
  summary: 'List the stories, the newest first.',
  input: z.object({
    limit: wholeNumber(1, 10_000).default(50).describe('How many'),
  }),
  positional: [],
  changes: false,
  async run({ limit }, { deps, out }) {
    for (const row of await deps.store.stories.list(limit))
      out({
        id: row.id,
        headline: row.headline,
        topics: row.topics,
        articles: row.articles,
        firstSeenAt: row.first_seen_at,
        lastSeenAt: row.last_seen_at,
      })
    return 0
  },
  show: columns('id', 'articles', 'headline', 'topics'),
})

export const show = command({
  name: 'story show',
  summary: 'Show a story: its sentences with their sources, and its articles.',
  input: key,
  positional: ['id'],
  changes: false,
  async run({ id }, { deps, out }) {
    const story = await findStory(deps, id)
    const articles = await deps.store.articles.many(await deps.store.stories.members(id))
    out({
      id,
      headline: story.headline,
      topics: story.topics,
      sentences: story.sentences,
      articles: articles.map(brief),
    })
    return 0
  },
  show: (row) => {
    const articles = row.articles as ReturnType<typeof brief>[]
    const number = new Map(articles.map((article, i) => [article.id, i + 1]))
    const sentences = row.sentences as { text: string; articleId: string; support: string[] }[]
    const told = sentences.map(({ text, articleId, support }) => {
      const cited = [articleId, ...support].map((one) => `[${number.get(one) ?? '?'}]`)
      return `  ${text} ${cited.join('')}`
    })
    const sources = articles.map(
      ({ provider, title, url }, i) => `  [${i + 1}] ${provider}: ${title} ${url}`,
    )
    return [String(row.headline), ...told, ...sources].join('\n')
  },
})

const brief = (article: Article) => ({
  id: article.id,
  provider: article.provider.name,
  title: article.title,
  url: article.url,
  publishedAt: article.publishedAt,
  quality: article.quality,
  duplicateOf: article.duplicateOf,
})

type Explained = {
  readonly explanation: Explanation | null
  readonly printed: number
  readonly members: readonly Member[]
}

export const why = command({
  name: 'story why',
  summary: 'Explain the rank of a story among those of its last day, part by part.',
  input: key,
  positional: ['id'],
  changes: false,
  async run({ id }, { deps, out }) {
    const story = await findStory(deps, id)
    const to = story.last_seen_at
    const span = { from: new Date(Date.parse(to) - DAY_MS).toISOString(), to }
    const groups = await loadCandidates({ kind: 'dated', span, day: span }, deps)
    const found = await deps.threads.run<Explained>('explain', {
      id,
      stories: await withArticles([...groups], deps),
      now: to,
      timeZone: 'UTC',
      topics: [],
      taxonomy: deps.taxonomy,
    })
    if (!found.explanation)
      throw new DoseError('NOT_FOUND', `story ${id} among those of ${to.slice(0, 10)}`)
    const members = found.members.map(({ article, role }) => ({ ...brief(article), role }))
    out({ headline: story.headline, ...found.explanation, printed: found.printed, members })
    return 0
  },
  show: (row) => {
    const told = row as unknown as Explanation & {
      printed: number
      headline: string
      members: { provider: string; role: string }[]
    }
    const parts = told.parts.map(
      ({ name, value, note }) =>
        `  ${value.toFixed(2).padStart(8)}  ${name}${note ? ` (${note})` : ''}`,
    )
    const { rival, short } = told
    return [
      `${told.headline}`,
      `  place ${told.place} of ${told.of}, score ${told.score.toFixed(2)} =`,
      ...parts,
      rival
        ? `  closest rival: place ${rival.place}, ${rival.headline} (${rival.gap > 0 ? '+' : ''}${rival.gap.toFixed(2)})`
        : '  no rival',
      told.printed === told.place
        ? '  an edition would print it there'
        : `  an edition would print it ${told.printed}.: stories alike, of one topic or provider are spread`,
      short ? `  ${short.by.toFixed(2)} short of the top ${short.places}` : '  among the top',
      ...told.without.map(({ name, place }) => `  without ${name}: place ${place}`),
      ...told.members.map(({ provider, role }) => `  ${role.padEnd(4)} ${provider}`),
    ].join('\n')
  },
})
