import { expect } from 'vitest'
import type { RoomStory } from '../story.ts'

export const today: RoomStory = {
  name: 'Today',
  async visit({ tab, house, go, look }) {
    await go('/admin')
    await tab.getByRole('heading', { name: 'Today' }).waitFor()
    expect(await tab.locator('.clock').textContent()).toContain('America/New_York')
    await look('today')

    // Composed behind the scenes, and shown when it is.
    const next = tab.locator('.card', { hasText: 'Next editions' })
    await next.getByText('Nobody is subscribed').first().waitFor()
    await next
      .getByText(/”, as of /)
      .first()
      .waitFor({ timeout: 30_000 })

    await tab.keyboard.press('?')
    await tab.locator('#keys').getByText('down and up a list').waitFor()
    await tab.keyboard.press('Escape')
    await tab.keyboard.press('/')
    expect(await tab.evaluate('document.activeElement.type')).toBe('search')

    const figure = tab.locator('.card', { hasText: 'Oldest waits' }).locator('.figure')
    const before = Number(await figure.textContent())
    // Several, since one of those that other rooms left may go meanwhile.
    const jobs = Array.from({ length: 9 }, () => ({
      id: crypto.randomUUID(),
      version: 1,
      trace: 't',
    }))
    await house.app.deps.queues.add('fetch', jobs)
    const shown = async () => Number(await figure.textContent())
    await expect.poll(shown, { timeout: 15_000 }).toBeGreaterThan(before)
  },
}
