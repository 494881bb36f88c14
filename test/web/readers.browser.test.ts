import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import axe from 'axe-core'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readerLinks } from '../../src/delivery/links.ts'
import { signToken } from '../../src/delivery/token.ts'
import { mailBrand } from '../../src/edition/brand.ts'
import { fillPersonal } from '../../src/edition/personal.ts'
import { drawSampleImage } from '../../src/io/sample-image.ts'
import { chromiumPath, launchChromium } from '../support/chromium.ts'
import { makeEdition, makeIssue } from '../support/edition.ts'
import { type House, openHouse } from './house.ts'
import { sendLetters } from './letters.ts'

const START_MS = 90_000
/** Longer than the form takes for a program's. */
const READ_MS = 2_100

/** A folder for pictures of what the tests see; none are taken without it. */
const SHOTS = process.env.SCREENSHOTS

const AXE = axe.source

/** How people come: by phone and desk, by day and night, from left to right and back. */
const VISITS = [
  { name: 'phone', width: 360, colorScheme: 'light', locale: 'en-GB' },
  { name: 'desk', width: 1200, colorScheme: 'dark', locale: 'de-DE' },
  { name: 'phone-rtl', width: 360, colorScheme: 'dark', locale: 'ar-EG' },
  { name: 'desk-rtl', width: 1200, colorScheme: 'light', locale: 'ar-EG' },
] as const

describe.skipIf(chromiumPath === null)('readers in a real browser', () => {
  let house: House
  let browser: Browser
  let url: string
  let digestId: string
  let secret: string

  beforeAll(async () => {
    house = await openHouse({ IMAGES: 'off' })
    url = await house.server.listen({ host: '127.0.0.1', port: 0 })
    digestId = (await house.addDigest('Harbour Morning')).id
    await house.store.digests.setOpen(digestId, true)
    secret = await house.store.settings.signingSecret()
    await house.addStories()
    await house.store.brands.put(digestId, {
      colours: { light: { accent: '#0b5cad' }, dark: {} },
      logo: { type: 'image/png', bytes: drawSampleImage('pier') },
      ...{ intro: 'From the pier, every morning.', footer: 'Member of the guild.' },
    })
    browser = await launchChromium()
  }, START_MS)
  afterAll(async () => {
    await browser?.close()
    await house?.close()
  })

  /** What is seriously wrong with a page for whoever cannot see, point or tell colours apart. */
  async function faultsOf(tab: Page): Promise<unknown> {
    await tab.evaluate(AXE)
    return tab.evaluate(`axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) =>
      violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => ({ id, html: nodes.map(({ html }) => html).slice(0, 3) })))`)
  }

  async function check(tab: Page, name: string) {
    if (SHOTS) await tab.screenshot({ path: `${SHOTS}/${name}.png`, fullPage: true })
    expect({ name, faults: await faultsOf(tab) }).toEqual({ name, faults: [] })
    const tooWide = await tab.evaluate('document.documentElement.scrollWidth > innerWidth')
    expect({ name, tooWide }).toEqual({ name, tooWide: false })
    expect(await tab.context().cookies()).toEqual([])
  }

  async function follow(tab: Page, to: string) {
    const letters = (await sendLetters(house.app)).filter((letter) => letter.to === to)
    await tab.goto(url + letters.at(-1)?.links[0])
  }

  /** Every button of these pages leads to a page. */
  async function press(tab: Page, form = 'form') {
    const answered = tab.waitForEvent('load')
    await tab.locator(`${form} button`).first().click()
    await answered
  }

  async function askFor(tab: Page, path: string, email: string) {
    await tab.goto(url + path)
    await sleep(READ_MS)
    await tab.fill('[name=email]', email)
    await press(tab)
  }

  const stateOf = async (email: string) =>
    (await house.store.subscribers.list(digestId)).find((row) => row.email === email)?.state

  /** A tab whose scripts, if there were any, would run: axe is the only one. */
  function openContext(visit: (typeof VISITS)[number]): Promise<BrowserContext> {
    const { width, colorScheme, locale } = visit
    return browser.newContext({ viewport: { width, height: 800 }, colorScheme, locale })
  }

  test.each(VISITS)('$name ($locale): from sign-up to goodbye', async (visit) => {
    const context = await openContext(visit)
    const tab = await context.newPage()
    const shot = (name: string) => check(tab, `${name}-${visit.name}`)
    const email = `ann-${visit.name}@reader.example`

    await tab.goto(`${url}/subscribe`)
    await shot('subscribe')
    await tab.fill('[name=email]', email)
    await press(tab) // faster than anybody reads
    await shot('too-quick')
    await askFor(tab, '/subscribe', email)
    await shot('sent')

    await follow(tab, email)
    await shot('confirm')
    expect(await stateOf(email)).toBeUndefined()
    await press(tab)
    await shot('confirmed')
    expect(await stateOf(email)).toBe('confirmed')

    await tab.locator('.ways a').first().click()
    await shot('preferences')
    await tab.check('[value=weekdays]')
    await tab.selectOption('[name=hour]', '18')
    await tab.selectOption('[name=zone]', 'Asia/Tokyo')
    await tab.locator('[name=topics]').first().check()
    await press(tab)
    expect(await tab.locator('[role=status]').count()).toBe(1)
    await shot('saved')
    const [row] = (await house.store.subscribers.list(digestId)).filter(
      (one) => one.email === email,
    )
    expect(row).toMatchObject({ pace: 'weekdays', hour: 18, time_zone: 'Asia/Tokyo' })

    await press(tab, 'section form')
    await follow(tab, email)
    await shot('owner')
    const moved = `bea-${visit.name}@reader.example`
    const owner = tab.url()
    await tab.fill('[name=email]', moved)
    await press(tab, '[action$="/move"]')
    await follow(tab, moved)
    await shot('move')
    await press(tab)
    await shot('moved')
    expect(await stateOf(moved)).toBe('confirmed')
    await tab.goto(owner)
    await shot('dead-link')

    await askFor(tab, '/link', moved)
    await follow(tab, moved)
    const download = tab.waitForEvent('download')
    await tab.click('[download]')
    expect(readFileSync(await (await download).path(), 'utf8')).toContain(moved)
    await tab.check('[name=sure]')
    await press(tab, '[action$="/forget"]')
    await shot('deleted')
    expect(await stateOf(moved)).toBeUndefined()
    await context.close()
  })

  test.each(VISITS)('$name ($locale): a reader leaves, by page and by one click', async (visit) => {
    const context = await openContext(visit)
    const tab = await context.newPage()
    const one = await house.addReader(digestId, `cyd-${visit.name}@reader.example`)
    await tab.goto(`${url}/u/${one.token}`)
    await check(tab, `unsubscribe-${visit.name}`)
    await press(tab)
    await check(tab, `left-${visit.name}`)
    expect(await stateOf(`cyd-${visit.name}@reader.example`)).toBe('unsubscribed')

    const two = await house.addReader(digestId, `dee-${visit.name}@reader.example`)
    const form = { 'List-Unsubscribe': 'One-Click' }
    const answer = await context.request.post(`${url}/u/${two.token}`, { form })
    expect(answer.status()).toBe(200)
    expect(await stateOf(`dee-${visit.name}@reader.example`)).toBe('unsubscribed')
    await context.close()
  })

  /** The HTML of a mail to one reader, as its links lead to this house. */
  async function mailTo(subscriptionId: string): Promise<string> {
    const digest = await house.store.digests.find(digestId)
    const rendered = house.app.deps.renderer.mail({
      ...{ edition: makeEdition(), issue: makeIssue(), postal: '4 Quay Street' },
      ...(digest && { brand: mailBrand(digest, url) }),
    })
    const links = readerLinks(url, secret, 'e42', subscriptionId)
    const who = { address: 'fay@reader.example', reason: 'You signed up.' }
    return fillPersonal(rendered, { ...who, ...links }).html
  }

  test.each(VISITS)('$name ($locale): more like a story, nothing of a source', async (visit) => {
    const context = await openContext(visit)
    const tab = await context.newPage()
    const { id } = await house.addReader(digestId, `fay-${visit.name}@reader.example`)
    await tab.setContent(await mailTo(id))
    if (SHOTS) await tab.screenshot({ path: `${SHOTS}/mail-${visit.name}.png` })
    await tab.getByText('More like this').first().click()
    await check(tab, `lean-${visit.name}`)
    await press(tab)
    await check(tab, `leaned-${visit.name}`)
    await tab.goBack()
    await press(tab, '.picks')
    await check(tab, `muted-${visit.name}`)
    await tab.locator('.ways a').first().click()
    await check(tab, `taste-${visit.name}`)
    expect(await tab.locator('[name="lean:Transport"]').inputValue()).toBe('1')
    await tab.selectOption('[name="lean:Transport"]', '-3')
    await tab.uncheck('[name=muted]')
    await press(tab)
    await tab.locator('[role=status]').waitFor()
    expect(await house.store.subscribers.subscription(id)).toMatchObject({
      ...{ weights: { Transport: -3 }, muted: [] },
    })
    await context.close()
  })

  test('with the keyboard alone and no scripts, preferences are reached, changed and saved', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false })
    const tab = await context.newPage()
    const { id } = await house.addReader(digestId, 'eve@reader.example')
    await tab.goto(`${url}/p/${signToken(secret, 'preferences', id)}`)
    await tab.locator('[name=pace]').first().focus()
    await tab.keyboard.press('ArrowDown')
    await tab.keyboard.press('Tab')
    await tab.keyboard.press('ArrowDown')
    await tab.locator('form button').first().focus()
    await tab.keyboard.press('Enter')
    await tab.locator('[role=status]').waitFor()
    const row = await house.store.subscribers.subscription(id)
    expect(row).toMatchObject({ pace: 'weekdays', hour: 0 })
    await context.close()
  })
})
