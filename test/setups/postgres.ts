import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { administer, TEMPLATE } from '../support/postgres.ts'
import { findPrograms } from './programs.ts'
import { prepareRows } from './rows.ts'
import { type Server, startServer, temporaryFolder, unprivileged } from './server.ts'
import { share } from './shared.ts'

/** A cluster that forgets everything on a power cut, which is why it is quick. */
const FAST = ['-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off']
/** Every app opens two pools of 10 and 30 connections at most. */
const ROOM = ['-c', 'max_connections=400', '-c', 'shared_buffers=64MB']

/** Starts a PostgreSQL of the suite's own. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { value, release } = await share('postgres', makeServer)
  project.provide('postgres', value)
  return release
}

async function makeServer() {
  const server = await startPostgres()
  const url = urlOf(server.port)
  await administer(url, `create database ${TEMPLATE}`)
  await prepareRows({ DATA_DIR: '', DATABASE_URL: `${url}/${TEMPLATE}` })
  return { value: url, remove: server.stop }
}

async function startPostgres(): Promise<Server> {
  const { postgres } = findPrograms()
  if (!postgres) throw new Error('PostgreSQL is not on this machine.')
  const folder = temporaryFolder('postgres')
  const identity = unprivileged(folder)
  const data = join(folder, 'data')
  execFileSync(
    join(postgres, 'initdb'),
    ['-D', data, '-U', 'dose', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
    { cwd: folder, stdio: ['ignore', 'ignore', 2], ...identity },
  )
  return startServer({
    program: join(postgres, 'postgres'),
    args: (port) => ['-D', data, '-p', String(port), '-k', folder, ...FAST, ...ROOM],
    folder,
    identity,
    greet: (port) => administer(urlOf(port), 'select 1'),
  })
}

const urlOf = (port: number) => `postgres://dose@127.0.0.1:${port}`
