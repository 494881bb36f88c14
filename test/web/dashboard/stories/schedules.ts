import { expect } from 'vitest'
import type { RoomStory } from '../story.ts'

const NAME = 'Night Watch'

export const schedules: RoomStory = {
  name: 'Schedules',
  async furnish({ store }) {
    const choices = { name: NAME, schedule: '30 2 * * *', timeZone: 'Europe/Zurich' }
    await store.digests.put(choices, new Date(Date.now() - 3 * 86_400_000).toISOString())
  },
  async visit({ tab, go, look, width }) {
    await go('/admin/schedules')
    const card = tab.locator('article', { hasText: NAME })
    expect(await card.locator('tbody tr').count()).toBe(5)
    expect(await card.textContent()).toContain('missed')
    await look('schedules')
    if (width === 360) return
    await card.getByRole('button', { name: 'Pause' }).click()
    await tab.getByText('would make no more editions').waitFor()
    await tab.getByRole('button', { name: 'Yes, do it' }).click()
    await tab.getByText('digest pause: done').waitFor()
    await card.getByRole('button', { name: 'Resume' }).click()
    await tab.getByText('digest resume: done').waitFor()
  },
}
