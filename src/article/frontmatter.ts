import matter from 'gray-matter'
import { DoseError } from '../errors.ts'
import type { ArticleDraft, Image, Instant, Provider, Related } from '../model.ts'
import { parseDate } from './date.ts'
import { repairMojibake } from './mojibake.ts'
import { plainLine } from './plain.ts'
import { canonicalUrl, domainOf, resolveUrl } from './url.ts'
import { parseYaml, type Strings, YamlError } from './yaml.ts'

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
}

export type FrontMatterFile = { readonly data: FrontMatter; readonly body: string }

type Fields = { readonly [key: string]: Strings }

const FENCE = /^---[ \t]*([\w-]{0,20})[ \t]*\r?\n/
const CLOSING_FENCE = /\n---[ \t]*(?:\r?\n|$)/

/** An excerpt, a topic or a picture beyond these counts is not read. */
const MAX_ENTRIES = 200

const refuse = (language: string) => () => {
  throw new Error(`front matter in ${language} is not read`)
}

/** gray-matter runs JavaScript front matter unless told not to; only YAML is read here. */
const ENGINES = {
  yaml: (text: string) => parseYaml(text) as object,
  javascript: refuse('JavaScript'),
  js: refuse('JavaScript'),
  coffee: refuse('CoffeeScript'),
  json: refuse('JSON'),
  toml: refuse('TOML'),
}

/** Whether a text begins with front matter: a `---` line and, later, another. */
export function hasFrontMatter(text: string): boolean {
  return FENCE.test(text) && CLOSING_FENCE.test(text)
}

/**
 * Reads front matter and hands back the body as it stands. The field `secured` is never touched.
 *
 * @param name the file, for messages.
 * @throws DoseError FRONT_MATTER_INVALID with file and line.
 */
export function readFrontMatter(text: string, name: string): FrontMatterFile {
  const language = FENCE.exec(text)?.[1]?.toLowerCase() ?? ''
  if (!['', 'yaml', 'yml'].includes(language)) {
    throw invalid(name, 1, `front matter in ${language} is not read`)
  }
  try {
    // Without an options object gray-matter answers from a cache, `{}` for a text that failed.
    const { data, content } = matter(text, { engines: ENGINES, language: 'yaml' })
    if (!isFields(data)) throw new YamlError('not a list of fields', 1)
    return { data: readFields(data), body: content }
  } catch (error) {
    const line = error instanceof YamlError ? error.line : 1
    throw invalid(name, line, error instanceof Error ? error.message : String(error), error)
  }
}

function invalid(name: string, line: number, reason: string, cause?: unknown): DoseError {
  return new DoseError('FRONT_MATTER_INVALID', `${name}:${line}: ${reason}`, { cause })
}

function readFields(data: Fields): FrontMatter {
  const url = pageUrl(data)
  return {
    id: asText(data.id),
    url,
    canonicalUrl: canonicalUrl(url),
    title: asText(data.title),
    author: asText(data.author),
    excerpt: asText(data.excerpt) ?? asText(data.description) ?? asText(data.summary),
    publishedAt: parseDate(asRaw(data.publishedDateTime) ?? asRaw(data.date)),
    language: asText(data.language) ?? asText(data.lang),
    provider: asProvider(data.provider, url),
    topics: asTexts(data.topics ?? data.tags),
    images: asList(data.images ?? data.image).flatMap(asImage),
    quality: asNumber(data.quality),
    heat: asNumber(data.heat),
    related: asList(data.related).flatMap(asRelated),
    published: asFlag(data.published),
    deleted: asFlag(data.deleted),
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

function asRaw(value: Strings | undefined): string | null {
  return typeof value === 'string' && !['', '~', 'null'].includes(value.trim()) ? value : null
}

/** One line of plain text: line breaks written out as `\r\n` are spaces, mangled letters whole. */
function asText(value: Strings | undefined): string | null {
  const raw = asRaw(value)
  return raw === null ? null : plainLine(repairMojibake(raw.replace(/\\[rn]/g, ' ')))
}

function asTexts(value: Strings | undefined): string[] {
  const texts = asList(value).flatMap((entry) => asText(entry) ?? [])
  return [...new Set(texts)]
}

function asList(value: Strings | undefined): readonly Strings[] {
  if (value === undefined || value === '') return []
  return Array.isArray(value) ? value.slice(0, MAX_ENTRIES) : [value as Strings]
}

function asNumber(value: Strings | undefined): number | null {
  const number = Number(asRaw(value) ?? Number.NaN)
  return Number.isFinite(number) ? number : null
}

/** YAML 1.1 and people write flags in many ways. */
function asFlag(value: Strings | undefined): boolean | null {
  const word = asRaw(value)?.trim().toLowerCase() ?? ''
  if (['true', 'yes', 'on', '1'].includes(word)) return true
  return ['false', 'no', 'off', '0'].includes(word) ? false : null
}

function asProvider(value: Strings | undefined, url: string | null): Provider | null {
  const fields = isFields(value) ? value : {}
  const domain = asText(fields.domain)?.toLowerCase() ?? domainOf(url)
  const name = asText(fields.name) ?? (typeof value === 'string' ? asText(value) : null)
  if (domain === null && name === null) return null
  return { name: name ?? domain ?? '', domain: domain ?? '' }
}

function asImage(value: Strings): Image[] {
  const fields: Fields = isFields(value) ? value : { url: value }
  const url = resolveUrl(asRaw(fields.url))
  if (url === null) return []
  const [width, height] = [asNumber(fields.width), asNumber(fields.height)]
  return [{ url, width, height, title: asText(fields.title) }]
}

function asRelated(value: Strings): Related[] {
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

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What a draft takes from front matter beside its texts. */
export function givenBy(data: FrontMatter): ArticleDraft['given'] {
  return { quality: data.quality, heat: data.heat, related: data.related }
}
