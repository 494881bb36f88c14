import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, expect, test } from 'vitest'
import { commands } from '../src/commands/commands.ts'
import { runCommand } from '../src/commands/operation.ts'
import { type BackupLine, dump, load } from '../src/store/backup.ts'
import { NEWS, publish, run } from './support/news.ts'
import { openTestApp, type TestApp } from './support/setup.ts'

const dir = mkdtempSync(join(tmpdir(), 'dose-backup-'))
const apps: TestApp[] = []
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close()
})

async function open(): Promise<TestApp> {
  const app = await openTestApp()
  apps.push(app)
  return app
}

async function dose(app: TestApp, name: string, input: object) {
  const rows: Record<string, unknown>[] = []
  const command = commands.find((one) => one.name === name)
  if (!command) throw new Error(`no command ${name}`)
  const emit = { row: (row: object) => rows.push({ ...row }), note: () => undefined }
  const code = await runCommand(command, input, app.deps, emit, true)
  return { rows, code }
}

test('a back-up brings everything back, and the same day is not sent again', async () => {
  const app = await open()
  const { digest } = await publish(app, NEWS, ['ann@reader.example'])
  const sent = await run(app, digest)
  const file = join(dir, 'whole.jsonl.gz')
  expect(await dose(app, 'backup', { file })).toMatchObject({ code: 0, rows: [{ file }] })

  const other = await open()
  const { rows } = await dose(other, 'restore', { file })
  expect(rows[0]?.counts).toMatchObject({
    article: 6,
    digest: 1,
    edition: 1,
    delivery: 1,
    subscriber: 1,
  })
  const before = await app.deps.store.editions.get(sent.editionId)
  expect(await other.deps.store.editions.get(sent.editionId)).toEqual(before)
  expect(await other.deps.store.articles.many(await ids(app))).toEqual(
    await app.deps.store.articles.many(await ids(app)),
  )
  expect(await run(other, digest)).toEqual(sent)
  expect(other.sink?.messages ?? []).toEqual([])
})

const ids = async (app: TestApp) => {
  const rows = await app.deps.store.stories.list(10)
  return (await Promise.all(rows.map(({ id }) => app.deps.store.stories.members(id)))).flat()
}

test('a back-up of an older version is restored, with defaults for what it did not know', async () => {
  const app = await open()
  await publish(app, NEWS, ['ann@reader.example'])
  const older: BackupLine[] = []
  await dump(app.deps.store.db, async (line) => {
    if (line.kind !== 'rows' || line.table !== 'digest') return void older.push(line)
    const rows = line.rows.map((row) => {
      const { active: _, scheduled_since: __, ...known } = row as Record<string, unknown>
      return known
    })
    older.push({ ...line, rows })
  })
  const other = await open()
  await load(other.deps.store.db, Readable.from(older))
  const [digest] = await other.deps.store.digests.list()
  expect(digest).toMatchObject({ name: 'Morning', active: true })
})

test('a damaged back-up is refused and leaves nothing behind; a used store takes none', async () => {
  const app = await open()
  await app.deps.store.digests.put(
    { name: 'One', schedule: '0 7 * * *', timeZone: 'UTC' },
    app.deps.clock.now(),
  )
  const file = join(dir, 'damaged.jsonl.gz')
  await dose(app, 'backup', { file })
  await expect(dose(app, 'restore', { file })).rejects.toThrow(/USAGE the store holds data already/)

  const other = await open()
  appendFileSync(file, 'x')
  await expect(dose(other, 'restore', { file })).rejects.toThrow(
    /BACKUP_INVALID .*damaged\.jsonl\.gz/,
  )
  writeFileSync(join(dir, 'none.jsonl.gz'), 'not a back-up')
  await expect(dose(other, 'restore', { file: join(dir, 'none.jsonl.gz') })).rejects.toThrow(
    /BACKUP_INVALID/,
  )
  await expect(dose(other, 'restore', { file: join(dir, 'missing') })).rejects.toThrow(
    /BACKUP_INVALID .*missing/,
  )
  expect(await other.deps.store.digests.list()).toEqual([])
  rmSync(dir, { recursive: true, force: true })
})
