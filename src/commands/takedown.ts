import { z } from 'zod'
import { canonicalUrl } from '../article/url.ts'
import { citedIn, serveEdition } from '../edition/withhold.ts'
import { DoseError } from '../errors.ts'
import type { NewTakedown, Touched } from '../store/takedowns.ts'
import { type Deps, handTo } from '../workers/stage.ts'
import { summarise } from '../workers/summarise.ts'
import { columns, command } from './command.ts'
import { shownText } from './inputs.ts'
import { path, withPath } from './path.ts'
import { seekSource } from './source/target.ts'

export const add = command({
  name: 'takedown add',
  summary: 'Show an article, or all of a source, no more: in mails, pages, feeds and stories.',
  input: z.object({
    target: z.string().min(1).describe('URL or id of an article, or a source'),
    path,
    reason: shownText.describe('Who asked for it and why; kept, never shown to readers'),
  }),
  positional: ['target'],
  changes: true,
  needs: 'editor',
  prepare: withPath('target'),
  async run({ target, path, reason }, { deps, out, undo }) {
    const { store, clock } = deps
    const subject = await subjectOf(target, path, deps)
    const { added, ...touched } = await store.takedowns.add({ ...subject, reason }, clock.now())
    if (added) undo('takedown remove', { target: subject.target })
    await spread(touched, deps)
    const { stories, editions } = touched
    out({ ...subject, added, stories: stories.length, editions: editions.length })
    return 0
  },
  show: (row) =>
    `${row.kind} ${row.target} ${row.added ? 'taken down' : 'was taken down already'}: ${row.stories} stories, ${row.editions} editions`,
})

export const list = command({
  name: 'takedown list',
  summary: 'List what was taken down at the request of publishers, the newest first.',
  input: z.object({}),
  positional: [],
  changes: false,
  async run(_input, { deps, out }) {
    for (const takedown of await deps.store.takedowns.list()) out(takedown)
    return 0
  },
  show: columns('target', 'kind', 'at', 'name', 'reason'),
})

export const remove = command({
  name: 'takedown remove',
  summary: 'Undo a take-down: what editions froze of it is shown again.',
  input: z.object({ target: z.string().describe('What `takedown list` names it by') }),
  positional: ['target'],
  changes: true,
  needs: 'editor',
  async run({ target }, { deps, out }) {
    const { store } = deps
    const takedown =
      (await store.takedowns.find(target)) ??
      (await store.takedowns.find(store.takedowns.articleId(canonicalUrl(target) ?? target)))
    if (!takedown) throw new DoseError('NOT_FOUND', `take-down of ${target}`)
    const touched = await store.takedowns.remove(takedown.id)
    await spread(touched, deps)
    const { stories, editions } = touched
    out({ target: takedown.target, stories: stories.length, editions: editions.length })
    return 0
  },
  show: (row) => `${row.target} is shown again: ${row.stories} stories, ${row.editions} editions`,
})

/** A source, an article that is known, or the address of one that may come. */
async function subjectOf(
  key: string,
  path: string | undefined,
  deps: Deps,
): Promise<Omit<NewTakedown, 'reason'>> {
  const { store } = deps
  const source = await seekSource(deps, key, path)
  if (source) return { kind: 'source', target: source.id, name: source.name }
  const url = canonicalUrl(key)
  const article = (await store.articles.find(key)) ?? (url && (await store.articles.find(url)))
  if (article) return { kind: 'article', target: article.id, name: article.url }
  if (url === null) throw new DoseError('NOT_FOUND', `article or source ${key}`)
  return { kind: 'article', target: store.takedowns.articleId(url), name: url }
}

/** Has stories told anew, and lists of editions name them as they are shown now. */
async function spread({ stories, editions }: Touched, deps: Deps): Promise<void> {
  const { store, queues } = deps
  for (const id of editions) {
    const edition = await store.editions.get(id)
    if (!edition) continue
    const restrictions = await store.rights.restrictions(citedIn(edition.pool))
    const { subject } = serveEdition(edition, restrictions, false).edition
    await store.takedowns.serveAs(id, subject === edition.subject ? null : subject)
  }
  await handTo(summarise, stories, 'takedown', queues)
}
