import { afterAll, expect, inject, test, vi } from 'vitest'
import { administer } from '../support/postgres.ts'
import { openTestApp } from '../support/setup.ts'

const app = await openTestApp()
afterAll(() => app.close())

const endConnections = () =>
  administer(
    inject('postgres'),
    `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = '${new URL(app.settings.DATABASE_URL ?? '').pathname.slice(1)}'`,
  )

/** Right after a restart the pool still finds out which of its connections are gone. */
const registered = () =>
  vi.waitFor(() => app.deps.store.senders.register(app.deps.clock.now()), { timeout: 10_000 })

/** More than there are connections, so that one that is not given back would be missed. */
const RESTARTS = 12

test('a restart of PostgreSQL ends no sender’s process, and its connection is given back', async () => {
  const { store, clock } = app.deps
  for (let i = 0; i < RESTARTS; i++) {
    const sender = await registered()
    expect(await sender.isAlive()).toBe(true)
    await endConnections()
    await expect.poll(() => sender.isAlive()).toBe(false)
    await sender.close(clock.now())
    await sender.close(clock.now())
  }
  await vi.waitFor(() => store.senders.reapDead(clock.now()), { timeout: 10_000 })
  expect(await store.db.selectFrom('sender').select('id').execute()).toEqual([])
}, 60_000)
