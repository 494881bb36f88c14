import { z } from 'zod'
import { columns, command } from '../command.ts'
import { wholeNumber } from '../inputs.ts'

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
