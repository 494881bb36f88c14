import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { linkToSentence } from '../../src/edition/fragment.ts'
import { fillPersonal } from '../../src/edition/personal.ts'
import { chromiumPath, launchChromium } from '../support/chromium.ts'
import { makeEdition, makeIssue } from '../support/edition.ts'
import { renderer, site } from '../support/renderer.ts'

const TIMEOUT_MS = 60_000

const mail = fillPersonal(
  renderer.mail({ edition: makeEdition(), issue: makeIssue(), postal: '4 Quay Street' }),
  {
    address: 'ana@reader.example',
    reason: 'You signed up.',
    viewUrl: 'https://dose.example/e',
    preferencesUrl: 'https://dose.example/p',
    unsubscribeUrl: 'https://dose.example/u',
    leanUrl: () => 'https://dose.example/l',
  },
).html
const page = renderer.editionPage({ site, edition: makeEdition(), issue: makeIssue() })

/** Runs in the page: the lowest WCAG 2 contrast of a piece of text against what is behind it. */
const LOWEST_CONTRAST = `(() => {
  const parse = (colour) => colour.match(/[\\d.]+/g).map(Number)
  const light = (colour) => parse(colour).slice(0, 3)
    .map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0)
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor
      if (parse(colour)[3] !== 0) return colour
    }
    return 'rgb(255, 255, 255)'
  }
  const seen = [...document.body.querySelectorAll('*')].filter((element) =>
    element.getClientRects().length > 0 &&
    [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim().length > 1))
  return Math.min(...seen.map((element) => {
    const [a, b] = [light(getComputedStyle(element).color), light(behind(element))]
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
  }))
})()`

describe.skipIf(chromiumPath === null)('in a real browser', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await launchChromium()
  }, TIMEOUT_MS)
  afterAll(() => browser?.close())

  async function open(
    html: string,
    { width = 700, colorScheme = 'light' as 'light' | 'dark', url = 'https://page.example/' } = {},
  ): Promise<Page> {
    const tab = await browser.newPage({ viewport: { width, height: 800 }, colorScheme })
    await tab.route('**/*', (route) =>
      route.request().isNavigationRequest()
        ? route.fulfill({ contentType: 'text/html; charset=utf-8', body: html })
        : route.abort(),
    )
    await tab.goto(url)
    return tab
  }

  const documents = [
    { name: 'the mail', html: mail },
    { name: 'the page', html: page },
  ]
  const looks = documents.flatMap((one) =>
    (['light', 'dark'] as const).flatMap((colorScheme) =>
      [320, 700, 1200].map((width) => ({ ...one, colorScheme, width })),
    ),
  )

  test.each(looks)(
    '$name at $width px, $colorScheme, without pictures: no sideways scrolling, contrast AA',
    async ({ html, width, colorScheme }) => {
      const tab = await open(html, { width, colorScheme })
      expect(await tab.evaluate('document.documentElement.scrollWidth')).toBe(width)
      expect(await tab.evaluate(LOWEST_CONTRAST)).toBeGreaterThanOrEqual(4.5)
      expect(await tab.getByAltText('The first buses leave').count()).toBe(1)
      await tab.close()
    },
    TIMEOUT_MS,
  )

  test.each([
    'Rain fell.',
    'A man-made lake, 3-5 km long & deep (they say), overflowed.',
    '“Nothing’s decided,” she said, “and nothing will be until the vote of 3 May is counted.”',
    'U.S. officials said the F-35 fleet—all 450 of them—would be grounded until mid-January.',
    'Le pont : 1,9 milliard d’euros, soit 50 % de plus que ce qu’avait approuvé le conseil.',
    '今天早上四点，连接北码头和下市场的海港隧道正式通车，距离第一口竖井开挖已经过去了九年时间，市长和几百名市民冒雨出席了在南岸举行的通车仪式。',
  ])(
    'a citation opens the source at: %s',
    async (sentence) => {
      const filler = '<div style="height: 4000px">Filler</div>'
      const html = `${filler}<p>Before. ${sentence.replace('&', '&amp;')} After.</p>${filler}`
      const tab = await open(html, { url: linkToSentence('https://page.example/a', sentence) })
      await tab.waitForFunction('scrollY > 1000', undefined, { timeout: 10_000 })
      await tab.close()
    },
    TIMEOUT_MS,
  )
})
