import { afterAll, describe, expect, test } from 'vitest'
import { createPageReader } from '../../../src/commands/filter/pages.ts'

const P =
  '<p>The mill tells of its wheel, the weir behind it and the people who, year after year, keep it at work.</p>'
const data = (json: string) => `<script type="application/ld+json">${json}</script>`
const MB = 1_000_000

/** Each would cost a naive reader minutes, its stack, or all memory. */
const HOSTILE: Readonly<Record<string, string>> = {
  'nested elements': `${'<div>'.repeat(100_000)}x`,
  'a million attributes': `<div ${Array.from({ length: MB }, (_, i) => `a${i}=1`).join(' ')}>${P}</div>`,
  '50 MB of text': `<p>${'word '.repeat(10 * MB)}</p>`,
  'scripts without an end': '<script>'.repeat(100_000),
  'nothing closed': '<p><span><table><tr><td><ul><li><b>'.repeat(20_000),
  'a giant table': `<table>${'<tr><td>a</td><td>b</td></tr>'.repeat(50_000)}</table>`,
  'tables in tables': '<table><tr><td>'.repeat(20_000),
  'deep JSON-LD': data(`${'['.repeat(200_000)}${']'.repeat(200_000)}`),
  'deep graphs': data(`${'{"@graph":'.repeat(40_000)}1${'}'.repeat(40_000)}`),
  'a flood of entities': `<p>${'&amp;&lt;&#x41;&nbsp;'.repeat(300_000)}</p>`,
  'a title of separators': `<title>${' | '.repeat(300_000)}</title><h1>${'- '.repeat(300_000)}</h1>${P}`,
  'bylines without an end': `<p class="byline">By ${'Aa Bb, '.repeat(25)}</p>`.repeat(2_000),
  'comments in comments': `${'<!--'.repeat(300_000)}${P}`,
  'nothing but brackets': '<'.repeat(2 * MB),
}
const LIMIT_MS = 3_000
const URL = 'https://mill.example/a'

describe('a hostile page costs its time limit at most, and the next page nothing', () => {
  const reader = createPageReader(LIMIT_MS)
  afterAll(() => reader.close())

  test.each(Object.entries(HOSTILE))('%s', async (_name, html) => {
    const read = await reader.read(`<html><body>${html}</body></html>`, URL).catch((error) => error)
    if (read instanceof Error) expect(read.message).toMatch(/took longer than 3000 ms|memory/)
    else expect(read.title?.length ?? 0).toBeLessThanOrEqual(1_000)
    expect(
      await reader.read(`<html><body><h1>The mill</h1>${P.repeat(2)}</body></html>`, URL),
    ).toMatchObject({ title: 'The mill' })
  })
})
