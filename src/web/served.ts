import type { FastifyReply } from 'fastify'
import { withPictures } from '../edition/picture.ts'
import { citedIn, type Served, serveEdition, withholdEdition } from '../edition/withhold.ts'
import { withholdStoryPage } from '../edition/withhold-story.ts'
import type { Correction } from '../model.ts'
import type { EditionRecord } from '../store/editions.ts'
import type { Web } from './server.ts'

/** An edition as anybody may see it now: whether it is its digest's newest counts. */
export async function serveNow(
  edition: EditionRecord,
  isNewest: boolean,
  { deps, pictures }: Pick<Web, 'deps' | 'pictures'>,
): Promise<Served<EditionRecord> & { readonly corrected: readonly Correction[] }> {
  const restrictions = await deps.store.rights.restrictions(citedIn(edition.pool))
  const served = serveEdition(edition, restrictions, !isNewest)
  const held = new Set(
    withholdEdition(edition, restrictions)
      .pool.filter(({ withheld }) => !withheld)
      .map(({ storyId }) => storyId),
  )
  const corrections = await deps.store.corrections.of(edition.id)
  return {
    ...served,
    issue: served.issue && withPictures(served.issue, pictures),
    // Of what was taken down, its headline is not told this way either.
    corrected: corrections.filter(({ storyId }) => held.has(storyId)),
  }
}

/**
 * A story's page as anybody may see it now, or that of the story its articles went to; `page` is `null` where there
 * is nothing to be seen.
 */
export async function storyNow(id: string, { store }: Web['deps']) {
  const page = await store.stories.page((await store.decisions.whereTo(id)) ?? id)
  if (!page) return { page: null, index: false }
  const ids = [...page.card.citations, ...page.timeline].map(({ articleId }) => articleId)
  return withholdStoryPage(page, await store.rights.restrictions([...new Set(ids)]))
}

/** Tells search engines what publishers ask for, as `<meta name="robots">` would. */
export function askRobots(reply: FastifyReply, { index }: { readonly index: boolean }): void {
  if (!index) reply.header('x-robots-tag', 'noindex')
}
