import { z } from 'zod'
import type { ReadResult } from '../../article/read.ts'
import { DoseError } from '../../errors.ts'
import { listFolder } from '../../io/folder.ts'
import { sourceId } from '../../store/sources.ts'
import { fetch } from '../../workers/fetch.ts'
import { newPushSource } from '../../workers/push.ts'
import { type Deps, handTo } from '../../workers/stage.ts'
import { type Context, command } from '../command.ts'
import { nameList, shownName } from '../inputs.ts'
import { accessInputs, mergeAccess, readAccess, takeLogin } from './access.ts'
import { absolute, findSource, firstInterval, isUrl, nameOf } from './target.ts'

export const add = command({
  name: 'source add',
  summary: 'Add a feed or a folder of articles; it is read once before it is saved.',
  input: z.object({
    target: z.string().min(1).describe('URL of a feed, or path of a folder'),
    name: shownName.optional().describe('Name shown to readers; the title of the feed by default'),
    topics: nameList.optional().describe('Topics of everything it brings, comma-separated'),
    kind: z
      .enum(['feed', 'folder', 'push'])
      .optional()
      .describe('`push` for a NAME whose articles are pushed; told from the target by default'),
    noCheck: z.boolean().default(false).describe('Save without reading it first'),
    ...accessInputs,
  }),
  positional: ['target'],
  changes: true,
  prepare: async (input) =>
    readAccess(input.kind === 'push' ? input : { ...input, target: absolute(input.target) }),
  async run({ target: given, name, topics = [], kind, noCheck, ...options }, { deps, out }) {
    if (kind === 'push') return addPush(given, topics, { deps, out })
    const { target, access } = takeLogin(given)
    const merged = mergeAccess(access, options)
    if ('fault' in merged) throw new DoseError('USAGE', `${merged.fault}.`)
    const known = await deps.store.sources.find(target)
    if (!known) {
      const checked = noCheck ? null : await check(target, deps)
      const { id } = await deps.store.sources.add(
        {
          kind: isUrl(target) ? 'feed' : 'folder',
          url: target,
          name: name ?? checked?.title ?? nameOf(target),
          topics,
          intervalSeconds: firstInterval(target),
          secrets: await deps.store.access.seal(sourceId(target), merged.access),
        },
        deps.clock.now(),
      )
      await handTo(fetch, [{ id, version: 1 }], id, deps.queues)
    }
    const source = await findSource(deps, target)
    out({ id: source.id, name: source.name, url: source.url, added: !known })
    return 0
  },
  show: (row) => String(row.id),
})

/** A source that is not read: it has a name only. */
async function addPush(
  name: string,
  topics: readonly string[],
  { deps, out }: Pick<Context, 'deps' | 'out'>,
): Promise<number> {
  const source = newPushSource(name, topics)
  const { id, added } = await deps.store.sources.add(source, deps.clock.now())
  out({ id, name: source.name, url: source.url, added })
  return 0
}

/** Reads a source as the pipeline will. Throws what is wrong with it; nothing is saved then. */
async function check(target: string, { http, threads }: Deps): Promise<{ title: string | null }> {
  if (!isUrl(target)) {
    for await (const _file of listFolder(target)) return { title: null }
    throw new DoseError('SOURCE_UNREADABLE', `${target}: no .md, .html or .txt file in it.`)
  }
  const answer = await http.get({ url: target })
  if (answer.kind !== 'fetched') {
    const reason = answer.kind === 'failed' ? answer.reason : answer.kind
    throw new DoseError('SOURCE_UNREACHABLE', `${target}: ${reason}`)
  }
  const { url, bytes, contentType } = answer
  const read = await threads.run<ReadResult>('readDocument', {
    ref: target,
    url,
    bytes,
    contentType,
  })
  if (read.kind !== 'feed')
    throw new DoseError('SOURCE_UNREADABLE', `${target}: this is a ${read.kind}, no feed.`)
  return { title: read.title }
}
