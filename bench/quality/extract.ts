/**
 * Main text of 181 news pages against what a person marked: 4-gram precision, recall and F1 as in
 * scrapinghub's article-extraction-benchmark, beside Readability alone.
 * `node bench/quality/extract.ts --data PATH [--worst N]`.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { Readability } from '@mozilla/readability'
import { parseHTML } from 'linkedom'
import { readPage } from '../../src/article/page.ts'

type Truth = Readonly<Record<string, { readonly articleBody: string; readonly url: string }>>
type Rate = { readonly id: string; readonly precision: number; readonly recall: number }

const SHINGLE = 4

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: '../shared/data' },
    worst: { type: 'string', default: '0' },
  },
})
const folder = mkdtempSync(join(tmpdir(), 'dose-pages-'))
const archive = join(values.data, 'pages/article-extraction-benchmark.tar.gz')
execFileSync('tar', ['xzf', archive, '-C', folder])
const truth = JSON.parse(readFileSync(join(folder, 'ground-truth.json'), 'utf8')) as Truth

measure('daily-dose', (html, url) => readPage(html, url).text)
measure('readability', (html) => {
  const { document } = parseHTML(html)
  return new Readability(document).parse()?.textContent ?? ''
})
rmSync(folder, { recursive: true })

function measure(name: string, extract: (html: string, url: string) => string): void {
  const rates: Rate[] = []
  let slowest = 0
  const start = performance.now()
  for (const [id, { articleBody, url }] of Object.entries(truth)) {
    const html = gunzipSync(readFileSync(join(folder, 'html', `${id}.html.gz`))).toString()
    const began = performance.now()
    const text = extract(html, url)
    slowest = Math.max(slowest, performance.now() - began)
    rates.push({ id, ...rate(shingles(articleBody), shingles(text)) })
  }
  const seconds = (performance.now() - start) / 1000
  const [precision, recall] = [mean(rates, 'precision'), mean(rates, 'recall')]
  const f1 = (2 * precision * recall) / (precision + recall)
  const figures = `F1 ${f1.toFixed(3)}  precision ${precision.toFixed(3)}  recall ${recall.toFixed(3)}`
  const speed = `${(rates.length / seconds).toFixed(1)} pages/s  slowest ${slowest.toFixed(0)} ms`
  console.log(`${name.padEnd(12)} ${figures}  ${speed}`)
  const byWorth = rates.sort((a, b) => a.precision + a.recall - b.precision - b.recall)
  for (const { id, precision, recall } of byWorth.slice(0, Number(values.worst))) {
    console.log(
      `  ${id.slice(0, 12)} ${precision.toFixed(3)} ${recall.toFixed(3)} ${truth[id]?.url}`,
    )
  }
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
