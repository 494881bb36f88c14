import { z } from 'zod'
import { DoseError } from '../../errors.ts'
import { sourceId } from '../../store/sources.ts'
import { fetch } from '../../workers/fetch.ts'
import { newPushSource } from '../../workers/push.ts'
import { type Deps, handTo } from '../../workers/stage.ts'
import { command } from '../command.ts'
import { nameList, shownName } from '../inputs.ts'
import { accessInputs, mergeAccess, readAccess, takeLogin } from './access.ts'
import { fullText } from './full-text.ts'
import { listInputs, listRules } from './list-rules.ts'
import { type Candidate, faultOf, lookAt } from './look.ts'
import { absolute, findSource, firstInterval, isUrl, nameOf } from './target.ts'

export const add = command({
  name: 'source add',
  summary:
    'Add a feed, a folder of articles or a page that lists some; it is read once before it is saved.',
  input: z.object({
    target: z.string().min(1).describe('URL of a feed or a list, or path of a folder'),
    name: shownName.optional().describe('Name shown to readers; the title of the feed by default'),
    topics: nameList.optional().describe('Topics of everything it brings, comma-separated'),
    kind: z
      .enum(['feed', 'folder', 'list', 'push'])
      .optional()
      .describe('`push` for a NAME whose articles are pushed; told from the target by default'),
    noCheck: z.boolean().default(false).describe('Save without reading it first'),
    follow: z.boolean().default(false).describe('Of a page that names one feed: add that feed'),
    ...listInputs,
    fullText,
    ...accessInputs,
  }),
  positional: ['target'],
  changes: true,
  prepare: async (input) =>
    readAccess(input.kind === 'push' ? input : { ...input, target: absolute(input.target) }),
  async run({ target, name, topics = [], kind: told, noCheck, follow, ...options }, { deps, out }) {
    const { store, clock, queues } = deps
    if (told === 'push') {
      const source = newPushSource(target, topics)
      const { id, added } = await store.sources.add(source, clock.now())
      out({ id, name: source.name, url: source.url, added })
      return 0
    }
    const { target: url, access: own } = takeLogin(target)
    const merged = mergeAccess(own, options)
    if ('fault' in merged) throw new DoseError('USAGE', `${merged.fault}.`)
    const kind = told ?? (options.item ? 'list' : isUrl(url) ? 'feed' : 'folder')
    const rules = kind === 'list' ? listRules(options) : null
    const wanted = { kind, url, access: merged.access, rules }
    const known = await store.sources.find(url)
    const checked =
      known || noCheck ? { ...wanted, title: null } : await check(wanted, follow, deps)
    const { url: found, access, title } = checked
    const isKnown = (known ?? (await store.sources.find(found))) !== undefined
    if (!isKnown) {
      const { id } = await store.sources.add(
        {
          kind,
          url: found,
          name: name ?? title ?? nameOf(found),
          topics,
          intervalSeconds: firstInterval(found),
          listRules: rules,
          fullText: options.fullText,
          secrets: await store.access.seal(sourceId(found), access),
        },
        clock.now(),
      )
      await handTo(fetch, [{ id, version: 1 }], id, queues)
    }
    const source = await findSource(deps, found)
    out({ id: source.id, name: source.name, url: source.url, added: !isKnown })
    return 0
  },
  show: (row) => String(row.id),
})

type Checked = Candidate & { readonly title: string | null }

/**
 * Reads a source as the pipeline will. A page that names one feed stands for it when asked to.
 *
 * @throws {DoseError} what is wrong with it; nothing is saved then.
 */
async function check(candidate: Candidate, follow: boolean, deps: Deps): Promise<Checked> {
  const { url } = candidate
  const look = await lookAt(candidate, deps)
  const fault = faultOf(look)
  if (fault === null) return { ...candidate, title: look.title }
  const declared = look.feeds.filter(({ how }) => how === 'declared')
  const [only, ...others] = declared.length > 0 ? declared : look.feeds
  if (only && others.length === 0) {
    if (follow) return check(leadTo(only.url, candidate), false, deps)
    const hint = `this is a page, no feed. Its feed: dose source add ${only.url} (or --follow)`
    throw new DoseError('SOURCE_UNREADABLE', `${url}: ${hint}`)
  }
  throw (
    DoseError.revive(fault, null) ??
    new DoseError(look.answer?.status === 200 ? 'SOURCE_UNREADABLE' : 'SOURCE_UNREACHABLE', fault)
  )
}

/** A page may name a feed anywhere: what was given for its own site is not shown to another. */
function leadTo(url: string, { access, ...candidate }: Candidate): Candidate {
  const isOwn = URL.parse(url)?.origin === URL.parse(candidate.url)?.origin
  return { ...candidate, url, access: isOwn ? access : { ...access, headers: {} } }
}
