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
  /** When that process began, in ticks since the boot: tells it from a later one with its pid. */
  started?: string
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
    started: lookUp(process.pid)?.started ?? '',
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
    if (isAlive(first)) throw held(dir, first)
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
  } catch (error) {
    if (isCode(error, 'ENOENT')) return // another waiter was faster
    throw error
  }
  const taken = read(aside)
  try {
    if (taken && taken.holder !== holder) linkSync(aside, path)
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error // a third one holds it by now
  } finally {
    rmSync(aside, { force: true })
  }
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
    if (isCode(error, 'EEXIST')) return false
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

/** A file cut off by a full disk or a power cut names nobody: gone, unless it beats. */
const NOBODY: Holder = { holder: '', pid: 0, table: '', host: '', command: '', beat: 0 }

/** `null` when there is no file. */
function read(path: string): Holder | null {
  try {
    const found = JSON.parse(readFileSync(path, 'utf8')) as Holder | null
    return typeof found?.holder === 'string' ? found : NOBODY
  } catch (error) {
    return isCode(error, 'ENOENT') ? null : NOBODY
  }
}

const isCode = (error: unknown, code: string): boolean =>
  (error as NodeJS.ErrnoException).code === code

/** A stopped process lives: it goes on writing once it is continued. */
function isAlive({ pid, started }: Holder): boolean {
  const found = lookUp(pid)
  if (!found) return exists(pid)
  if ('ZX'.includes(found.state)) return false
  return started ? found.started === started : pid !== process.pid
}

/** Some systems show a user only their own processes. */
function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return isCode(error, 'EPERM')
  }
}

/** Fields 3 and 22 of proc_pid_stat(5), counted from the end of the name, which may hold anything. */
function lookUp(pid: number): { state: string; started: string } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return { state: fields[0] ?? '', started: fields[19] ?? '' }
  } catch {
    return null
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
