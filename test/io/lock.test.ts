import { spawn } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { lockFolder } from '../../src/io/lock.ts'

let dir: string
let path: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'dose-lock-'))
  path = join(dir, 'lock.json')
})
afterEach(() => rmSync(dir, { recursive: true }))

const take = () => lockFolder(dir, 'test', () => undefined)

test('a folder is held once, also within one process, and free after its release', async () => {
  const lock = await take()
  await expect(take()).rejects.toThrow(/DATA_DIR_HELD .* by `dose test`/)
  lock.release()
  expect(existsSync(path)).toBe(false)
  ;(await take()).release()
})

test('a lock file that was cut off names nobody and is taken over after a silence', async () => {
  const contents = ['', '{"holder":"a', 'null', '5']
  const taken = contents.map(async (content, i) => {
    const folder = join(dir, String(i))
    mkdirSync(folder)
    writeFileSync(join(folder, 'lock.json'), content)
    const lock = await lockFolder(folder, 'test', () => undefined)
    const { pid } = JSON.parse(readFileSync(join(folder, 'lock.json'), 'utf8'))
    lock.release()
    return pid
  })
  expect(await Promise.all(taken)).toEqual(contents.map(() => process.pid))
}, 40_000)

describe.skipIf(!existsSync('/proc/self/stat'))('where processes can be looked up', () => {
  const boot = () => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  const heldBy = (pid: number, started: string) => {
    const table = `${boot()}/${readlinkSync('/proc/self/ns/pid')}`
    const holder = { holder: 'other', pid, started, table, host: 'h', command: 'up', beat: 0 }
    writeFileSync(path, JSON.stringify(holder))
  }
  const startOf = (pid: number) =>
    readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\)/s, '').split(' ')[20] ?? ''

  test('a stopped process keeps its folder; a killed one does not', async () => {
    const child = spawn('sleep', ['60'])
    const pid = child.pid as number
    child.kill('SIGSTOP')
    heldBy(pid, startOf(pid))
    await expect(take()).rejects.toThrow(/DATA_DIR_HELD .*pid \d+ on h/)
    child.kill('SIGKILL')
    await new Promise((resolve) => child.once('exit', resolve))
    ;(await take()).release()
  })

  test('a process that merely has the pid of a killed one does not hold its folder', async () => {
    heldBy(process.ppid, '1')
    ;(await take()).release()
  })
})
