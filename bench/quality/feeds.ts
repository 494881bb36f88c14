/**
 * Agreement of our feed reader with gofeed's expected parses, field by field and by what the field
 * means; every disagreement is listed with its reason. Then feedjira's samples: which give items.
 *
 *     node bench/quality/feeds.ts [--data PATH]
 *
 * PATH holds `feeds/gofeed-testdata.tar.gz` and `feeds/feedjira-samples.tar.gz`. Wanted: 99 % of
 * every field, item fields counted on the pairs that have items; no disagreement without a reason.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import { decodeText } from '../../src/article/encoding.ts'
import { readFeed } from '../../src/article/feed.ts'
import { readDocument } from '../../src/article/read.ts'
import { canonicalUrl, resolveUrl } from '../../src/article/url.ts'
import {
  findPairs,
  type Pair,
  readFeedValues,
  readItemValues,
  type Values,
  wantedFeed,
  wantedItem,
  wantedItems,
} from './feed-pairs.ts'

type Tally = { same: number; explained: number; all: number }
type Difference = {
  readonly field: string
  readonly want: string | null
  readonly got: string | null
  readonly source: string
}

const WANTED_SHARE = 0.99

/** Why two readers of one feed may differ, each with what has to hold for it. The first one counts. */
const REASONS: readonly { readonly why: string; readonly holds: (one: Difference) => boolean }[] = [
  {
    why: 'gofeed leaves a relative reference as it is; we resolve it or, without a base, have none',
    holds: ({ field, want }) => /link|enclosures/.test(field) && want !== null && !isAbsolute(want),
  },
  {
    why: 'an id is opaque (RFC 4287 §4.2.6): we do not resolve it as if it were a link',
    holds: ({ field, want, got }) =>
      field === 'item.id' &&
      want !== null &&
      got !== null &&
      !isAbsolute(got) &&
      want.endsWith(got),
  },
  {
    why: 'the feed names several; we keep all, gofeed the first',
    holds: ({ want, got }) => want !== null && (got?.startsWith(`${want}, `) ?? false),
  },
  {
    why: 'the expected parse keeps Dublin Core and Apple elements apart; we read them as the field they stand for',
    holds: ({ field, want, source }) =>
      want === null &&
      /author|categories|description|published|updated/.test(field) &&
      /<(?:\w+:)(?:creator|author|subject|keywords|category|summary|subtitle|date|issued|modified|owner)\b/.test(
        source,
      ),
  },
  {
    why: 'JSON Feed has no date of the feed: gofeed takes that of an item',
    holds: ({ field, got, source }) =>
      /^feed\.(?:published|updated)$/.test(field) &&
      got === null &&
      source.trimStart().startsWith('{'),
  },
  {
    why: 'gofeed takes the date of an update for that of publication; we tell them apart',
    holds: ({ field, got }) => field.endsWith('published') && got === null,
  },
  {
    why: 'escaped HTML is unescaped once (RFC 4287 §3.1.1.2); gofeed keeps the escapes beside other elements',
    holds: ({ field, want, got }) =>
      field === 'item.content' &&
      want !== null &&
      got === want.replaceAll('&lt;', '<').replaceAll('&gt;', '>'),
  },
]

const { values } = parseArgs({ options: { data: { type: 'string', default: '../shared/data' } } })
const folder = mkdtempSync(join(tmpdir(), 'dose-feeds-'))
for (const name of ['gofeed-testdata', 'feedjira-samples']) {
  execFileSync('tar', ['xzf', join(values.data, `feeds/${name}.tar.gz`), '-C', folder])
}
const tallies = new Map<string, Tally>()
const differences: string[] = []
let withoutReason = 0
const pairs = findPairs(folder)
let withItems = 0
for (const pair of pairs) comparePair(pair)
reportPairs()
const isJiraRight = reportSamples()
rmSync(folder, { recursive: true })
const isReached = [...tallies.values()].every(({ same, all }) => same / all >= WANTED_SHARE)
console.log(`${isReached && withoutReason === 0 && isJiraRight ? 'reached' : 'MISSED'}`)

function comparePair({ name, input, expected }: Pair): void {
  const want = JSON.parse(readFileSync(expected, 'utf8')) as unknown
  const source = decodeText(readFileSync(input), null)
  const items = wantedItems(want)
  if (items.length > 0) withItems++
  const feed = readFeed(source, null, name)
  compare(name, 'feed.', source, wantedFeed(want), readFeedValues(feed))
  const counted = { field: 'items', want: `${items.length}`, got: `${feed.items.length}`, source }
  count(name, counted)
  items.forEach((item, i) => {
    const ours = feed.items[i]
    if (ours) compare(name, 'item.', source, wantedItem(item), readItemValues(ours))
  })
}

function compare(name: string, prefix: string, source: string, want: Values, got: Values): void {
  for (const [field, value] of Object.entries(want)) {
    count(name, { field: prefix + field, want: value, got: got[field] ?? null, source })
  }
}

function count(name: string, one: Difference): void {
  const tally = tallies.get(one.field) ?? { same: 0, explained: 0, all: 0 }
  tallies.set(one.field, tally)
  tally.all++
  if (squeeze(one.want) === squeeze(one.got)) {
    tally.same++
    return
  }
  const reason = REASONS.find(({ holds }) => holds(one))
  if (reason) tally.explained++
  else withoutReason++
  const values = `wanted ${JSON.stringify(one.want)}, got ${JSON.stringify(one.got)}`
  differences.push(`${name} ${one.field}: ${values}\n    ${reason?.why ?? 'NO REASON FOUND'}`)
}

function reportPairs(): void {
  console.log(`${pairs.length} pairs, ${withItems} of them with items`)
  for (const [field, { same, explained, all }] of tallies) {
    const share = ((100 * same) / all).toFixed(2).padStart(6)
    console.log(`${field.padEnd(18)} ${share} %  ${same}/${all}  and ${explained} explained`)
  }
  for (const difference of differences) console.log(difference)
}

/** Fragments of HTML are no feeds; all others are, and every one has items. */
function reportSamples(): boolean {
  const root = join(folder, 'spec/sample_feeds')
  const wrong: string[] = []
  let feeds = 0
  let refused = 0
  for (const file of readdirSync(root).sort()) {
    const items = itemsOf(join(root, file))
    if (items === null) refused++
    else feeds++
    if ((items === null) !== file.includes('FirstEntry') || items === 0) wrong.push(file)
  }
  console.log(`feedjira: ${feeds} feeds with items, ${refused} refused`)
  for (const file of wrong) console.log(`  WRONG ${file}`)
  return wrong.length === 0
}

/** `null` for what is not read as a feed. */
function itemsOf(path: string): number | null {
  const bytes = readFileSync(path)
  try {
    const { kind, drafts } = readDocument({
      ref: basename(path),
      bytes,
      contentType: 'text/xml',
      url: null,
    })
    return kind === 'feed' ? drafts.length : null
  } catch (error) {
    if ((error as { code?: string }).code === 'SOURCE_UNREADABLE') return null
    throw error
  }
}

function isAbsolute(reference: string): boolean {
  return resolveUrl(reference) !== null
}

/** URLs in their canonical form, white space single. */
function squeeze(value: string | null): string | null {
  return canonicalUrl(value) ?? value?.replace(/\s+/g, ' ').trim() ?? null
}
