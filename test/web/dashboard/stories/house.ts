import { expect } from 'vitest'
import type { RoomStory } from '../story.ts'

/** A reader whose mail was late, a source that broke, and what an operator does about it. */

const AT = '2026-11-20T06:00:00.000Z'

export const deliveries: RoomStory = {
  name: 'Deliveries',
  async furnish({ store, addDigest, addReader, addEdition }) {
    const digest = await addDigest('Late news')
    for (const name of ['ann', 'bob', 'cem']) await addReader(digest.id, `${name}@late.example`)
    const id = await addEdition(digest.id, '2026-11-24')
    const plan = { hour: null, timeZone: null, paces: ['daily'], dueAt: AT }
    await store.editions.plan(id, [plan])
    const set = (name: string, state: 'bounced' | 'deferred', reason: string) =>
      store.db
        .updateTable('delivery')
        .set({ state, reason, at: new Date().toISOString() })
        .where('edition_id', '=', id)
        .where('subscription_id', 'in', (is) =>
          is
            .selectFrom('subscription')
            .innerJoin('subscriber', 'subscriber.id', 'subscription.subscriber_id')
            .select('subscription.id')
            .where('subscriber.email_key', '=', `${name}@late.example`),
        )
        .execute()
    await set('ann', 'bounced', '550 5.2.2 mailbox full')
    await set('bob', 'deferred', '451 4.7.1 try again later')
  },
  async visit({ tab, go, look }) {
    await go('/admin/deliveries')
    await tab.getByRole('heading', { name: 'Deliveries' }).waitFor()
    await tab
      .getByRole('combobox', { name: 'Edition' })
      .selectOption({ label: 'Late news, 2026-11-24 (frozen)' })
    await tab.getByRole('button', { name: 'Show' }).click()
    await tab.getByRole('link', { name: 'bob@late.example' }).waitFor()
    expect(await tab.locator('h2 + .lead').first().textContent()).toContain('2026-11-24')
    expect(await tab.locator('section:has-text("Domains in trouble")').textContent()).toContain(
      'mailbox full',
    )
    await look('deliveries')

    await tab.getByRole('link', { name: 'bob@late.example' }).click()
    await tab
      .getByText('the mail server put it off; it is tried again', { exact: false })
      .first()
      .waitFor()
    await look('xray-delivery')

    await go('/admin/deliveries/why')
    await tab.getByLabel('Address of the reader').fill('cem@late.example')
    await tab
      .getByRole('combobox', { name: 'Edition' })
      .selectOption({ label: 'Late news, 2026-11-24 (frozen)' })
    await tab.getByRole('button', { name: 'Tell me why' }).click()
    await tab.getByText('planned: its hour has not come', { exact: false }).waitFor()
    await look('why-delivery')
  },
}

export const readers: RoomStory = {
  name: 'Readers',
  async visit({ tab, go, look }) {
    await go('/admin/readers?q=late.example')
    await tab.getByRole('link', { name: 'ann@late.example' }).waitFor()
    await look('readers')
    await tab.getByRole('link', { name: 'ann@late.example' }).click()
    await tab.getByRole('heading', { name: 'ann@late.example' }).waitFor()
    expect(await tab.locator('main').textContent()).toContain('mailbox full')
    expect(tab.url()).not.toContain('late.example')
  },
}

export const alerts: RoomStory = {
  name: 'Alerts',
  async furnish({ store }) {
    const alert = {
      rule: 'source-down' as const,
      subject: 'Valley Post',
      urgent: false,
      detail: 'Valley Post cannot be read since yesterday: HTTP 503',
      ...{ since: AT, seenAt: AT, toldAt: null, resolvedAt: null, mutedUntil: null },
    }
    await store.alerts.save([alert])
  },
  async visit({ tab, go, look, width }) {
    await go('/admin/alerts')
    const row = tab.locator('tr', { hasText: 'Valley Post cannot be read' })
    await row.waitFor()
    await look('alerts')
    const limit = tab.getByLabel('Limit of source-down in hours')
    await limit.fill(String(width))
    await tab.locator('tr', { has: limit }).getByRole('button', { name: 'Set' }).click()
    await tab.getByText('alert rule: done').waitFor()
    await tab.getByText(`a source cannot be read for ${width} hours`).waitFor()
    await row.getByRole('checkbox').check()
    await tab.getByRole('button', { name: 'Mute for a day' }).click()
    await tab.getByText('alert mute: done').waitFor()
    expect(await row.textContent()).toContain('muted')
    await row.getByRole('checkbox').check()
    await tab.getByRole('button', { name: 'Tell again' }).click()
    await tab.getByText('source-down:Valley Post is told again').waitFor()
  },
}

export const house: RoomStory = {
  name: 'House',
  async visit({ tab, go, look, width }) {
    await go('/admin/house')
    await tab.getByRole('heading', { name: 'What is kept' }).waitFor()
    await look('house')
    const days = tab.getByLabel('Days for which jobs are kept')
    await days.fill(String(width))
    await tab.locator('tr', { has: days }).getByRole('button', { name: 'Keep' }).click()
    await tab.getByText(`jobs: ${width} days`).waitFor()
    const texts = tab.getByLabel('Days for which texts are kept')
    await texts.fill('10')
    await tab.locator('tr', { has: texts }).getByRole('button', { name: 'Keep' }).click()
    await tab.getByText('texts are kept for 90 days or more').waitFor()
  },
}

export const xray: RoomStory = {
  name: 'X-ray',
  async visit({ tab, go, look }) {
    await go('/admin/xray')
    await look('xray-empty')
    await tab.locator('header.top input').fill('nobody knows this')
    await tab.keyboard.press('Enter')
    await tab.getByText('NOT_FOUND', { exact: false }).waitFor()
    await tab.locator('header.top input').fill('harbour tunnel')
    await tab.keyboard.press('Enter')
    await tab.getByRole('heading', { name: 'Stories that tell of it' }).waitFor()
    await look('xray-words')
  },
}
