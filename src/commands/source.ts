import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { generateOpml, parseOpml } from 'feedsmith'
import { z } from 'zod'
import type { ReadResult } from '../article/read.ts'
import { DoseError } from '../errors.ts'
import { listFolder } from '../io/folder.ts'
import { fetch } from '../workers/fetch.ts'
import { type Deps, handTo } from '../workers/stage.ts'
import { columns, command } from './command.ts'
import { nameList, shownName } from './inputs.ts'

const HOUR_SECONDS = 3_600
/** A folder is cheap to look at. */
const FOLDER_SECONDS = 300

const isUrl = (target: string): boolean => /^[a-z][a-z0-9+.-]*:\/\//i.test(target)

/** Folders are named by their absolute path: the server may stand in another directory. */
const absolute = (target: string): string => (isUrl(target) ? target : resolve(target))

type Target = { readonly target: string }

async function findSource({ store }: Pick<Deps, 'store'>, key: string) {
  const source = (await store.sources.find(key)) ?? (await store.sources.find(absolute(key)))
  if (!source) throw new DoseError('NOT_FOUND', `source ${key}`)
  return source
}

export const add = command({
  name: 'source add',
  summary: 'Add a feed or a folder of articles; it is read once before it is saved.',
  input: z.object({
    target: z.string().min(1).describe('URL of a feed, or path of a folder'),
    name: shownName.optional().describe('Name shown to readers; the title of the feed by default'),
    topics: nameList.optional().describe('Topics of everything it brings, comma-separated'),
    noCheck: z.boolean().default(false).describe('Save without reading it first'),
  }),
  positional: ['target'],
  changes: true,
  prepare: async (input) => ({ ...input, target: absolute(input.target) }),
  async run({ target, name, topics = [], noCheck }, { deps, out }) {
    const known = await deps.store.sources.find(target)
    if (!known) {
      const checked = noCheck ? null : await check(target, deps)
      const { id } = await deps.store.sources.add(
        {
          kind: isUrl(target) ? 'feed' : 'folder',
          url: target,
          name: name ?? checked?.title ?? nameOf(target),
          topics,
          intervalSeconds: isUrl(target) ? HOUR_SECONDS : FOLDER_SECONDS,
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

/** Reads a source as the pipeline will. Throws what is wrong with it; nothing is saved then. */
async function check(target: string, { http, threads }: Deps): Promise<{ title: string | null }> {
  if (!isUrl(target)) {
    for await (const _file of listFolder(target)) return { title: null }
    throw new DoseError('SOURCE_UNREADABLE', `${target}: no .md, .html or .txt file in it.`)
  }
  const answer = await http.get(target)
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

const nameOf = (target: string): string =>
  isUrl(target)
    ? new URL(target).hostname.replace(/^www\./, '')
    : (target.split('/').at(-1) ?? target)

export const list = command({
  name: 'source list',
  summary: 'List the sources with their state and last error.',
  input: z.object({}),
  positional: [],
  changes: false,
  async run(_input, { deps, out }) {
    for (const source of await deps.store.sources.list())
      out({
        id: source.id,
        kind: source.kind,
        name: source.name,
        url: source.url,
        state: source.state,
        topics: source.topics,
        succeededAt: source.succeeded_at,
        nextFetchAt: source.next_fetch_at,
        failures: source.failures,
        error: source.last_error,
      })
    return 0
  },
  show: columns('id', 'state', 'name', 'url', 'error'),
})

export const remove = command({
  name: 'source remove',
  summary: 'Remove a source and its articles.',
  input: z.object({ target: z.string().describe('Id, URL, path or name') }),
  positional: ['target'],
  changes: true,
  async run({ target }: Target, { deps, out }) {
    const source = await findSource(deps, target)
    await deps.store.sources.remove(source.id)
    out({ id: source.id, removed: true })
    return 0
  },
  show: (row) => `${row.id} removed`,
})

export const read = command({
  name: 'source fetch',
  summary: 'Read a source now, wait, and tell what became of every article in it.',
  input: z.object({ target: z.string().describe('Id, URL, path or name') }),
  positional: ['target'],
  changes: false,
  works: true,
  async run({ target }: Target, { deps, out, note }) {
    const { store, queues, clock } = deps
    const source = await findSource(deps, target)
    await handTo(fetch, [{ id: source.id, version: source.fetches + 1 }], source.id, queues)
    for (let left = ''; ; ) {
      const now = await store.sources.get(source.id)
      const pending = (await store.documents.pending(source.id)).length
      if (!now || (now.fetches > source.fetches && pending === 0)) break
      const text = `${pending} documents to ingest.`
      if (text !== left) note(text)
      left = text
      await new Promise((resume) => setTimeout(resume, 100))
    }
    const after = await store.sources.get(source.id)
    const counts = await store.documents.counts(source.id)
    out({ id: source.id, at: clock.now(), counts, error: after?.last_error ?? null })
    for (const { ref, outcome, reason } of await store.documents.rejections(source.id))
      if (outcome === 'rejected') note(`${ref}: ${reason}`)
    return after?.last_error || counts.rejected ? 1 : 0
  },
})

export const importOpml = command({
  name: 'source import',
  summary: 'Add every feed of an OPML file; feeds that cannot be used are listed with the reason.',
  input: z.object({
    file: z.string().describe('OPML file'),
    content: z
      .string()
      .optional()
      .describe('Content of the file; read from `file` by the command line'),
  }),
  positional: ['file'],
  changes: true,
  prepare: async (input) => ({ ...input, content: await readText(input.file) }),
  async run({ file, content = '' }, { deps, out, note }) {
    let added = 0
    const skipped: { url: string; reason: string }[] = []
    for (const { url, title } of readOutlines(content, file)) {
      if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
        skipped.push({ url, reason: 'no http(s) address' })
        continue
      }
      const source = {
        kind: 'feed',
        url,
        name: title,
        topics: [],
        intervalSeconds: HOUR_SECONDS,
      } as const
      const result = await deps.store.sources.add(source, deps.clock.now())
      if (result.added) added++
      else skipped.push({ url, reason: 'known already' })
    }
    for (const { url, reason } of skipped) note(`${url || '(no address)'}: ${reason}`)
    out({ added, skipped })
    return skipped.some(({ reason }) => reason !== 'known already') ? 1 : 0
  },
  show: (row) => `${row.added} added, ${(row.skipped as unknown[]).length} skipped`,
})

/** OPML 2.0 wants a body; the generator makes none without an outline. */
const NO_FEEDS = `<?xml version="1.0" encoding="utf-8"?>
<opml version="2.0">
  <head>
    <title>Daily Dose sources</title>
  </head>
  <body/>
</opml>
`

export const exportOpml = command({
  name: 'source export',
  summary: 'Print the feeds as OPML.',
  input: z.object({}),
  positional: [],
  changes: false,
  async run(_input, { deps, out }) {
    const feeds = (await deps.store.sources.list()).filter(({ kind }) => kind === 'feed')
    const head = { title: 'Daily Dose sources' }
    const outlines = feeds.map(({ name, url }) => ({
      type: 'rss',
      text: name,
      title: name,
      xmlUrl: url,
    }))
    const opml = feeds.length > 0 ? generateOpml({ head, body: { outlines } }) : NO_FEEDS
    out({ opml })
    return 0
  },
  show: (row) => String(row.opml),
})

type Outline = { text?: string; title?: string; xmlUrl?: string; outlines?: Outline[] }

/** Every outline that names a feed, folders opened. */
function readOutlines(content: string, file: string): { url: string; title: string }[] {
  let outlines: Outline[]
  try {
    outlines = (parseOpml(content) as { body?: { outlines?: Outline[] } }).body?.outlines ?? []
  } catch (error) {
    throw new DoseError('USAGE', `${file}: not OPML (${String(error)}).`, { cause: error })
  }
  const flat = (nodes: readonly Outline[], depth: number): Outline[] =>
    depth > 10 ? [] : nodes.flatMap((node) => [node, ...flat(node.outlines ?? [], depth + 1)])
  return flat(outlines, 0)
    .filter(({ xmlUrl }) => xmlUrl !== undefined)
    .map(({ xmlUrl = '', title, text }) => ({
      url: xmlUrl.trim(),
      title: title ?? text ?? nameOf(xmlUrl),
    }))
}

/** @throws {DoseError} USAGE when the file cannot be read. */
export async function readText(file: string): Promise<string> {
  const found = await stat(file).catch(() => null)
  if (!found?.isFile()) throw new DoseError('USAGE', `${file}: no such file.`)
  return readFile(file, 'utf8')
}
