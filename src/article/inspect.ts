import { DoseError } from '../errors.ts'
import type { ArticleDraft, FilterRule, Instant } from '../model.ts'
import { decodeText } from './encoding.ts'
import { type FeedLink, feedLinks } from './feed-links.ts'
import { filterReason } from './filter-rules.ts'
import { type Document, type ReadResult, readDocument } from './read.ts'

/** What is wrong with a source, before anybody relies on it. */

/** `fault`: it cannot be a source. `warning`: it will do, but. `note`: good to know. */
export type Finding = { readonly level: 'fault' | 'warning' | 'note'; readonly says: string }

export type InspectedItem = {
  readonly title: string
  readonly publishedAt: Instant | null
  readonly author: string | null
  readonly url: string
  /** Words of text. */
  readonly words: number
  /** What the source brings of it: all, the publisher's excerpt, or a title alone. */
  readonly text: 'full' | 'teaser' | 'none'
}

export type Inspection = {
  /** `null` where nothing could be read. */
  readonly kind: ReadResult['kind'] | null
  readonly title: string | null
  readonly total: number
  readonly items: readonly InspectedItem[]
  readonly findings: readonly Finding[]
  /** Feeds that a page names. */
  readonly feeds: readonly FeedLink[]
  readonly hubs: readonly string[]
}

/** Items shown. */
const SHOWN = 20
const HOUR_MS = 3_600_000
/** Older than this when first seen, an article is back-fill. */
const BACKFILL_MS = 48 * HOUR_MS
/** A source without news for so long may have been left. */
const SILENT_DAYS = 60
/** Clocks differ. */
const SKEW_MS = 5 * 60_000
/** How much of a feed is looked through for relative links. Characters. */
const SEARCHED = 2_000_000
const RELATIVE_LINK =
  /<link>\s*(?![a-z][a-z0-9+.-]{0,20}:|<)[^<\s][^<]{0,500}<\/link>|<(?:atom:)?link\b[^<>]{0,300}?\bhref\s*=\s*["'](?![a-z][a-z0-9+.-]{0,20}:)[^"'<>]/gi
const ENCODING = /^\s*<\?xml\b[^>]{0,200}?\bencoding\s*=\s*["']([\w.:-]{1,40})["']/i
const CHARSET = /;\s*charset\s*=\s*["']?([\w.:-]{1,40})/i

/**
 * Reads a document as the pipeline will and tells what is odd about it; what cannot be read is a
 * finding.
 *
 * @param rules the operator's, for what they would keep out.
 */
export function inspectDocument(
  document: Document,
  rules: readonly FilterRule[],
  now: Instant,
): Inspection {
  const text = decodeText(document.bytes, document.contentType)
  let read: ReadResult
  try {
    read = readDocument(document)
  } catch (error) {
    if (!(error instanceof DoseError)) throw error
    return { ...NOTHING, findings: [{ level: 'fault', says: error.message }] }
  }
  const isFeed = read.kind === 'feed'
  return {
    kind: read.kind,
    title: read.title,
    total: read.drafts.length,
    items: read.drafts.slice(0, SHOWN).map(itemOf),
    findings: [
      ...(isFeed ? formFindings(document, text) : []),
      ...read.warnings.map((says): Finding => ({ level: 'warning', says })),
      ...contentFindings(read, now),
      ...filterFindings(read, rules),
    ],
    feeds: read.kind === 'page' ? feedLinks(text, document.url) : [],
    hubs: read.hubs,
  }
}

/** Of what could not be looked at. */
export const NOTHING: Inspection = {
  kind: null,
  title: null,
  total: 0,
  items: [],
  findings: [],
  feeds: [],
  hubs: [],
}

function itemOf(draft: ArticleDraft): InspectedItem {
  const { title, publishedAt, author, url, text, excerptOnly } = draft
  const words = text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0
  return {
    ...{ title, publishedAt, author, url, words },
    text: words === 0 ? 'none' : excerptOnly ? 'teaser' : 'full',
  }
}

/** What the bytes and the answer's headers say of each other. */
function formFindings({ bytes, contentType }: Document, text: string): Finding[] {
  const findings: Finding[] = []
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (type === '') findings.push(warning('it is sent without a content type'))
  else if (!/[+/](?:xml|json|rss|atom|rdf)$/.test(type))
    findings.push(warning(`it is sent as ${type}, and is a feed all the same`))
  const inXml = ENCODING.exec(Buffer.from(bytes.subarray(0, 400)).toString('latin1'))?.[1]
  const inHeader = CHARSET.exec(contentType ?? '')?.[1]
  if (inXml && inHeader && inXml.toLowerCase() !== inHeader.toLowerCase())
    findings.push(warning(`its header says ${inHeader}, its first line ${inXml}`))
  const lost = text.split('\ufffd').length - 1
  if (lost > 0) findings.push(warning(`${lost} characters are not of its encoding`))
  const relative = text.slice(0, SEARCHED).match(RELATIVE_LINK)?.length ?? 0
  if (relative > 0)
    findings.push(note(`${count(relative, 'link')} relative; resolved against its address`))
  return findings
}

function contentFindings({ drafts, rejected }: ReadResult, now: Instant): Finding[] {
  const total = drafts.length
  const of = (n: number, what: string) => `${n} of ${total} items ${what}`
  const reasons = new Map<string, number>()
  for (const { reason } of rejected) reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
  const findings = [...reasons].map(([reason, n]) =>
    warning(`${count(n, 'item')} left out: ${reason}`),
  )
  if (total === 0) return [...findings, { level: 'warning', says: 'there is no item in it' }]
  const undated = drafts.filter(({ publishedAt }) => publishedAt === null).length
  if (undated > 0)
    findings.push(warning(of(undated, 'have no date; the time they are first seen counts')))
  const latest = new Date(Date.parse(now) + SKEW_MS).toISOString()
  const future = drafts.filter(({ publishedAt }) => (publishedAt ?? '') > latest).length
  if (future > 0) findings.push(warning(of(future, 'are dated in the future; that counts as now')))
  const again = total - new Set(drafts.map(({ ref }) => ref)).size
  if (again > 0) findings.push(warning(of(again, 'have the id of another; the URL counts')))
  const teasers = drafts.filter(({ excerptOnly }) => excerptOnly).length
  if (teasers > 0) findings.push(note(of(teasers, 'bring a teaser or a title, not the whole text')))
  const old = drafts.filter(({ publishedAt }) => isBefore(publishedAt, now, BACKFILL_MS)).length
  if (old > 0)
    findings.push(note(of(old, 'are older than 48 h: back-fill, never in the current edition')))
  const dates = drafts.flatMap(({ publishedAt }) => publishedAt ?? [])
  const newest = dates.toSorted().at(-1)
  if (newest && isBefore(newest, now, SILENT_DAYS * 24 * HOUR_MS))
    findings.push(warning(`its newest item is of ${newest.slice(0, 10)}; it may have been left`))
  return findings
}

/** What the operator's rules would keep out, rule by rule. */
function filterFindings({ drafts }: ReadResult, rules: readonly FilterRule[]): Finding[] {
  const reasons = new Map<string, number>()
  for (const draft of drafts) {
    const reason = filterReason(draft, rules)
    if (reason !== null) reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
  }
  return [...reasons].map(([reason, n]) =>
    note(`${n} of ${drafts.length} items kept out: ${reason}`),
  )
}

const isBefore = (at: Instant | null, now: Instant, ms: number): boolean =>
  at !== null && Date.parse(now) - Date.parse(at) > ms

const warning = (says: string): Finding => ({ level: 'warning', says })
const note = (says: string): Finding => ({ level: 'note', says })
const count = (n: number, noun: string): string => (n === 1 ? `1 ${noun} is` : `${n} ${noun}s are`)
