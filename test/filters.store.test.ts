import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import * as article from '../src/commands/article.ts'
import { runCommand } from '../src/commands/operation.ts'
import { filter } from '../src/commands/source/filter.ts'
import { readFilters } from '../src/io/filters.ts'
import { startWorkers } from '../src/workers/run.ts'
import { addDigest, addFolder, NEWS, newsFolder, run } from './support/news.ts'
import { openTestApp, type TestApp } from './support/setup.ts'

let app: TestApp
afterEach(async () => {
  await app?.close()
})

async function operate(command: Parameters<typeof runCommand>[0], input: unknown) {
  const rows: Record<string, unknown>[] = []
  const emit = { row: (row: object) => rows.push({ ...row }), note: () => undefined }
  await runCommand(command, input, app.deps, emit, true)
  return rows
}

test('what a rule keeps out is no article, and says which rule it was', async () => {
  app = await openTestApp()
  const { store, clock } = app.deps
  const target = await addFolder(app, newsFolder(NEWS, clock.now()))
  await operate(filter, { target, block: 'title: otters' })
  await operate(filter, { target, block: 'title: otters' })
  const rules = await operate(filter, { target, block: 'url: /chip-\\d/' })
  expect(rules).toMatchObject([
    { action: 'block', rule: 'title: otters', of: 'its source' },
    { action: 'block', rule: 'url: /chip-\\d/' },
  ])
  startWorkers(app.deps)
  const { editionId } = await run(app, await addDigest(app))
  expect((await store.editions.get(editionId))?.pool).toHaveLength(1)
  expect(await store.documents.counts(target)).toMatchObject({ filtered: 3, new: 3 })
  expect(await operate(article.why, { key: 'otter.md' })).toContainEqual(
    expect.objectContaining({
      step: 'ingest',
      outcome: 'filtered',
      detail: 'blocked by `title: otters` of its source',
    }),
  )

  const tried = await operate(filter, { target, keep: 'title: snapped*', dryRun: true })
  expect(tried.length).toBeGreaterThan(0)
  for (const row of tried) expect(row.reason).toContain('`title: snapped*`')
  expect(await store.filters.of(target)).toHaveLength(2)
  expect(await operate(filter, { target, remove: 'title: otters' })).toHaveLength(1)
  await expect(operate(filter, { target, block: 'otters' })).rejects.toThrow('expected `title:`')
  await expect(operate(filter, { target, remove: 'title: x' })).rejects.toThrow('NOT_FOUND')
})

test('rules for all sources come from a file, as YAML writes them', async () => {
  app = await openTestApp()
  const file = join(app.settings.DATA_DIR as string, 'filters.yaml')
  writeFileSync(file, 'block:\n  - title: webinar\n  - "url: /a:b/"\nkeep:\n')
  expect(await readFilters(file)).toEqual([
    { action: 'block', rule: 'title: webinar', of: file },
    { action: 'block', rule: 'url: /a:b/', of: file },
  ])
  writeFileSync(file, '# nothing yet\n')
  expect(await readFilters(file)).toEqual([])
  writeFileSync(file, 'block: webinar\n')
  await expect(readFilters(file)).rejects.toThrow(/CONFIG_INVALID .*filters\.yaml/)
})
