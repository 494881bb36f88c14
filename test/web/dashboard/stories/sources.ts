import { expect } from 'vitest'
import type { House } from '../../house.ts'
import type { RoomStory } from '../story.ts'

const NAME = 'Harbour <b>Post</b>'
let id = ''

/** A source that broke, and one of whose visits the ledger tells. */
async function furnish({ store }: House): Promise<void> {
  const url = 'https://harbour.example/feed.xml'
  const now = new Date().toISOString()
  const source = {
    kind: 'feed' as const,
    url,
    name: NAME,
    topics: ['Science'],
    intervalSeconds: 3_600,
  }
  const { id: added } = await store.sources.add(source, now)
  id = added
  const asked = { asked: url, conditional: true, answer: 'failed' as const, status: 503 }
  const sizes = { cameFrom: null, requests: 1, bytes: 120, ms: 80, waitedMs: 0, note: 'HTTP 503' }
  await store.sources.finish(
    id,
    {
      ...{
        kind: 'failed',
        error: 'HTTP 503',
        status: 503,
        validators: { etag: null, lastModified: null },
      },
      ...{ next: { at: now, why: 'tried again after a failure' }, move: { to: null, times: 0 } },
      request: { ...asked, ...sizes },
    },
    now,
  )
}

export const sources: RoomStory = {
  name: 'Sources',
  furnish,
  async visit({ tab, go, look, width }) {
    await go('/admin/sources?condition=failing')
    await tab.getByRole('link', { name: NAME }).waitFor()
    await look('sources')
    await tab.getByRole('link', { name: NAME }).click()
    await tab.getByText('tried again after a failure').waitFor()
    expect(await tab.locator('tbody tr').textContent()).toContain('failed 503')
    expect(await tab.locator('dd.bad').textContent()).toMatch(/, once$/)
    await look('source')
    if (width === 360) return

    await go('/admin/sources')
    await tab.check('[name=_ids]')
    await tab.getByRole('button', { name: 'Pause' }).click()
    await tab.getByText('source set: done').waitFor()
    await go('/admin/sources?condition=paused')
    expect(await tab.locator('tbody tr').count()).toBe(1)
    await go(`/admin/sources/${id}`)
    await tab.getByRole('button', { name: 'Resume' }).click()
    await tab.getByText('source set: done').waitFor()

    await go('/admin/sources')
    await tab.fill('[name=target]', 'http://127.0.0.1:1/feed.xml')
    await tab.getByRole('button', { name: 'Look first' }).click()
    await tab.getByText('source check: failed in part').waitFor()
  },
}
