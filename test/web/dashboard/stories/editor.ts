import { expect } from 'vitest'
import { cluster } from '../../../../src/workers/cluster.ts'
import { composeEdition } from '../../../../src/workers/compose.ts'
import { startWorkers } from '../../../../src/workers/run.ts'
import { WAKE } from '../../../../src/workers/stage.ts'
import { summarise } from '../../../../src/workers/summarise.ts'
import { addSource, ingestAll, makeDraft, stageContext } from '../../../support/rows.ts'
import type { House } from '../../house.ts'
import type { RoomStory } from '../story.ts'

/** An editor who looks at tomorrow's edition, changes it, freezes it, and tries other weights on past days. */

const DIGEST = 'Editor’s own'
const HOUR_MS = 3_600_000
type News = readonly [name: string, title: string, text: string]
const NEWS: readonly News[] = [
  [
    'tarn',
    'Tarn bridge reopens after two years',
    'The Tarn bridge reopened on Monday after repairs that cost 48 million crowns.',
  ],
  [
    'coast',
    'Tarn bridge open again after repairs',
    'After two years of repairs that cost 46 million crowns the Tarn bridge carries traffic again.',
  ],
  [
    'otter',
    'Otters return to the lower Sael',
    'Otters were seen on the lower Sael for the first time since 1974, rangers said.',
  ],
]
/** Of no edition yet. */
const LATE: News = [
  'lamp',
  'Quenby lighthouse gets its old lamp back',
  'Visitors of Quenby Head saw the lantern of 1911 burn on Thursday, the keepers told reporters.',
]

let furnished = false

async function furnish({ app, store }: House): Promise<void> {
  if (furnished) return
  furnished = true
  const now = app.deps.clock.now()
  const at = new Date(Date.parse(now) - HOUR_MS).toISOString()
  await read(NEWS, at, app)
  const choices = { name: DIGEST, schedule: '0 7 * * *', timeZone: 'UTC' }
  const digest = (await store.digests.put(choices, now)).after
  const slot = { digestId: digest.id, date: now.slice(0, 10), slot: 9 }
  const from = new Date(Date.parse(at) - HOUR_MS).toISOString()
  const span = { from, to: now }
  const making = { dated: true, deliver: false, atOnce: true, size: 12 }
  const draft = await store.editions.open({ ...slot, span }, making, now)
  await store.editions.freeze(draft.id, await composeEdition(draft, digest, app.deps), [])
  await read([LATE], at, app)
  startWorkers(app.deps, ['cluster', 'summarise', 'replay', 'compose'])
}

async function read(news: readonly News[], at: string, app: House['app']): Promise<void> {
  for (const [name, title, text] of news) {
    const source = await addSource(app, `${name}-editor`)
    const url = `https://${name}.example/editor-news`
    await ingestAll(app, source, url, [makeDraft({ url, title, text }, at)], at)
  }
  const context = stageContext(app)
  for (const key of await cluster.run(WAKE, context)) await summarise.run(key, context)
}

async function nextPage({ store }: House): Promise<string> {
  const digest = await store.digests.find(DIGEST)
  return `/admin/editions/next/${digest?.id}`
}

export const editions: RoomStory = {
  name: 'Editions',
  furnish,
  async visit({ tab, house, go, look, width }) {
    await go('/admin/editions')
    await tab.getByRole('link', { name: DIGEST, exact: true }).first().click()
    await tab.getByRole('heading', { name: `The next ${DIGEST}` }).waitFor()
    await tab.getByText('Nobody is subscribed').waitFor()
    await tab.getByText('support all that matters').waitFor()
    await tab.getByText(/^\d+ that do no harm$/).click()
    await tab.getByText('<body> element').waitFor()
    await look('next-edition')
    const mail = tab.frameLocator('iframe[title="The mail on a phone, dark"]')
    await mail.getByRole('heading', { name: DIGEST }).waitFor()

    await tab.getByRole('button', { name: 'First: Otters return to the lower Sael' }).click()
    await tab.getByText('put here by an editor').waitFor()
    expect(await tab.locator('.inbox').textContent()).toContain('Otters')
    await tab.getByRole('button', { name: 'Freeze what I see' }).click()
    await tab.getByText('It waits for a yes', { exact: false }).waitFor()
    await tab.getByRole('button', { name: 'Decline' }).click()
    await tab.getByRole('button', { name: 'Freeze what I see' }).waitFor()
    await tab.getByRole('button', { name: 'Take all wishes back' }).click()
    await tab.getByRole('link', { name: 'What changed', exact: false }).click()
    await tab.getByRole('heading', { name: 'Since an hour ago' }).waitFor()
    await look('changes')

    const digest = await house.store.digests.find(DIGEST)
    const sent = { digestId: digest?.id, state: 'frozen', after: null, limit: 1 }
    const [line] = await house.store.archive.page(sent)
    await go(`/admin/editions/${line?.id}`)
    await tab.getByLabel('What was wrong, and what is right').fill(`It was 46 (${width}).`)
    await tab.getByRole('button', { name: 'Publish the correction' }).click()
    await tab.getByRole('cell', { name: `It was 46 (${width}).` }).waitFor()
    await look('edition')
    await tab.getByRole('button', { name: 'Take back', exact: false }).first().click()
    await tab.getByText('edition uncorrect: done').waitFor()
    expect(await tab.getByText(`It was 46 (${width}).`).count()).toBe(0)
  },
}

export const stories: RoomStory = {
  name: 'Stories',
  furnish,
  async visit({ tab, go, look, house, width }) {
    const next = (await nextPage(house)).split('/').at(-1)
    await go(`/admin/stories?order=next-${next}`)
    await tab.getByRole('link', { name: 'Tarn bridge', exact: false }).first().click()
    await tab.getByRole('heading', { name: 'Why this rank' }).waitFor()
    const points = (await tab.locator('table.parts [data-label=Points]').allTextContents()).map(
      Number,
    )
    const parts = points.slice(0, await tab.locator('svg.part').count())
    const sum = parts.reduce((all, one) => all + one, 0)
    expect(sum).toBeCloseTo(points[parts.length] ?? 0, 2)
    await look('story')
    const before = await tab.locator('h1').textContent()
    const other = tab
      .locator('tr', { hasNotText: before ?? '' })
      .getByRole('button', { name: 'Headline', exact: false })
    await other.first().click()
    await expect
      .poll(
        async () => {
          await tab.reload()
          return tab.locator('h1').textContent()
        },
        { timeout: 15_000 },
      )
      .not.toBe(before)
    await tab.getByRole('button', { name: 'Undo: headline' }).first().click()
    await expect
      .poll(
        async () => {
          await tab.reload()
          return tab.locator('h1').textContent()
        },
        { timeout: 15_000 },
      )
      .toBe(before)
    await go('/admin/stories?q=otters')
    await tab.getByRole('link', { name: 'Otters return to the lower Sael' }).waitFor()
    await look('stories')
    await tab.getByRole('link', { name: 'Otters return to the lower Sael' }).click()
    await tab.getByText(/^Place \d+ of \d+ in .+ of \d{4}-\d\d-\d\d/).waitFor()
    await go(`${new URL(tab.url()).pathname}?day=yes`)
    await tab.getByText(/^Place \d+ of \d+ in the day to/).waitFor()
    if (width !== 360) return // by then one holds it that was frozen and declined
    await go('/admin/stories?q=lighthouse')
    await tab.getByRole('link', { name: 'Quenby lighthouse', exact: false }).click()
    await tab.getByText('No edition holds it.').waitFor()
    await tab.getByRole('link', { name: `the next ${DIGEST}` }).click()
    await tab.getByText(/^Place \d+ of \d+ in the next/).waitFor()
  },
}

export const replay: RoomStory = {
  name: 'Replay',
  furnish,
  async visit({ tab, go, look, house }) {
    const today = house.app.deps.clock.now().slice(0, 10)
    await go('/admin/replays')
    await tab.getByRole('combobox', { name: 'Digest' }).selectOption(DIGEST)
    for (const label of ['First day', 'Last day']) await tab.getByLabel(label).fill(today)
    await tab.getByLabel('Weights', { exact: false }).fill('heat=0.1, quality=0.9')
    await tab.getByRole('button', { name: 'Make them again' }).click()
    await tab.locator('tr', { hasText: 'heat=0.1' }).first().getByText('done').waitFor()
    await look('replays')
    await tab
      .getByRole('link', { name: `${today} to ${today}` })
      .first()
      .click()
    await tab.getByRole('heading', { name: `${today}, side by side` }).waitFor()
    await look('replay')
    await tab.getByRole('button', { name: 'Adopt these weights', exact: false }).click()
    await tab.getByText('replay adopt: done').waitFor()
    const digest = await house.store.digests.find(DIGEST)
    expect(await house.store.rankings.current(digest?.id ?? '')).toMatchObject({
      weights: { heat: 0.1 },
    })
  },
}
