import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readArticleFile } from '../../src/article/file.ts'
import { fetch } from '../../src/workers/fetch.ts'
import { handTo } from '../../src/workers/stage.ts'
import { addFolder, NEWS, newsFolder, publish, run as runDigest } from '../support/news.ts'
import { openTestApp, type TestApp } from '../support/setup.ts'
import { doseOn } from './dose.ts'
import { dose as typed } from './source/dose.ts'

const GIVEN = NEWS.map((note, i) => (i === 0 ? { ...note, more: 'quality: 52\nheat: 92' } : note))

let app: TestApp
let dose: ReturnType<typeof doseOn>
beforeAll(async () => {
  app = await openTestApp()
  dose = doseOn(app)
  const { digest } = await publish(app, GIVEN, [])
  await runDigest(app, digest)
})
afterAll(() => app?.close())

test('article export: files that are read back, one article of a story carries its heat', async () => {
  const to = mkdtempSync(join(tmpdir(), 'dose-export-'))
  const { rows } = await dose('article export')
  const { rows: files, exit } = await dose('article export', { to })
  expect(exit).toBe(0)
  expect(readdirSync(to)).toHaveLength(rows.length)
  const read = files.map(({ file }) => readArticleFile(readFileSync(String(file), 'utf8'), 'a.md'))
  expect(read.map(({ data }) => data)).toMatchObject(
    rows.map(({ id, url, title, quality, heat, related, published }) => {
      return { id, url, title, quality, heat, related, published }
    }),
  )
  const bridge = rows.filter(({ title }) => /bridge/.test(String(title)))
  expect(bridge.map(({ related }) => (related as unknown[]).length).toSorted()).toEqual([0, 0, 2])
  expect(bridge.filter(({ heat }) => Number(heat) >= 0)).toHaveLength(1)
  expect((await dose('article export', { date: '2001-01-01' })).rows).toEqual([])
})

test('article show: what a source gave stands beside ours', async () => {
  const { rows } = await dose('article export')
  const given = rows.find((row) => (row.given as { quality: number | null }).quality !== null)
  const { rows: found, shown } = await dose('article show', { key: given?.id })
  const quality = Number(given?.quality)
  expect(found[0]).toMatchObject({ given: { quality: 52, heat: 92 }, quality })
  expect(found[0]?.difference).toMatchObject({ quality: expect.closeTo(quality - 52, 2) })
  expect(shown[0]).toContain(`given 52, ours ${quality.toFixed(2)}`)
  await expect(dose('article show', { key: 'nobody' })).rejects.toThrow('NOT_FOUND article nobody')
})

test('a file is told from one of the same name in another folder', async () => {
  const { store, queues, clock } = app.deps
  const folders = new Map<string, string>()
  for (const domain of ['quay.example', 'mill.example', 'lock.example']) {
    const note = { file: 'index.md', title: `Index of ${domain}`, body: 'What is new.', domain }
    const dir = newsFolder([note], clock.now())
    const id = await addFolder(app, dir)
    await handTo(fetch, [{ id, version: 1 }], 'test', queues)
    const url = `https://${domain}/index`
    await expect.poll(() => store.articles.find(url), { timeout: 20_000 }).toBeDefined()
    folders.set(dir, url)
  }
  for (const [dir, url] of folders) {
    const key = join(dir, 'index.md')
    const { rows } = await typed(app, 'article why', { key })
    const detail = expect.stringContaining(url)
    expect(rows).toContainEqual(expect.objectContaining({ step: 'article', detail }))
    const id = (await store.articles.find(url))?.id
    expect((await typed(app, 'xray', { key })).rows[0]).toMatchObject({ kind: 'article', id })
    expect((await typed(app, 'article retry', { key })).exit).toBe(0)
  }
  // By its bare name it is that of one of them, and of no other.
  const { rows } = await dose('article why', { key: 'index.md' })
  const { source_id } = (await store.documents.find('index.md')) ?? {}
  const told = rows.filter(({ step }) => step === 'article').map(({ detail }) => String(detail))
  const [id = ''] = told[0]?.split(' ') ?? []
  expect((await store.articles.find(id))?.source_id).toBe(source_id)
  const unread = join([...folders.keys()][0] ?? '', 'other.md')
  await expect(typed(app, 'article retry', { key: unread })).rejects.toThrow('NOT_FOUND')
})
