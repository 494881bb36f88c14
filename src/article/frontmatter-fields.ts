import type { Image, Instant, Provider, Related } from '../model.ts'
import { parseDate } from './date.ts'
import { repairMojibake } from './mojibake.ts'
import { plainLine } from './plain.ts'
import { canonicalUrl, domainOf, resolveUrl } from './url.ts'

/** What a file says of itself between its `---` lines; `null` where it says nothing. */
export type FrontMatter = {
  readonly id: string | null
  /** As written, the publisher's own page before its AMP forms. */
  readonly url: string | null
  readonly canonicalUrl: string | null
  readonly title: string | null
  readonly author: string | null
  readonly excerpt: string | null
  readonly publishedAt: Instant | null
  readonly language: string | null
  readonly provider: Provider | null
  readonly topics: readonly string[]
  readonly images: readonly Image[]
  readonly quality: number | null
  readonly heat: number | null
  readonly related: readonly Related[]
  readonly published: boolean | null
  readonly deleted: boolean | null
  /** What was there and could not be used. */
  readonly warnings: readonly string[]
}

/** A mapping as YAML gives it: values of any kind. */
export type Fields = { readonly [key: string]: unknown }

/** Topics, pictures or related articles beyond this count are not read. */
const MAX_ENTRIES = 200

/**
 * The fields we know, whatever their type (`89`, `"89"`, `false`, `"false"`); all others, `secured`
 * above all, are never touched.
 */
export function readFields(data: Fields): FrontMatter {
  const url = pageUrl(data)
  const date = asRaw(data.publishedDateTime) ?? asRaw(data.date)
  const publishedAt = parseDate(date)
  return {
    id: asText(data.id),
    url,
    canonicalUrl: canonicalUrl(url),
    title: asText(data.title),
    author: asText(data.author),
    excerpt: asText(data.excerpt) ?? asText(data.description) ?? asText(data.summary),
    publishedAt,
    language: asText(data.language) ?? asText(data.lang),
    provider: asProvider(data.provider, url),
    topics: asTexts(data.topics ?? data.tags),
    images: asList(data.images ?? data.image).flatMap(asImage),
    quality: asNumber(data.quality),
    heat: asNumber(data.heat),
    related: asList(data.related).flatMap(asRelated),
    published: asFlag(data.published),
    deleted: asFlag(data.deleted),
    warnings: date !== null && publishedAt === null ? [`no such date: ${shortened(date)}`] : [],
  }
}

/** The publisher's own page first; AMP addresses are turned to it where nothing else is told. */
function pageUrl(data: Fields): string | null {
  const names = ['originalUrl', 'webUrl', 'url', 'link', 'ampWebUrl', 'cdnAmpWebUrl']
  for (const name of names) {
    const url = resolveUrl(asRaw(data[name]))
    if (url !== null) return url
  }
  return null
}

/** YAML turns unquoted dates and numbers into values; here all is text again, `null` for nothing. */
function asRaw(value: unknown): string | null {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : dateText(value)
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (typeof value !== 'string' || value.trim() === '') return null
  return value.toWellFormed().replaceAll('\u0000', '')
}

/** Characters of a value that a message quotes. */
const QUOTED = 60

const shortened = (value: string): string => plainLine(value)?.slice(0, QUOTED) ?? ''

function dateText(date: Date): string {
  return date.toISOString().replace('T00:00:00.000Z', '')
}

/** One line of plain text: line breaks written out as `\r\n` are spaces, mangled letters whole. */
function asText(value: unknown): string | null {
  const raw = asRaw(value)
  return raw === null ? null : plainLine(repairMojibake(raw.replace(/\\[rn]/g, ' ')))
}

function asTexts(value: unknown): string[] {
  const texts = asList(value).flatMap((entry) => asText(entry) ?? [])
  return [...new Set(texts)]
}

function asList(value: unknown): readonly unknown[] {
  if (value === undefined || value === '') return []
  return Array.isArray(value) ? value.slice(0, MAX_ENTRIES) : [value]
}

function asNumber(value: unknown): number | null {
  const number = Number(asRaw(value) ?? Number.NaN)
  return Number.isFinite(number) ? number : null
}

/** YAML 1.1 and people write flags in many ways. */
function asFlag(value: unknown): boolean | null {
  const word = asRaw(value)?.trim().toLowerCase() ?? ''
  if (['true', 'yes', 'on', '1'].includes(word)) return true
  return ['false', 'no', 'off', '0'].includes(word) ? false : null
}

function asProvider(value: unknown, url: string | null): Provider | null {
  const fields = isFields(value) ? value : {}
  const domain = asText(fields.domain)?.toLowerCase() ?? domainOf(url)
  const name = asText(fields.name) ?? (typeof value === 'string' ? asText(value) : null)
  if (domain === null && name === null) return null
  return { name: name ?? domain ?? '', domain: domain ?? '' }
}

function asImage(value: unknown): Image[] {
  const fields: Fields = isFields(value) ? value : { url: value }
  const url = resolveUrl(asRaw(fields.url))
  if (url === null) return []
  const [width, height] = [asNumber(fields.width), asNumber(fields.height)]
  return [{ url, width, height, title: asText(fields.title) }]
}

function asRelated(value: unknown): Related[] {
  if (!isFields(value)) return []
  const url = canonicalUrl(pageUrl(value))
  const title = asText(value.title)
  if (url === null || title === null) return []
  return [
    {
      title,
      url,
      publishedAt: parseDate(asRaw(value.publishedDateTime)),
      provider: asProvider(value.provider, url),
      quality: asNumber(value.quality),
    },
  ]
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
