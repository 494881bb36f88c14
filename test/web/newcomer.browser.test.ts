import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeDemo } from '../../src/demo.ts'
import { startWorkers } from '../../src/workers/run.ts'
import { chromiumPath, launchChromium } from '../support/chromium.ts'
import { runWith } from '../support/runs.ts'
import { type Sink, startSink } from '../support/smtp.ts'
import { type House, openHouse, PASSWORD, THERE, TOKEN } from './house.ts'

/** The ten questions of docs/operations.md, asked of a house of invented news on the day after. */

const START_MS = 120_000
const CLICKS_MAX = 3
const DIGEST = 'Daily Dose of AI'
const SOURCE = 'The Copper Post'

/** A folder for pictures of the answers; none are taken without it. */
const SHOTS = process.env.SCREENSHOTS

type Click = (tab: Page) => Promise<unknown>
type Question = {
  readonly asks: string
  readonly clicks: readonly Click[]
  /** What stands on the page then. */
  readonly answers: readonly (string | RegExp)[]
}

const link =
  (name: string | RegExp): Click =>
  (tab) =>
    tab
      .getByRole('link', { name, exact: typeof name === 'string' })
      .first()
      .click()
const linkIn =
  (area: string, name: string | RegExp): Click =>
  (tab) =>
    tab.locator(area).getByRole('link', { name }).first().click()
const room = (name: string) => linkIn('nav[aria-label=Rooms]', name)
const ask =
  (words: () => string): Click =>
  async (tab) => {
    await tab.locator('header.top input').fill(words())
    await tab.keyboard.press('Enter')
  }

describe.skipIf(chromiumPath === null)('the newcomer’s ten questions', () => {
  let house: House
  let sink: Sink
  let browser: Browser
  let tab: Page
  let url: string
  let article: string

  const QUESTIONS: readonly Question[] = [
    {
      asks: 'Why was this reader’s mail late?',
      clicks: [room('Deliveries'), link('ben@reader.example')],
      answers: ['451 4.7.1 come back later', 'The mail server put it off'],
    },
    {
      asks: 'Why did this reader not get it?',
      clicks: [
        room('Deliveries'),
        link('Why did a reader not get an edition?'),
        async (page) => {
          await page.getByLabel('Address of the reader').fill('ada@reader.example')
          await page.getByRole('button', { name: 'Tell me why' }).click()
        },
      ],
      answers: [/suppressed: .*; bounced: 5/],
    },
    {
      asks: 'What will be sent tomorrow at seven?',
      clicks: [room('Editions'), link(DIGEST)],
      answers: [`The next ${DIGEST}`, /fires .*07:00/, 'What is in its way'],
    },
    {
      asks: 'Where did this article get to?',
      clicks: [ask(() => article)],
      answers: ['Where it stands', /edition/],
    },
    {
      asks: 'Why is this story third?',
      clicks: [
        room('Editions'),
        linkIn('tbody', /^20\d\d-/),
        (page) => page.locator('tbody tr').nth(2).getByRole('link').click(),
      ],
      answers: ['Why this rank', /printed 3\./, 'Closest rival'],
    },
    {
      asks: 'Which source broke?',
      clicks: [linkIn('.card:has-text("Failing")', /^\d+$/), link(SOURCE)],
      answers: ['Failing since', 'connection refused', 'it failed once'],
    },
    {
      asks: 'What waits, and for how long?',
      clicks: [room('Queues')],
      answers: [/letter paused.{0,80}for \d+ min/s],
    },
    {
      asks: 'What failed, and can it be tried again?',
      clicks: [room('Queues')],
      answers: ['score: the page has no end', 'Retry these 1, slowly'],
    },
    {
      asks: 'Is there room, and what takes it?',
      clicks: [room('House')],
      answers: [/[\d.]+ GiB are free/, 'The largest tables'],
    },
    {
      asks: 'Who changed that, and when?',
      clicks: [room('Audit'), link('source set')],
      answers: [SOURCE, /Authority|authority/, '80'],
    },
  ]

  async function command(name: string, payload: object) {
    const { statusCode, body } = await house.server.inject({
      ...{ method: 'POST', url: `/api/${name}`, payload, remoteAddress: THERE.remoteAddress },
      headers: { ...THERE.headers, authorization: `Bearer ${TOKEN}` },
    })
    expect({ statusCode, body }).toMatchObject({ statusCode: 200 })
  }

  beforeAll(async () => {
    sink = await startSink()
    const say = (at: string, reply: string, to: string) =>
      sink.behave({ do: 'reply', at: at as 'rcpt', reply }, to)
    say('rcpt', '451 4.7.1 come back later', 'ben@reader.example')
    say('rcpt', '550 5.1.1 no such user', 'ada@reader.example')
    house = await openHouse(
      { SMTP_URL: sink.url, ALLOW_PRIVATE_HOSTS: '127.0.0.1', RETRY_SECONDS: '1' },
      true,
    )
    const { deps } = house.app
    startWorkers(deps)
    const feeds = await makeDemo(deps, house.dir, () => {})
    await feeds.close()
    await command('source/set', { target: SOURCE, authority: 80 })
    await command('source/fetch', { target: SOURCE })
    const [head] = await house.store.archive.heads(1)
    const edition = await house.store.editions.get(head?.id ?? '')
    article = edition?.pool[0]?.citations[0]?.url ?? ''
    await deps.queues.pause('letter')
    await deps.queues.wake('letter', { id: 'wake', version: 0, trace: 't' })
    const failure = { error: 'the page has no end', errorKind: 'the page has no end' }
    await runWith(house.store, { id: 'a1', state: 'failed', ...failure })
    await sleep(1_500)
    url = await house.server.listen({ host: '127.0.0.1', port: 0 })
    browser = await launchChromium()
    tab = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage()
    await tab.goto(`${url}/admin`)
    await tab.fill('[name=user]', 'admin')
    await tab.fill('[name=password]', PASSWORD)
    await tab.click('main button')
    await tab.waitForURL('**/admin')
  }, START_MS)
  afterAll(async () => {
    await browser?.close()
    await house?.close()
    await sink?.close()
  })

  test.each(QUESTIONS)('$asks', async ({ asks, clicks, answers }) => {
    expect(clicks.length).toBeLessThanOrEqual(CLICKS_MAX)
    await tab.goto(`${url}/admin`)
    for (const click of clicks) {
      await click(tab)
      await tab.waitForLoadState()
    }
    if (SHOTS) await tab.screenshot({ path: `${SHOTS}/${asks.slice(0, 24)}.png`, fullPage: true })
    for (const answer of answers) await expect.poll(() => tab.textContent('main')).toMatch(answer)
  })
})
