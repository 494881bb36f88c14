import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath, launchChromium } from '../support/chromium.ts'
import { type House, openHouse, PASSWORD } from './house.ts'

const START_MS = 90_000
const WIDTHS_PX = [360, 1200] as const

/** A folder for pictures of what the tests see; none are taken without it. */
const SHOTS = process.env.SCREENSHOTS

describe.skipIf(chromiumPath === null)('in a real browser', () => {
  let house: House
  let browser: Browser
  let url: string
  let leave: string
  let mail: string
  beforeAll(async () => {
    house = await openHouse({ IMAGES: 'off' }) // of articles that are not there; pictures.browser.test.ts
    url = await house.server.listen({ host: '127.0.0.1', port: 0 })
    const digest = await house.addDigest('Harbour Morning')
    for (const date of ['2026-11-18', '2026-11-19', '2026-11-20'])
      await house.addEdition(digest.id, date)
    const reader = await house.addReader(digest.id, 'ann@reader.example')
    leave = `/u/${reader.token}`
    mail = await house.addMail('ann@reader.example', '<script>document.title = "ran"</script>')
    const queue = house.app.deps.queues.list()[0]
    await queue?.add('fetch', {
      id: '<img src=x onerror=document.title=1>',
      version: 1,
      trace: 't',
    })
    browser = await launchChromium()
  }, START_MS)
  afterAll(async () => {
    await browser?.close()
    await house?.close()
  })

  /** Opens a tab that notes whatever goes wrong or outside. */
  async function openTab(width: number) {
    const context = await browser.newContext({ viewport: { width, height: 800 } })
    const tab = await context.newPage()
    const trouble: string[] = []
    const outside: string[] = []
    await tab.route(/^https?:\/\/(?!127\.0\.0\.1)/, (route) => {
      const request = route.request()
      // A mail of this house links its pictures: tests reach nobody.
      if (request.resourceType() !== 'image') outside.push(request.url())
      return route.fulfill({
        contentType: 'image/svg+xml',
        body: '<svg xmlns="http://www.w3.org/2000/svg"/>',
      })
    })
    tab.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) trouble.push(message.text())
    })
    tab.on('pageerror', (error) => trouble.push(String(error)))
    return { tab, trouble, outside, close: () => context.close() }
  }

  async function shoot(tab: Page, name: string, width: number) {
    if (SHOTS) await tab.screenshot({ path: `${SHOTS}/${name}-${width}.png`, fullPage: true })
  }

  const isTooWide = 'document.documentElement.scrollWidth > innerWidth'

  async function signIn(tab: Page) {
    await tab.goto(`${url}/admin`)
    await tab.fill('[name=user]', 'admin')
    await tab.fill('[name=password]', PASSWORD)
    await tab.click('button')
    await tab.waitForURL('**/admin')
  }

  const PAGES = [
    { name: 'front', path: () => '/', says: 'Harbour tunnel opens' },
    { name: 'archive', path: () => '/archive', says: 'All editions' },
    { name: 'outbox', path: () => '/outbox', says: 'ann@reader.example' },
    { name: 'mail', path: () => mail, says: 'As the reader sees it' },
    { name: 'unsubscribe', path: () => leave, says: 'Unsubscribe from Harbour Morning?' },
    { name: 'login', path: () => '/admin/login', says: 'Sign in' },
  ]
  for (const width of WIDTHS_PX) {
    test.each(PAGES)(
      `$name at ${width} px: nothing wrong, nothing from outside`,
      async ({ name, path, says }) => {
        const { tab, trouble, outside, close } = await openTab(width)
        await tab.goto(url + path(), { waitUntil: 'networkidle' })
        await shoot(tab, name, width)
        expect(await tab.content()).toContain(says)
        expect(await tab.evaluate(isTooWide)).toBe(false)
        expect({ trouble, outside }).toEqual({
          trouble: name === 'mail' ? [expect.stringContaining('sandboxed')] : [],
          outside: [],
        })
        await close()
      },
    )

    test(`stages and queues at ${width} px, after signing in`, async () => {
      const { tab, trouble, outside, close } = await openTab(width)
      await signIn(tab)
      await tab.goto(`${url}/admin/queues`)
      await tab.getByText('fetch').first().waitFor()
      await tab.waitForLoadState('networkidle')
      await shoot(tab, 'queues', width)
      await tab.goto(`${url}/admin/queues/queue/fetch?status=waiting`, { waitUntil: 'networkidle' })
      await shoot(tab, 'queue', width)
      await tab.goto(`${url}/admin/runs`)
      await shoot(tab, 'stages', width)
      expect(await tab.locator('tbody').first().locator('tr').count()).toBe(
        house.app.deps.queues.list().length,
      )
      expect(await tab.evaluate(isTooWide)).toBe(false)
      expect({ trouble, outside }).toEqual({ trouble: [], outside: [] })
      await close()
    })
  }

  test('a reader leaves with two clicks and no script', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false })
    const tab = await context.newPage()
    await tab.goto(url + leave)
    await tab.getByRole('button', { name: 'Unsubscribe' }).click()
    expect(await tab.textContent('h1')).toBe('You are unsubscribed')
    expect(await context.cookies()).toEqual([])
    await context.close()
  })

  test('an operator who signs out is out', async () => {
    const { tab, close } = await openTab(1200)
    await signIn(tab)
    await tab.goto(`${url}/admin/runs`)
    await tab.getByRole('button', { name: 'Sign out' }).click()
    await tab.goto(`${url}/admin/runs`)
    expect(new URL(tab.url()).pathname).toBe('/admin/login')
    await close()
  })
})
