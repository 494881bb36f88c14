/**
 * Agreement of our feed reader with gofeed's expected parses, field by field; every disagreement
 * is listed. `node bench/quality/feeds.ts --data PATH`, PATH being the folder that holds
 * `feeds/gofeed-testdata.tar.gz`.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { parseDate } from '../../src/article/date.ts'
import { decodeText } from '../../src/article/encoding.ts'
import { readFeed } from '../../src/article/feed.ts'
import { plainLine } from '../../src/article/plain.ts'
import { canonicalUrl } from '../../src/article/url.ts'

type Values = { readonly [field: string]: string | null }
type Pair = { readonly name: string; readonly input: string; readonly expected: string }

const { values } = parseArgs({ options: { data: { type: 'string', default: '../shared/data' } } })
const folder = mkdtempSync(join(tmpdir(), 'dose-feeds-'))
const archive = join(values.data, 'feeds/gofeed-testdata.tar.gz')
execFileSync('tar', ['xzf', archive, '-C', folder])

const agreed = new Map<string, { same: number; all: number }>()
const differences: string[] = []
const pairs = findPairs(folder)
for (const pair of pairs) comparePair(pair)
rmSync(folder, { recursive: true })

console.log(`${pairs.length} pairs`)
for (const [field, { same, all }] of agreed) {
  console.log(
    `${field.padEnd(18)} ${((100 * same) / all).toFixed(2).padStart(6)} %  ${same}/${all}`,
  )
}
for (const difference of differences) console.log(difference)

/** `x.xml` with `x.json`, `x.json` with `x_expected.json`. */
function findPairs(root: string): Pair[] {
  const files = new Set(readdirSync(root, { recursive: true, encoding: 'utf8' }))
  return [...files].sort().flatMap((file) => {
    const stem = file.replace(/\.(?:xml|json)$/, '')
    const expected = file.endsWith('.xml') ? `${stem}.json` : `${stem}_expected.json`
    if (stem === file || !files.has(expected)) return []
    return [{ name: stem, input: join(root, file), expected: join(root, expected) }]
  })
}

function comparePair({ name, input, expected }: Pair): void {
  const want = JSON.parse(readFileSync(expected, 'utf8')) as unknown
  try {
    const feed = readFeed(decodeText(readFileSync(input), null), null, name)
    const { title, link, author } = feed
    compare(name, '', wantedFeed(want), { title, link, author })
    const wanted = list(want, 'entries', 'items')
    count(name, 'items', String(wanted.length), String(feed.items.length))
    wanted.forEach((entry, i) => {
      const item = feed.items[i]
      if (item === undefined) return
      const { title, url: link, id, author, publishedAt: published, updatedAt: updated } = item
      const categories = item.categories.join(' | ') || null
      const content = item.html
      const enclosures =
        item.enclosures.map((e) => `${e.url} ${e.type} ${e.length}`).join(' | ') || null
      const got = { title, link, id, author, published, updated, content, categories, enclosures }
      compare(name, 'item.', wantedItem(entry), got)
    })
  } catch (error) {
    differences.push(`${name}: ${error}`)
  }
}

function compare(name: string, prefix: string, want: Values, got: Values): void {
  for (const [field, value] of Object.entries(want)) {
    count(name, prefix + field, value, got[field] ?? null)
  }
}

function count(name: string, field: string, want: string | null, got: string | null): void {
  const tally = agreed.get(field) ?? { same: 0, all: 0 }
  agreed.set(field, tally)
  tally.all++
  const same = want === got || squeeze(want) === squeeze(got)
  if (same) tally.same++
  else
    differences.push(`${name} ${field}: wanted ${JSON.stringify(want)}, got ${JSON.stringify(got)}`)
}

/** URLs in their canonical form, white space single. */
function squeeze(value: string | null): string | null {
  return canonicalUrl(value) ?? value?.replace(/\s+/g, ' ').trim() ?? null
}

/** What stands at a path, `null` where the path leads nowhere. */
function at(value: unknown, ...path: (string | number)[]): unknown {
  const step = (inner: unknown, key: string | number) =>
    typeof inner === 'object' && inner !== null
      ? (inner as Record<string | number, unknown>)[key]
      : null
  return path.reduce(step, value) ?? null
}

function text(value: unknown, ...path: (string | number)[]): string | null {
  const found = at(value, ...path)
  return typeof found === 'string' && found !== '' ? found : null
}

function list(value: unknown, ...names: string[]): readonly unknown[] {
  return names.map((name) => at(value, name)).find(Array.isArray) ?? []
}

function wantedFeed(feed: unknown): Values {
  return { title: plainLine(text(feed, 'title')), link: linkOf(feed), author: authorOf(feed) }
}

function wantedItem(item: unknown): Values {
  const bodies = ['content', 'content_html', 'content_text', 'description', 'summary']
  const content =
    text(item, 'content', 'value') ?? bodies.map((name) => text(item, name)).find(Boolean)
  return {
    title: plainLine(text(item, 'title')),
    link: linkOf(item),
    id: text(item, 'guid', 'value') ?? text(item, 'guid') ?? text(item, 'id') ?? linkOf(item),
    author: authorOf(item),
    published: dateOf(item, 'publishedParsed', 'pubDateParsed', 'date_published'),
    updated: dateOf(item, 'updatedParsed', 'date_modified'),
    content: content ?? null,
    categories: list(item, 'categories', 'tags').map(nameOf).join(' | ') || null,
    enclosures: list(item, 'enclosures', 'attachments').map(enclosureOf).join(' | ') || null,
  }
}

function linkOf(entry: unknown): string | null {
  const isAlternate = (link: unknown) =>
    at(link, 'href') && (text(link, 'rel') ?? 'alternate') === 'alternate'
  const alternate = list(entry, 'links').find(isAlternate)
  const own = ['link', 'url', 'external_url', 'home_page_url'].map((name) => text(entry, name))
  return own.find(Boolean) ?? text(alternate, 'href')
}

/** gofeed's parsers keep Dublin Core apart; its translator falls back to it, as we do. */
function authorOf(entry: unknown): string | null {
  const people = list(entry, 'authors').map((one) =>
    plainLine(text(one, 'name') ?? text(one, 'email')),
  )
  const one = at(entry, 'author') ?? at(entry, 'managingEditor') ?? at(entry, 'webMaster')
  const extended =
    text(entry, 'dcExt', 'creator', 0) ?? text(entry, 'extensions', 'dc', 'creator', 0, 'value')
  const single =
    typeof one === 'string' ? one : (text(one, 'name') ?? text(one, 'email') ?? extended)
  return people.filter(Boolean).join(', ') || plainLine(single)
}

function dateOf(entry: unknown, ...names: string[]): string | null {
  return names.map((name) => parseDate(text(entry, name))).find((date) => date !== null) ?? null
}

function nameOf(category: unknown): string | null {
  const name = text(category, 'label') ?? text(category, 'value') ?? text(category, 'term')
  return plainLine(typeof category === 'string' ? category : name)
}

function enclosureOf(one: unknown): string {
  const length = at(one, 'length') ?? at(one, 'size_in_bytes')
  const type = text(one, 'type') ?? text(one, 'mime_type')
  return `${text(one, 'url')} ${type} ${length === null ? null : Number(length)}`
}
