import { command } from '../command.ts'
import { brief, findStory, storyKey } from './find.ts'

export const show = command({
  name: 'story show',
  summary: 'Show a story: its sentences with their sources, and its articles.',
  input: storyKey,
  positional: ['id'],
  changes: false,
  async run({ id }, { deps, out }) {
    const story = await findStory(deps, id)
    const articles = await deps.store.articles.many(await deps.store.stories.members(story.id))
    const ids = new Set(articles.map((article) => article.id)) // one may be taken down this moment
    out({
      id: story.id,
      headline: story.headline,
      topics: story.topics,
      sentences: story.sentences.filter(({ articleId }) => ids.has(articleId)),
      phrases: story.phrases,
      names: story.names,
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
    const about = [...(row.names as string[]), ...(row.phrases as string[])]
    const line = about.length > 0 ? [`  about: ${about.join(', ')}`] : []
    return [String(row.headline), ...told, ...line, ...sources].join('\n')
  },
})
