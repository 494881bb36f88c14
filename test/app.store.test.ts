import { expect, test } from 'vitest'
import { openTestApp, setup } from './support/setup.ts'

test('an app opens in this set-up and leaves nothing behind', async () => {
  const app = await openTestApp()
  expect(app.deps.queues.kind).toBe(setup === 'redis' ? 'redis' : 'postgres')
  expect(app.deps.store.kind).toBe(setup === 'pglite' ? 'pglite' : 'postgres')
  await app.close()
})
