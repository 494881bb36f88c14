import axe from 'axe-core'
import type { Browser, BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath, launchChromium } from '../support/chromium.ts'
import { setup } from '../support/setup.ts'
import { access, account } from './dashboard/stories/access.ts'
import { editions, replay, stories } from './dashboard/stories/editor.ts'
import { alerts, deliveries, house as housework, readers, xray } from './dashboard/stories/house.ts'
import { runs } from './dashboard/stories/runs.ts'
import { schedules } from './dashboard/stories/schedules.ts'
import { sources } from './dashboard/stories/sources.ts'
import { today } from './dashboard/stories/today.ts'
import type { RoomStory, Walk } from './dashboard/story.ts'
import { type House, openHouse, PASSWORD } from './house.ts'

/** One server and one browser for the stories of all rooms. */
// biome-ignore format: one story a line
const STORIES: readonly RoomStory[] = [
  today,
  runs,
  sources,
  schedules,
  access,
  account,
  deliveries,
  readers,
  alerts,
  housework,
  xray,
  stories,
  editions,
  replay,
]

const START_MS = 90_000
/** A server with Redis shows the same pages, so that one size of them is enough there. */
const WIDTHS_PX = setup === 'pglite' ? [360, 1280] : [1280]

/** A folder for pictures of what the tests see; none are taken without it. */
const SHOTS = process.env.SCREENSHOTS

const SERIOUS = `axe.run(document, { resultTypes: ['violations'], iframes: false }).then(({ violations }) => violations
  .filter(({ impact }) => impact === 'serious' || impact === 'critical')
  .map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).slice(0, 3).join(' ')))`

describe.skipIf(chromiumPath === null)('the dashboard in a real browser', () => {
  let house: House
  let browser: Browser
  let url: string
  let signedIn: Awaited<ReturnType<BrowserContext['storageState']>>
  beforeAll(async () => {
    house = await openHouse({ IMAGES: 'off' }, true)
    for (const { furnish } of STORIES) await furnish?.(house)
    url = await house.server.listen({ host: '127.0.0.1', port: 0 })
    browser = await launchChromium()
    signedIn = await signIn()
  }, START_MS)
  afterAll(async () => {
    await browser?.close()
    await house?.close()
  })

  async function signIn() {
    const context = await browser.newContext()
    const tab = await context.newPage()
    await tab.goto(`${url}/admin`)
    await tab.fill('[name=user]', 'admin')
    await tab.fill('[name=password]', PASSWORD)
    await tab.click('main button')
    await tab.waitForURL('**/admin')
    const state = await context.storageState()
    await context.close()
    return state
  }

  const openTab = async (width: number) => {
    const context = await browser.newContext({
      storageState: signedIn,
      viewport: { width, height: 800 },
      timezoneId: 'America/New_York',
    })
    const tab = await context.newPage()
    const trouble: string[] = []
    tab.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) trouble.push(message.text())
    })
    tab.on('pageerror', (error) => trouble.push(String(error)))
    tab.on('request', (request) => {
      if (!request.url().startsWith(url)) trouble.push(`asked ${request.url()}`)
    })
    const walk: Walk = {
      ...{ tab, house, width },
      go: async (path) => void (await tab.goto(url + path)),
      async look(name) {
        expect(await tab.evaluate('document.documentElement.scrollWidth > innerWidth')).toBe(false)
        await tab.evaluate(axe.source)
        expect(await tab.evaluate(SERIOUS)).toEqual([])
        for (const colorScheme of SHOTS ? (['light', 'dark'] as const) : []) {
          await tab.emulateMedia({ colorScheme })
          await tab.screenshot({
            path: `${SHOTS}/${name}-${width}-${colorScheme}.png`,
            fullPage: true,
          })
        }
      },
    }
    return { walk, trouble, close: () => context.close() }
  }

  for (const width of WIDTHS_PX)
    test.each(STORIES)(`$name at ${width} px`, async ({ visit }) => {
      const { walk, trouble, close } = await openTab(width)
      await visit(walk)
      expect(trouble).toEqual([])
      await close()
    })
})
