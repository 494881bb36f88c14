import { expect } from 'vitest'
import { hashKey } from '../../../../src/store/keys.ts'
import { stepAt, totp } from '../../../../src/web/access/totp.ts'
import type { RoomStory } from '../story.ts'

const LONG = 'four grey herons by the weir'

export const access: RoomStory = {
  name: 'Access and Audit',
  async visit({ tab, width, go, look }) {
    const name = `anna${width}`
    await go('/admin/access')
    await tab.fill('.narrow [name=name]', name)
    await tab.selectOption('.narrow [name=role]', 'editor')
    await tab.getByRole('button', { name: 'Make an account' }).click()
    await tab.getByText(/http\S+\/admin\/welcome\/[\w-]{43}/).waitFor()
    await tab.getByRole('link', { name: 'Go back' }).click()
    await tab.locator(`tr:has-text("${name}")`).getByText('has not used its link yet').waitFor()
    await look('access')

    await go(`/admin/audit?q=${name}`)
    await look('audit')
    await tab.getByRole('link', { name: 'user add' }).click()
    await look('audit-entry')
    await tab.getByRole('button', { name: 'Undo' }).click()
    await tab.getByText('user remove: done').waitFor()
    await go('/admin/access')
    expect(await tab.getByText(name).count()).toBe(0)

    await go('/admin/access/tokens')
    await tab.fill('.narrow [name=name]', `figures ${width}`)
    await tab.getByRole('button', { name: 'Make a token' }).click()
    await tab.getByText(/dose_[\w-]{43}/).waitFor()
    await tab.getByRole('link', { name: 'Go back' }).click()
    await tab.getByText(`figures ${width}`).waitFor()
    await look('tokens')
    await go('/admin/access/sessions')
    await look('sessions')
  },
}

export const account: RoomStory = {
  name: 'An account of one’s own',
  async visit({ tab, house, width, go, look }) {
    const { accounts } = house.store
    const name = `bert${width}`
    await accounts.add(name, 'viewer', house.app.deps.clock.now())
    const { id = '' } = (await accounts.find(name)) ?? {}
    await accounts.reset(id, hashKey(name), '2100-01-01T00:00:00.000Z')
    await tab.context().clearCookies()

    await go(`/admin/welcome/${name}`)
    await look('welcome')
    await tab.fill('[name=password]', LONG)
    await tab.fill('[name=again]', LONG)
    await tab.getByRole('button').click()
    await tab.waitForURL('**/admin')
    expect(await tab.getByRole('link', { name: 'Access' }).count()).toBe(0)

    await tab.getByRole('link', { name }).click()
    await look('account')
    await tab.fill('form[action$=codes] [name=current]', LONG)
    await tab.getByRole('button', { name: 'Set up' }).click()
    const secret = (await tab.locator('code').textContent())?.replaceAll(' ', '') ?? ''
    await look('codes')
    await tab.fill('[name=code]', totp(secret, stepAt(Date.parse(house.app.deps.clock.now()))))
    await tab.getByRole('button', { name: 'Turn on' }).click()
    expect(await tab.locator('.lines li').count()).toBe(10)
    const [recovery = ''] = await tab.locator('.lines li').allTextContents()
    await look('recovery')

    await tab.getByRole('button', { name: 'Sign out' }).click()
    await tab.waitForURL((url) => url.pathname === '/')
    await go('/admin')
    await look('login')
    await tab.fill('[name=user]', name)
    await tab.fill('[name=password]', LONG)
    await tab.fill('[name=code]', recovery)
    await tab.locator('main button').click()
    await tab.waitForURL('**/admin')
  },
}
