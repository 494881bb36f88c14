import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { renderArticleFile } from '../article/write.ts'
import { exportArticle } from '../workers/export.ts'
import type { Deps } from '../workers/stage.ts'
import { command } from './command.ts'
import { day } from './inputs.ts'

const DAY_MS = 86_400_000
/** Articles read from the rows at a time. */
const SLICE = 200

export const exportArticles = command({
  name: 'article export',
  summary: 'Write articles as front-matter files with quality, heat and related, or as JSON Lines.',
  input: z.object({
    date: day.optional().describe('Day of publication (UTC); the newest day there is by default'),
    to: z.string().optional().describe('Folder to write one .md file an article into'),
  }),
  positional: [],
  changes: false,
  needs: 'admin',
  prepare: async (input) => ({ ...input, to: input.to ? resolve(input.to) : undefined }),
  async run({ date, to }, { deps, out, note }) {
    const chosen = date ?? (await newestDay(deps))
    if (to) await mkdir(to, { recursive: true })
    let count = 0
    for await (const article of articlesOf(chosen, deps)) {
      if (to) await writeFile(join(to, `${article.id}.md`), renderArticleFile(article))
      out(to ? { file: join(to, `${article.id}.md`), id: article.id } : article)
      count += 1
    }
    note(`${count} articles of ${chosen}`)
    return 0
  },
  show: (row) => ('file' in row ? String(row.file) : renderArticleFile(row as never)),
})

async function newestDay({ store, clock }: Deps): Promise<string> {
  return ((await store.articles.newestAt()) ?? clock.now()).slice(0, 10)
}

async function* articlesOf(day: string, { store }: Deps) {
  const from = `${day}T00:00:00.000Z`
  const to = new Date(Date.parse(from) + DAY_MS).toISOString()
  for (let after = ''; ; ) {
    const keys = await store.articles.publishedBetween({ from, to }, after, SLICE)
    for (const article of await store.articles.many(keys.map(({ id }) => id))) {
      const story = keys.find(({ id }) => id === article.id)?.storyId
      const ids = story ? await store.stories.members(story) : []
      const others = await store.articles.many(ids.filter((id) => id !== article.id))
      yield exportArticle(article, [article, ...others], to)
    }
    const last = keys.at(-1)
    if (!last || keys.length < SLICE) return
    after = last.id
  }
}
