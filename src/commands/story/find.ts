import { z } from 'zod'
import { DoseError } from '../../errors.ts'
import type { Article } from '../../model.ts'
import type { Deps } from '../../workers/stage.ts'

/** Input of the commands that are about one story. */
export const storyKey = z.object({ id: z.string().describe('Id of the story') })

/** An old id leads to where its articles went. @throws {DoseError} NOT_FOUND */
export async function findStory({ store }: Pick<Deps, 'store'>, id: string) {
  const story = await store.stories.get((await store.decisions.whereTo(id)) ?? id)
  if (!story) throw new DoseError('NOT_FOUND', `story ${id}`)
  return story
}

/** What the commands tell of an article of a story. */
export const brief = (article: Article) => ({
  id: article.id,
  provider: article.provider.name,
  title: article.title,
  url: article.url,
  publishedAt: article.publishedAt,
  quality: article.quality,
  duplicateOf: article.duplicateOf,
})
