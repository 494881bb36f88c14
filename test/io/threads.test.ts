import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { createThreads } from '../../src/io/threads.ts'

const dir = mkdtempSync(join(tmpdir(), 'dose-threads-'))
const file = join(dir, 'thread.mjs')
writeFileSync(
  file,
  `const cell = new Int32Array(new SharedArrayBuffer(4))
  export const hold = (ms) => { Atomics.wait(cell, 0, 0, ms); return ms }`,
)
const threads = createThreads(pathToFileURL(file), 2)
afterAll(async () => {
  await threads.close()
  rmSync(dir, { recursive: true })
})

test('a task that waits for its turn does not use up its time', async () => {
  const tasks = Array.from({ length: 8 }, () => threads.run('hold', 400, 1_200))
  expect(await Promise.all(tasks)).toEqual(Array(8).fill(400))
})

test('a task that takes too long ends, and those behind it run', async () => {
  const late = Array.from({ length: 3 }, () => threads.run('hold', 60_000, 300))
  const behind = threads.run('hold', 1, 10_000)
  for (const task of late) await expect(task).rejects.toThrow('hold took longer than 300 ms')
  expect(await behind).toBe(1)
})
