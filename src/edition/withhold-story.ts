import type { StoryPage } from '../model.ts'
import { type Restrictions, withholdCard } from './withhold.ts'

/** The page of a story as anybody may see it now; `null` where nothing of it may be shown. */
export function withholdStoryPage(
  page: StoryPage,
  restrictions: Restrictions,
): { readonly page: StoryPage | null; readonly index: boolean } {
  const card = withholdCard(page.card, restrictions, true)
  const timeline = page.timeline.filter(({ articleId }) => !restrictions.get(articleId)?.removed)
  if (card.withheld || timeline.length === 0) return { page: null, index: false }
  const index = card.sentences.every(
    ({ articleId }) => restrictions.get(articleId)?.index !== false,
  )
  return { page: { ...page, card, timeline }, index }
}
