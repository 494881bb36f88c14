import { expect } from 'vitest'
import type { RoomStory } from '../story.ts'

export const today: RoomStory = {
  name: 'Today',
  async visit({ tab, house, go, look }) {
    await go('/admin')
    await tab.getByRole('heading', { name: 'Today' }).waitFor()
    expect(await tab.locator('.clock').textContent()).toContain('America/New_York')
    await look('today')

    await tab.keyboard.press('?')
    await tab.locator('#keys').getByText('down and up a list').waitFor()
    await tab.keyboard.press('Escape')
    await tab.keyboard.press('/')
    expect(await tab.evaluate('document.activeElement.type')).toBe('search')

    const waiting = tab.locator('[data-live=queues] tr:has-text("fetch") [data-label=Waiting]')
    await house.app.deps.queues.add('fetch', [{ id: crypto.randomUUID(), version: 1, trace: 't' }])
    const { waiting: now } = await house.app.deps.queues.counts('fetch')
    await expect.poll(() => waiting.textContent(), { timeout: 15_000 }).toBe(String(now))
  },
}
