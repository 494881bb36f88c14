import { randomUUID } from 'node:crypto'
import { linkSync, readFileSync, readlinkSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { DoseError } from '../errors.ts'

const FILE = 'lock.json'
/** The holder rewrites its file this often. */
const BEAT_MS = 1_000
/** A holder we cannot look up (another container, another host) is gone after this long a silence. */
const SILENCE_MS = 15_000
/** After a pause this long we may have been taken for dead: read the file before writing again. */
const DOUBT_MS = 5_000

export type FolderLock = {
  /** @throws {DoseError} DATA_DIR_LOST when another process has taken the folder over. */
  assertHeld(): void
  release(): void
}

type Holder = {
  holder: string
  pid: number
  /** Identifies the process table `pid` belongs to: boot and namespace. `''` where unknown. */
  table: string
  host: string
  command: string
  beat: number
}

/**
 * Takes a data folder for this process alone. PGlite has no lock of its own, and two processes on
 * one folder lose rows silently. A heartbeat names the holder; its pid counts only where it can be
 * looked up in the same process table, since a pid means nothing across containers.
 *
 * @param onLost called once when another process has taken the folder over: this one must end.
 * @throws {DoseError} DATA_DIR_HELD naming the holder.
 */
export async function lockFolder(
  dir: string,
  command: string,
  onLost: (error: DoseError) => void,
): Promise<FolderLock> {
  const path = join(dir, FILE)
  const me: Holder = {
    holder: randomUUID(),
    pid: process.pid,
    table: processTable(),
    host: hostname(),
    command,
    beat: Date.now(),
  }
  while (!tryCreate(path, me)) await waitForSilence(dir, path)
  return keep(path, me, onLost)
}

function keep(path: string, me: Holder, onLost: (error: DoseError) => void): FolderLock {
  let lastBeat = Date.now()
  const assertHeld = () => {
    if (Date.now() - lastBeat > DOUBT_MS && read(path)?.holder !== me.holder)
      throw new DoseError('DATA_DIR_LOST', path)
  }
  const beat = () => {
    try {
      assertHeld()
      replace(path, { ...me, beat: Date.now() })
      lastBeat = Date.now()
    } catch (error) {
      if (!(error instanceof DoseError)) return // a full disk, say: the next beat tries again
      clearInterval(timer)
      onLost(error)
    }
  }
  const timer = setInterval(beat, BEAT_MS)
  timer.unref()
  return {
    assertHeld,
    release() {
      clearInterval(timer)
      if (read(path)?.holder === me.holder) rmSync(path, { force: true })
    },
  }
}

/** Waits until the holder is certainly gone, then removes its file; throws as soon as it lives. */
async function waitForSilence(dir: string, path: string): Promise<void> {
  const first = read(path)
  if (!first) return
  if (first.table !== '' && first.table === processTable()) {
    if (isAlive(first.pid)) throw held(dir, first)
  } else {
    const until = Date.now() + SILENCE_MS
    while (Date.now() < until) {
      await sleep(BEAT_MS / 2)
      const now = read(path)
      if (now?.holder !== first.holder) return
      if (now.beat !== first.beat) throw held(dir, now)
    }
  }
  removeStale(path, first.holder)
}

/** Renames before deleting, so that of two waiters only one removes the file, and the right one. */
function removeStale(path: string, holder: string): void {
  const aside = `${path}.${randomUUID()}`
  try {
    renameSync(path, aside)
  } catch {
    return // another waiter was faster
  }
  const taken = read(aside)
  if (taken && taken.holder !== holder) linkSync(aside, path)
  rmSync(aside, { force: true })
}

function held(dir: string, holder: Holder): DoseError {
  const who = `\`dose ${holder.command}\` (pid ${holder.pid} on ${holder.host})`
  return new DoseError('DATA_DIR_HELD', `${dir} by ${who}`)
}

function tryCreate(path: string, me: Holder): boolean {
  const draft = `${path}.${me.holder}`
  writeFileSync(draft, JSON.stringify({ ...me, beat: Date.now() }))
  try {
    linkSync(draft, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

function replace(path: string, me: Holder): void {
  const draft = `${path}.${me.holder}`
  writeFileSync(draft, JSON.stringify(me))
  renameSync(draft, path)
}

function read(path: string): Holder | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder
  } catch {
    return null
  }
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return false // our own pid, reused after a restart
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function processTable(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return `${boot}/${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return ''
  }
}
