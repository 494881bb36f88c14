import { afterEach, expect, test } from 'vitest'
import { publish, run } from './support/news.ts'
import { openTestApp, type TestApp } from './support/setup.ts'

let app: TestApp
afterEach(async () => {
  await app?.close()
})

const LINE = 'The Valley Post is owned by its own readers.'
const EVENTS = [
  [
    'Otters return to the Sael',
    'Otters were seen on the lower Sael for the first time in fifty years. Volunteers counted nine cubs in burrows below the old mill. Anglers had feared for the trout that live in the weirs. A warden will watch the burrows from dusk on.',
  ],
  [
    'School roof collapses',
    'A roof of the village school fell in under the snow, and nobody was hurt. Pupils had gone home an hour before, the headmaster said. Builders will prop up the gymnasium with beams of larch. Lessons go on in the town hall until Easter.',
  ],
  [
    'Baker wins a medal',
    'Runa Holt, a baker, won a gold medal in Harwick for her loaf of rye and caraway. Judges tasted ninety loaves in two days and praised its crust. She learned the trade from her aunt in Oland. Her shop sells three hundred of them each week.',
  ],
  [
    'Lake freezes early',
    'Ice closed Lake Ossel in November, earlier than in any winter on record. Ferries turned back halfway and landed passengers at a jetty. Skaters are told to wait until it carries a horse. Meteorologists blame a wind from the polar sea.',
  ],
] as const

test('what a host prints under every story is in no summary', async () => {
  app = await openTestApp()
  const notes = EVENTS.map(([title, body], i) => {
    return { file: `event-${i}.md`, title, body: `${body}\n\n${LINE}`, domain: 'valley.example' }
  })
  const copies = [1, 2, 3].map((i) => ({
    file: `bridge-${i}.md`,
    title: 'Tarn bridge reopens after two years',
    body: 'The Tarn bridge reopened on Monday after two years of repairs that cost 48 million crowns.',
    domain: 'coast.example',
  }))
  const { digest } = await publish(app, [...notes, ...copies], [])
  const { editionId } = await run(app, digest)
  const { store } = app.deps
  const lines = await store.lines.repeated(['valley.example', 'coast.example', 'none.example'])
  // One story told three times by its house is no line of that house.
  expect([...lines]).toEqual([['valley.example', [LINE.slice(0, -1)]]])
  const told = (await store.editions.get(editionId))?.pool.flatMap(({ sentences }) => sentences)
  expect(told?.length).toBeGreaterThan(EVENTS.length)
  expect(told?.filter(({ text }) => text.includes('Valley Post'))).toEqual([])
})
