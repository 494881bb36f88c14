import { z } from 'zod'
import type { OutlinedFeed } from '../../article/opml.ts'
import { createGuard, type Guard, plainHost } from '../../io/http-address.ts'
import { NO_ACCESS } from '../../store/access.ts'
import { type NewSource, sourceId } from '../../store/sources.ts'
import type { Taxonomy } from '../../story/topics.ts'
import { readInThread } from '../../workers/read-in-thread.ts'
import type { Deps } from '../../workers/stage.ts'
import { type Context, command } from '../command.ts'
import { chooseTopics } from '../inputs.ts'
import { readText } from '../text-file.ts'
import { takeLogin } from './access.ts'
import { faultOf, lookAt } from './look.ts'
import { firstInterval, nameOf } from './target.ts'

type Skipped = { readonly url: string; readonly reason: string }
type Candidate = NewSource & { readonly login: ReturnType<typeof takeLogin>['access'] }

/** Looked at together; how much is asked of one domain, its budget decides. */
const AT_ONCE = 16
/** Between folder and folder, where a source remembers them. */
export const FOLDER_JOINT = ' / '
/** What is nothing to worry about. */
const KNOWN = 'known already'
const TWICE = 'twice in the file'

export const importOpml = command({
  name: 'source import',
  summary: 'Add every feed of an OPML file; feeds that cannot be used are listed with the reason.',
  input: z.object({
    file: z.string().describe('OPML file'),
    content: z
      .string()
      .optional()
      .describe('Content of the file; read from `file` by the command line'),
    check: z.boolean().default(false).describe('Read each feed first, and leave out what is none'),
  }),
  positional: ['file'],
  changes: true,
  prepare: async (input) => ({ ...input, content: await readText(input.file) }),
  async run({ file, content = '', check }, { deps, out, note, record }) {
    const outlined = await readInThread<OutlinedFeed[]>('readOpml', { content, file }, file, deps)
    const { candidates, skipped } = sift(outlined, deps)
    const checked = check ? await checkAll(candidates, deps, note) : { good: candidates, bad: [] }
    const sources = await Promise.all(checked.good.map((one) => sealed(one, deps)))
    const added = await deps.store.sources.addMany(sources, deps.clock.now())
    const known = sources.filter(({ url }) => !added.has(url))
    const all = [...skipped, ...checked.bad, ...known.map(({ url }) => ({ url, reason: KNOWN }))]
    for (const { url, reason } of all) note(`${url || '(no address)'}: ${reason}`)
    record({ added: added.size, skipped: all.length })
    out({ added: added.size, skipped: all })
    return all.some(({ reason }) => reason !== KNOWN && reason !== TWICE) ? 1 : 0
  },
  show: (row) => `${row.added} added, ${(row.skipped as unknown[]).length} skipped`,
})

/** What can be a source by its address, each once; the rest with the reason. */
function sift(outlined: readonly OutlinedFeed[], { config, taxonomy }: Deps) {
  const guard = createGuard(config.ALLOW_PRIVATE_HOSTS)
  const candidates = new Map<string, Candidate>()
  const skipped: Skipped[] = []
  for (const feed of outlined) {
    const { target, access } = takeLogin(
      feed.url.replace(/^feed:(?:\/\/)?(?=https?:)/i, '').replace(/^feed:/i, 'http:'),
    )
    const url = URL.parse(target)
    const reason = faultIn(url, guard)
    if (!url || reason !== null) skipped.push({ url: shown(target), reason: reason ?? '' })
    else if (candidates.has(url.href)) skipped.push({ url: url.href, reason: TWICE })
    else candidates.set(url.href, { ...sourceOf(feed, url.href, taxonomy), login: access })
  }
  return { candidates: [...candidates.values()], skipped }
}

/** Of a file that somebody else may have written, a line of a report shows so much. */
const shown = (text: string): string => text.replace(/\s+/g, ' ').slice(0, 500)

function faultIn(url: URL | null, guard: Guard): string | null {
  if (!url || !/^https?:$/.test(url.protocol)) return 'no http(s) address'
  const host = plainHost(url.hostname)
  const isAddress = /^[\d.]+$|:/.test(host)
  if (isAddress && !guard.permits(host, host)) return `${host} is not a public address`
  return null
}

/** Names of folders and categories that are topics become topics; other folders are remembered. */
function sourceOf(feed: OutlinedFeed, url: string, taxonomy: Taxonomy): NewSource {
  const topicOf = (name: string) => chooseTopics([name], taxonomy).topics
  const topics = [...feed.folders, ...feed.categories].flatMap(topicOf)
  const folders = feed.folders.filter((name) => topicOf(name).length === 0)
  return {
    kind: 'feed',
    url,
    name: feed.name ?? nameOf(url),
    topics: [...new Set(topics)],
    intervalSeconds: firstInterval(url),
    folder: folders.length > 0 ? folders.join(FOLDER_JOINT) : null,
  }
}

async function sealed({ login, ...source }: Candidate, { store }: Deps): Promise<NewSource> {
  if (login === NO_ACCESS) return source
  return { ...source, secrets: await store.access.seal(sourceId(source.url), login) }
}

/** Reads each once. Where a domain's budget has no room, a feed is taken on trust. */
async function checkAll(candidates: readonly Candidate[], deps: Deps, note: Context['note']) {
  const bad = new Map<Candidate, Skipped>()
  const waiting = candidates.values()
  let seen = 0
  const work = async () => {
    for (const candidate of waiting) {
      const { url, login: access } = candidate
      const look = await lookAt({ kind: 'feed', url, access, rules: null }, deps)
      const fault = look.isPostponed ? null : faultOf(look)
      if (fault !== null) bad.set(candidate, { url, reason: fault.replace(`${url}: `, '') })
      if (++seen % 50 === 0) note(`${seen} of ${candidates.length} feeds read.`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return { good: candidates.filter((one) => !bad.has(one)), bad: [...bad.values()] }
}
