import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chownSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const START_MS = 20_000

export type Server = { readonly port: number; stop(): Promise<void> }

/** A folder that goes when its server stops. */
export const temporaryFolder = (name: string): string =>
  mkdtempSync(join(tmpdir(), `dose-${name}-`))

export type ServerOptions = {
  readonly program: string
  readonly args: (port: number) => string[]
  /** Working directory, removed at the end. */
  readonly folder: string
  /** Who runs it. */
  readonly identity?: Identity
  /** Rejects until the server answers. */
  readonly greet: (port: number) => Promise<unknown>
}

/** Starts a program that listens on a free port of loopback, and waits until it answers. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const { program, args, folder, identity, greet } = options
  const port = await freePort()
  const stdio = ['ignore', 'ignore', 'ignore'] as const
  const child = spawn(program, args(port), { cwd: folder, stdio: [...stdio], ...identity })
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill) // whatever ends the suite ends its servers
  await waitFor(() => greet(port), child, program)
  return {
    port,
    async stop() {
      process.off('exit', kill)
      await end(child)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export type Identity = { readonly uid?: number; readonly gid?: number }

/** PostgreSQL refuses to run as root: the folder then goes to another user, who runs it. */
export function unprivileged(folder: string): Identity {
  if (process.getuid?.() !== 0) return {}
  const identity = { uid: idOf('-u'), gid: idOf('-g') }
  chownSync(folder, identity.uid, identity.gid)
  return identity
}

function idOf(flag: '-u' | '-g'): number {
  for (const user of ['postgres', 'nobody']) {
    try {
      return Number(execFileSync('id', [flag, user], { stdio: ['ignore', 'pipe', 'ignore'] }))
    } catch {} // no such user: try the next
  }
  throw new Error('PostgreSQL does not run as root, and there is no user postgres or nobody.')
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

async function waitFor(
  greet: () => Promise<unknown>,
  child: ChildProcess,
  program: string,
): Promise<void> {
  const until = Date.now() + START_MS
  for (;;) {
    try {
      await greet()
      return
    } catch (error) {
      if (child.exitCode !== null || Date.now() > until)
        throw new Error(`${program} does not answer.`, { cause: error })
    }
    await sleep(50)
  }
}

/** SIGINT is PostgreSQL's fast shutdown and ends Redis as well. */
function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill('SIGINT')
  })
}
