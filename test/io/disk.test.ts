import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { freeBytes } from '../../src/io/disk.ts'

const folder = mkdtempSync(join(tmpdir(), 'dose-disk-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('a folder that is not there yet has the room of the disk it would be on', async () => {
  expect(await freeBytes(join(folder, 'not', 'yet'))).toBeGreaterThan(0)
})

test('what lies in a file has none', async () => {
  const file = join(folder, 'file')
  writeFileSync(file, '')
  await expect(freeBytes(join(file, 'data'))).rejects.toThrow('ENOTDIR')
})
