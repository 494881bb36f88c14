import { Redis } from 'ioredis'
import type { TestProject } from 'vitest/node'
import { findPrograms } from './programs.ts'
import { startServer, temporaryFolder } from './server.ts'

/** Every test has a database of its own, by number. */
const DATABASES = 2_000

/** Starts a Redis or Valkey of the suite's own, for the tests of one project. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { redis } = findPrograms()
  if (!redis) throw new Error('Neither Redis nor Valkey is on this machine.')
  const server = await startServer({
    program: redis,
    args: (port) => [
      ...['--port', String(port), '--bind', '127.0.0.1', '--databases', String(DATABASES)],
      ...['--save', '', '--appendonly', 'no', '--maxmemory-policy', 'noeviction'],
    ],
    folder: temporaryFolder('redis'),
    greet: ping,
  })
  project.provide('redis', `redis://127.0.0.1:${server.port}`)
  return server.stop
}

async function ping(port: number): Promise<void> {
  const client = new Redis({ port, lazyConnect: true, retryStrategy: () => null })
  client.on('error', () => undefined) // told by connect()
  try {
    await client.connect()
    await client.ping()
  } finally {
    client.disconnect()
  }
}
