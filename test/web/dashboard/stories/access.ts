import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { stepAt, totp } from '../../../../src/web/access/totp.ts'
import type { RoomStory } from '../story.ts'

const LONG = 'four grey herons by the weir'

export const access: RoomStory = {
  name: 'Access, Audit and one’s own account',
  async visit({ tab, house, width, go, look }) {
    const name = `anna${width}`
    await go('/admin/access')
    await tab.fill('.narrow [name=name]', name)
    await tab.selectOption('.narrow [name=role]', 'editor')
    await tab.getByRole('button', { name: 'Make an account' }).click()
    const told = (await tab.locator('.lines').textContent()) ?? ''
    const link = /http\S+\/admin\/welcome\/[\w-]+/.exec(told)?.[0] ?? ''
    await tab.getByRole('link', { name: 'Go back' }).click()
    await tab.locator(`tr:has-text("${name}")`).getByText('has not used its link yet').waitFor()
    await look('access')

    const path = new URL(link).pathname
    const anna = await tab
      .context()
      .browser()
      ?.newPage({ viewport: { width, height: 800 } })
    if (!anna) throw new Error('no browser')
    await anna.goto(new URL(path, tab.url()).href)
    await anna.fill('[name=password]', LONG)
    await anna.fill('[name=again]', LONG)
    await lookAt(anna, `welcome-${width}`)
    await anna.getByRole('button').click()
    await anna.waitForURL('**/admin')
    expect(await anna.getByRole('link', { name: 'Access' }).count()).toBe(0)

    await anna.getByRole('link', { name }).click()
    await anna.fill('form[action$=codes] [name=current]', LONG)
    await lookAt(anna, `account-${width}`)
    await anna.getByRole('button', { name: 'Set up' }).click()
    const secret = (await anna.locator('code').textContent())?.replaceAll(' ', '') ?? ''
    await lookAt(anna, `codes-${width}`)
    await anna.fill('[name=code]', totp(secret, stepAt(Date.parse(house.app.deps.clock.now()))))
    await anna.getByRole('button', { name: 'Turn on' }).click()
    expect(await anna.locator('.lines li').count()).toBe(10)
    const [recovery = ''] = await anna.locator('.lines li').allTextContents()
    await lookAt(anna, `recovery-${width}`)

    await anna.getByRole('button', { name: 'Sign out' }).click()
    await anna.waitForURL((url) => url.pathname === '/')
    await anna.goto(new URL('/admin', tab.url()).href)
    await signIn(anna, name, '')
    await anna.getByRole('alert').waitFor()
    await lookAt(anna, `login-${width}`)
    await signIn(anna, name, recovery)
    await anna.waitForURL('**/admin')
    await anna.close()

    await go(`/admin/audit?q=${name}`)
    await tab.getByText('user welcome').waitFor()
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

async function signIn(tab: Page, name: string, code: string) {
  await tab.fill('[name=user]', name)
  await tab.fill('[name=password]', LONG)
  await tab.fill('[name=code]', code)
  await tab.locator('main button').click()
}

/** A page of somebody else's, whom the walk does not look after. */
async function lookAt(tab: Page, name: string) {
  expect(await tab.evaluate('document.documentElement.scrollWidth > innerWidth')).toBe(false)
  const folder = process.env.SCREENSHOTS
  if (folder) await tab.screenshot({ path: `${folder}/${name}.png`, fullPage: true })
}
