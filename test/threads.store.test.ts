import { afterEach, expect, test } from 'vitest'
import type { Card } from '../src/model.ts'
import { publish, run, writeNote } from './support/news.ts'
import { openTestApp, type TestApp } from './support/setup.ts'

let app: TestApp
afterEach(async () => {
  await app?.close()
})

const DAYS = [16, 17, 18, 19, 20].map((day) => `2026-11-${day}`)
const FIRST =
  'The Tarn bridge reopened on Monday after two years of repairs that cost 48 million crowns. Engineers replaced 312 cables and every bearing of the bridge, the road office said.'
const TOLL = 'Lorries heavier than 20 tonnes must pay a toll of 3 crowns on the Tarn bridge.'

const note = (day: number, body: string, name = 'bridge') => ({
  file: `${name}-${day}.md`,
  title: 'Tarn bridge reopens after two years of repairs',
  body,
  domain: `paper-${day}.example`,
  at: `${DAYS[day]}T04:00:00Z`,
})
const otters = (day: number) => ({
  ...note(day, `Otters were counted ${day + 3} times in the lower Sael by volunteers.`, 'otters'),
  title: `Otter watch ${['opens', 'grows', 'rests', 'moves', 'ends'][day]} near Sael village`,
})

/** One edition a day; for each, what it told of the bridge. */
async function fiveDays(bodies: readonly string[]): Promise<(Card | undefined)[]> {
  app = await openTestApp()
  const { digest, dir } = await publish(app, [], [])
  const told: (Card | undefined)[] = []
  for (const [day, body] of bodies.entries()) {
    for (const one of [note(day, body), otters(day)]) writeNote(dir, one, one.at)
    const { editionId } = await run(app, digest, { date: DAYS[day] as string })
    const edition = await app.deps.store.editions.get(editionId)
    told.push(edition?.pool.find(({ headline }) => headline.includes('bridge')))
  }
  return told
}

test('a story that is repeated unchanged for five days appears once', async () => {
  const told = await fiveDays(DAYS.map(() => FIRST))
  expect(told.map((card) => card !== undefined)).toEqual([true, false, false, false, false])
  expect(told[0]?.followUp).toBeNull()
})

test('with new facts it comes again as a follow-up that tells just those', async () => {
  const told = await fiveDays([FIRST, FIRST, `${FIRST} ${TOLL}`, `${TOLL} ${FIRST}`, FIRST])
  expect(told.map((card) => card !== undefined)).toEqual([true, false, true, false, false])
  const card = told[2]
  expect(card?.sentences.map(({ text }) => text)).toEqual([TOLL])
  expect(card?.followUp).toMatchObject({ firstTold: DAYS[0], lastTold: DAYS[0] })
  const { editionId } = await run(app, (await app.deps.store.digests.find('Morning')) as never, {
    date: DAYS[2] as string,
  })
  const edition = await app.deps.store.editions.get(editionId)
  expect(edition?.pool.find(({ followUp }) => followUp)?.sentences).toHaveLength(1)
})

test('a story of more articles than are read of one goes on all the same', async () => {
  app = await openTestApp()
  const { digest, dir } = await publish(app, [], [])
  for (let teller = 0; teller < 45; teller++) {
    const told = note(0, `${FIRST} Teller ${teller} of it was there.`, `bridge-${teller}`)
    writeNote(dir, { ...told, domain: `paper-${teller}.example` }, told.at)
  }
  const told: (readonly string[] | undefined)[] = []
  for (const date of DAYS.slice(0, 2)) {
    const { editionId } = await run(app, digest, { date })
    const edition = await app.deps.store.editions.get(editionId)
    const card = edition?.pool.find(({ headline }) => headline.includes('bridge'))
    told.push(card?.sentences.map(({ text }) => text))
    writeNote(dir, note(1, `${FIRST} ${TOLL}`), note(1, '').at)
  }
  expect([told.length, told[0]?.includes(TOLL), told[1]]).toEqual([2, false, [TOLL]])
})

test('an edition that is made again tells what it told', async () => {
  app = await openTestApp()
  const { digest } = await publish(app, [note(0, FIRST), otters(0)], [])
  const date = DAYS[0] as string
  const { editionId } = await run(app, digest, { date })
  const first = await app.deps.store.editions.get(editionId)
  const asking = { id: 'none', digestId: digest.id, dated: true, to: `${DAYS[1]}T07:00:00.000Z` }
  const told = await app.deps.store.told.before(asking)
  expect(told.map(({ storyId }) => storyId).sort()).toEqual(
    first?.pool.map(({ storyId }) => storyId).sort(),
  )
  // What went to nobody counts for editions of past dates, not for live ones.
  expect(await app.deps.store.told.before({ ...asking, dated: false })).toEqual([])
  expect(await app.deps.store.told.before({ ...asking, id: editionId })).toEqual([])
})
