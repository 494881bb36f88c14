import type { FastifyReply } from 'fastify'
import { citedIn, type Served, serveEdition } from '../edition/withhold.ts'
import type { EditionRecord } from '../store/editions.ts'
import type { Store } from '../store/store.ts'

/** An edition as anybody may see it now: whether it is its digest's newest counts. */
export async function serveNow(
  edition: EditionRecord,
  isNewest: boolean,
  { rights }: Pick<Store, 'rights'>,
): Promise<Served<EditionRecord>> {
  return serveEdition(edition, await rights.restrictions(citedIn(edition.pool)), !isNewest)
}

/** Tells search engines what publishers ask for, as `<meta name="robots">` would. */
export function askRobots(reply: FastifyReply, { index }: { readonly index: boolean }): void {
  if (!index) reply.header('x-robots-tag', 'noindex')
}
