import { type Finding, type Inspection, NOTHING } from '../../article/inspect.ts'
import type { Document } from '../../article/read.ts'
import { DoseError } from '../../errors.ts'
import { listFolder, readFolderFile } from '../../io/folder.ts'
import type { HttpResult } from '../../io/http.ts'
import type { ListRules } from '../../model.ts'
import { type Asked, ask } from '../../workers/ask.ts'
import { readInThread } from '../../workers/read-in-thread.ts'
import { readList } from '../../workers/read-list.ts'
import type { Deps } from '../../workers/stage.ts'

/** A source that is not saved yet. */
export type Candidate = Asked & { readonly rules: ListRules | null }

/** The answer of its host, as far as it is shown. */
type Answer = {
  readonly status: number
  /** After redirects. */
  readonly url: string
  readonly bytes: number
  readonly ms: number
}

/** What was seen of a source: nothing of it is stored. */
export type Look = Inspection & {
  readonly answer: Answer | null
  /** Its domain's budget has no room: nothing was asked. */
  readonly isPostponed: boolean
}

type LookDeps = Pick<Deps, 'http' | 'threads' | 'clock' | 'filters' | 'store'>

/** Files of a folder that are looked into. */
const FILES = 20

/** Reads a source once, as the pipeline will. What is wrong with it is found, not thrown. */
export async function lookAt(candidate: Candidate, deps: LookDeps): Promise<Look> {
  try {
    return candidate.kind === 'folder'
      ? await lookAtFolder(candidate.url, deps)
      : await lookAtUrl(candidate, deps)
  } catch (error) {
    return { ...UNSEEN, ...faulty(error) }
  }
}

/** What a failure with a name says is wrong; any other is thrown. */
function faulty(error: unknown): Inspection {
  if (!(error instanceof DoseError)) throw error
  return { ...NOTHING, findings: [{ level: 'fault', says: error.message }] }
}

/** The first thing that keeps it from being a source; `null` where there is none. */
export const faultOf = ({ findings }: Pick<Look, 'findings'>): string | null =>
  findings.find(({ level }) => level === 'fault')?.says ?? null

const UNSEEN: Look = {
  ...NOTHING,
  answer: null,
  isPostponed: false,
}

async function lookAtUrl(candidate: Candidate, deps: LookDeps): Promise<Look> {
  const result = await ask(candidate, deps.http)
  const answer = answerOf(result)
  if (result.kind !== 'fetched') {
    const says = `${candidate.url}: ${reasonOf(result)}`
    const isPostponed = result.kind === 'postponed'
    return { ...UNSEEN, findings: [{ level: 'fault', says }], answer, isPostponed }
  }
  const { rules } = candidate
  const { url, bytes, contentType } = rules
    ? await readList({ ...candidate, rules }, result, deps)
    : result
  const document = { ref: candidate.url, url: url ?? candidate.url, bytes, contentType }
  const seen = await inspect(document, candidate.url, deps)
  const hubs = [...new Set([...result.links.hubs, ...seen.hubs])]
  const findings = [
    ...httpFindings(candidate, result, hubs),
    ...seen.findings,
    ...(await articleFindings(seen, candidate, deps)),
  ]
  const isUsable = seen.kind === 'feed' || faultOf(seen) !== null
  const noFeed: Finding = { level: 'fault', says: `${candidate.url}: ${noFeedIn(seen)}` }
  const all = isUsable ? findings : [noFeed, ...findings]
  return { ...UNSEEN, ...seen, hubs, answer, findings: all }
}

/** With the rules that hold for all sources, and for this one where it is known already. */
async function inspect(document: Document, source: string, deps: LookDeps): Promise<Inspection> {
  const { clock, filters, store } = deps
  const known = await store.sources.find(source)
  const rules = [...filters, ...(known ? await store.filters.of(known.id) : [])]
  const input = { document, rules, now: clock.now() }
  try {
    return await readInThread('inspect', input, document.ref, deps)
  } catch (error) {
    return faulty(error)
  }
}

function answerOf(result: HttpResult): Answer | null {
  if (!('status' in result)) return null
  const { status, url, wireBytes, ms } = result
  return { status, url, bytes: wireBytes, ms: Math.round(ms) }
}

function reasonOf(result: Exclude<HttpResult, { kind: 'fetched' }>): string {
  if (result.kind === 'gone') return '410 Gone: it will not come back'
  return result.kind === 'unchanged' ? 'it says it has not changed, unasked' : result.reason
}

function noFeedIn({ kind, feeds }: Inspection): string {
  if (kind !== 'page') return `this is a ${kind}, no feed`
  const names = feeds.map(({ url }) => url).join(', ')
  if (feeds.length > 0) return `this is a page, no feed; it names ${names}`
  return 'this is a page, no feed, and it names none; --kind list --item SELECTOR reads the links of it'
}

function httpFindings(
  { url }: Candidate,
  result: HttpResult & { kind: 'fetched' },
  hubs: readonly string[],
): Finding[] {
  const findings: Finding[] = []
  if (result.movedTo !== null)
    findings.push({ level: 'warning', says: `it has moved for good, to ${result.movedTo}` })
  else if (result.url !== new URL(url).href)
    findings.push({ level: 'note', says: `it is redirected to ${result.url}` })
  if (result.etag === null && result.lastModified === null)
    findings.push({
      level: 'note',
      says: 'it has neither ETag nor Last-Modified: every reading costs all of it',
    })
  for (const hub of hubs)
    findings.push({ level: 'note', says: `its hub ${hub} can tell of news at once` })
  return findings
}

/** Where articles come without text their pages are asked for: may they be? One is tried. */
async function articleFindings(
  { items }: Inspection,
  candidate: Candidate,
  { http }: LookDeps,
): Promise<Finding[]> {
  const teaser = items.find(({ text, url }) => text !== 'full' && /^https?:/.test(url))
  if (!teaser) return []
  const { headers, proxy } = candidate.access
  const isOwn = URL.parse(teaser.url)?.origin === URL.parse(candidate.url)?.origin
  const asked = { url: teaser.url, accept: 'page', robots: true } as const
  try {
    const own = { ...(isOwn && { headers }), ...(proxy !== null && { proxy }) }
    const result = await http.get({ ...asked, ...own })
    if (result.kind === 'fetched') return []
    return [
      { level: 'warning', says: `the page of an article, ${teaser.url}: ${reasonOf(result)}` },
    ]
  } catch (error) {
    if (!(error instanceof DoseError)) throw error
    return [{ level: 'warning', says: `the page of an article: ${error.message}` }]
  }
}

async function lookAtFolder(folder: string, deps: LookDeps): Promise<Look> {
  const items: Inspection['items'][number][] = []
  const findings: Finding[] = []
  let total = 0
  for await (const { ref } of listFolder(folder)) {
    total++
    if (total > FILES) continue
    const seen = await inspectFile(folder, ref, deps)
    items.push(...seen.items)
    const odd = seen.findings.filter(({ level }) => level !== 'note')
    findings.push(
      ...odd.map(({ says }): Finding => ({ level: 'warning', says: `${ref}: ${says}` })),
    )
  }
  const empty: Finding = { level: 'fault', says: `${folder}: no .md, .html or .txt file in it.` }
  if (total === 0) findings.push(empty)
  return { ...UNSEEN, total, items, findings }
}

/** One that cannot be read keeps none of the others out. */
async function inspectFile(folder: string, ref: string, deps: LookDeps): Promise<Inspection> {
  try {
    const bytes = await readFolderFile(folder, ref)
    return await inspect({ ref, url: null, contentType: null, bytes }, folder, deps)
  } catch (error) {
    return faulty(error)
  }
}
