/**
 * Main text of 181 news pages against what a person marked, beside Readability alone and defuddle;
 * and title, author and day of the 40 pages whose labels are in page-labels.json.
 * `node bench/quality/extract.ts --data PATH [--worst N]`.
 *
 * Text: multisets of 4-grams of words, precision and recall of each page, their means, F1 of the
 * means, as evaluate.py of scrapinghub's article-extraction-benchmark does.
 *
 * Labels: every fourth page by id, the first 40. A person read the pages' sources and wrote down the
 * headline and byline as printed and the day of publication; where nobody is named but a log-in or
 * the site itself, empty is right too. `title` and `author` are the first 16 digits of the SHA-256
 * of the value in lower case, letters and digits only, so that no page is quoted here.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { Readability } from '@mozilla/readability'
import { Defuddle } from 'defuddle/node'
import { JSDOM, VirtualConsole } from 'jsdom'
import { parseHTML } from 'linkedom'
import { readPage } from '../../src/article/page.ts'
import { htmlToPlain } from '../../src/article/plain.ts'
import { type MarkedPage, readMarkedPages } from '../pages.ts'

type Extract = {
  readonly text: string
  readonly title?: string | null | undefined
  readonly author?: string | null | undefined
  readonly publishedAt?: string | null | undefined
}
type Rate = { readonly page: MarkedPage; readonly precision: number; readonly recall: number }
type Label = Readonly<Record<'title' | 'author' | 'date', readonly (string | null)[]>>
type Field = keyof Label

const SHINGLE = 4
/** As `dose filter extract` has it by default. Milliseconds. */
const TIME_LIMIT = 5_000

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: '../shared/data' },
    worst: { type: 'string', default: '0' },
  },
})
const pages = readMarkedPages(values.data)
const labels = JSON.parse(
  readFileSync(new URL('./page-labels.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, Label>>

await measure('daily-dose', (html, url) => readPage(html, url))
await measure('readability', (html) => {
  const { document } = parseHTML(html)
  return fromReadability(new Readability(document).parse())
})
await measure('defuddle', async (html, url) => {
  const dom = new JSDOM(html, { url, virtualConsole: new VirtualConsole() })
  const read = await Defuddle(dom.window.document, url)
  dom.window.close()
  const { content, title, author, published } = read
  return { text: htmlToPlain(content), title, author, publishedAt: toInstant(published) }
})

function fromReadability(article: ReturnType<Readability['parse']>): Extract {
  return {
    text: article?.textContent ?? '',
    title: article?.title,
    author: article?.byline,
    publishedAt: toInstant(article?.publishedTime),
  }
}

function toInstant(date: string | null | undefined): string | null {
  const time = Date.parse(date ?? '')
  return Number.isNaN(time) ? null : new Date(time).toISOString()
}

type Extractor = (html: string, url: string) => Extract | Promise<Extract>

async function measure(name: string, extract: Extractor): Promise<void> {
  const rates: Rate[] = []
  const extracts = new Map<string, Extract>()
  let [slowest, late] = [0, 0]
  const start = performance.now()
  for (const page of pages) {
    const began = performance.now()
    const got = await extract(page.html, page.url)
    const took = performance.now() - began
    slowest = Math.max(slowest, took)
    if (took > TIME_LIMIT) late++
    extracts.set(page.id, got)
    rates.push({ page, ...rate(shingles(page.articleBody), shingles(got.text)) })
  }
  const seconds = (performance.now() - start) / 1000
  const [precision, recall] = [mean(rates, 'precision'), mean(rates, 'recall')]
  const f1 = (2 * precision * recall) / (precision + recall)
  const figures = `F1 ${f1.toFixed(3)}  precision ${precision.toFixed(3)}  recall ${recall.toFixed(3)}`
  const speed = `${(rates.length / seconds).toFixed(1)} pages/s  slowest ${slowest.toFixed(0)} ms, ${late} over ${TIME_LIMIT} ms`
  console.log(`${name.padEnd(12)} ${figures}  ${speed}`)
  for (const field of ['title', 'author', 'date'] as const) printAgreement(field, extracts)
  const byWorth = rates.sort((a, b) => a.precision + a.recall - b.precision - b.recall)
  for (const { page, precision, recall } of byWorth.slice(0, Number(values.worst))) {
    console.log(
      `  ${page.id.slice(0, 12)} ${precision.toFixed(3)} ${recall.toFixed(3)} ${page.url}`,
    )
  }
}

/** Right, left empty, and wrong, of the labelled pages. */
function printAgreement(field: Field, extracts: ReadonlyMap<string, Extract>): void {
  const counts = { right: 0, empty: 0, wrong: 0 }
  const faults: string[] = []
  for (const { id } of pages) {
    const label = labels[id.slice(0, 12)]
    const got = extracts.get(id)
    if (!label || !got) continue
    const value = comparable(field, got)
    const verdict = label[field].includes(value) ? 'right' : value === null ? 'empty' : 'wrong'
    counts[verdict]++
    if (verdict !== 'right') faults.push(`${verdict} ${id.slice(0, 12)}`)
  }
  const all = counts.right + counts.empty + counts.wrong
  const share = ((100 * counts.right) / all).toFixed(1)
  console.log(
    `  ${field.padEnd(6)} ${share} % of ${all} right  ${counts.empty} empty  ${counts.wrong} wrong  ${faults.join(', ')}`,
  )
}

function comparable(field: Field, { title, author, publishedAt }: Extract): string | null {
  if (field === 'date') return publishedAt?.slice(0, 10) ?? null
  const words = (field === 'title' ? title : author)
    ?.normalize('NFKC')
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu)
  return words ? createHash('sha256').update(words.join(' ')).digest('hex').slice(0, 16) : null
}

function shingles(text: string): Map<string, number> {
  const tokens = text.match(/[\p{L}\p{N}_]+/gu) ?? []
  const counts = new Map<string, number>()
  for (let i = 0; i < Math.max(1, tokens.length - SHINGLE + 1); i++) {
    const key = tokens.slice(i, i + SHINGLE).join(' ')
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return counts
}

function rate(want: Map<string, number>, got: Map<string, number>) {
  let shared = 0
  for (const [key, count] of got) shared += Math.min(count, want.get(key) ?? 0)
  const total = (counts: Map<string, number>) => [...counts.values()].reduce((a, b) => a + b, 0)
  return { precision: shared / total(got), recall: shared / total(want) }
}

function mean(rates: readonly Rate[], field: 'precision' | 'recall'): number {
  return rates.reduce((sum, one) => sum + one[field], 0) / rates.length
}
