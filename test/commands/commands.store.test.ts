import { parseOpml } from 'feedsmith'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TESTS } from '../../src/io/outbox.ts'
import { drawSampleImage } from '../../src/io/sample-image.ts'
import { sentMails } from '../support/mails.ts'
import { NEWS, publish, run as runDigest } from '../support/news.ts'
import { openTestApp, type TestApp } from '../support/setup.ts'
import { doseOn } from './dose.ts'

let app: TestApp
beforeAll(async () => {
  app = await openTestApp()
})
afterAll(() => app?.close())

const dose: ReturnType<typeof doseOn> = (name, input) => doseOn(app)(name, input)

const topicsOf = async (email: string) =>
  (await dose('subscriber list')).rows.find((row) => row.email === email)?.topics

test('source export: OPML also when there is no feed yet', async () => {
  const [none] = (await dose('source export')).shown
  expect(none).toMatch(/^<\?xml .*<opml version="2.0">.*<body\/>\n<\/opml>\n$/s)
  await dose('source add', { target: 'https://mill.example/rss', name: 'Mill', noCheck: true })
  const [one] = (await dose('source export')).shown
  expect(parseOpml(one ?? '').body?.outlines).toMatchObject([
    { xmlUrl: 'https://mill.example/rss' },
  ])
})

describe('topics', () => {
  beforeAll(() => dose('digest add', { name: 'Noon' }))

  test.each([
    { given: 'policy & law, Chips', topics: ['Policy & Law', 'Chips & Infrastructure'] },
    { given: ' REGULATION ,Policy  &  Law', topics: ['Policy & Law'] },
    { given: 'all', topics: [] },
  ])('$given are kept by the names that stories carry', async ({ given, topics }) => {
    const email = 'ann@reader.example'
    await dose('subscriber add', { email, digest: 'Noon', topics: given })
    expect(await topicsOf(email)).toEqual(topics)
    await dose('digest add', { name: 'Noon', topics: given })
    expect((await dose('digest show', { name: 'Noon' })).rows[0]).toMatchObject({ topics })
  })

  test('one that no story can have is refused, with those that there are', async () => {
    const refusal = /^USAGE --topics: no such topic: Gardening; there are Models & Research, /
    const reader = { email: 'bob@reader.example', digest: 'Noon', topics: 'Policy, Gardening' }
    await expect(dose('subscriber add', reader)).rejects.toThrow(refusal)
    await expect(dose('digest add', { name: 'Noon', topics: 'Gardening' })).rejects.toThrow(refusal)
    expect(await topicsOf(reader.email)).toBeUndefined()
  })

  test('an import refuses the line alone', async () => {
    const content =
      'email,topics\nc@reader.example,Gardening\nd@reader.example,chips\ne@reader.example,\n'
    const input = { file: 'readers.csv', digest: 'Noon', confirmed: true, content }
    const { rows, notes, exit } = await dose('subscriber import', input)
    expect([exit, rows]).toEqual([1, [{ added: 2, updated: 0, unchanged: 0, rejected: 1 }]])
    expect(notes).toEqual([
      expect.stringMatching(/^readers\.csv:2: no such topic: Gardening; there are /),
    ])
    expect(await topicsOf('d@reader.example')).toEqual(['Chips & Infrastructure'])
    expect(await topicsOf('e@reader.example')).toEqual([])
  })
})

describe('names', () => {
  test('are one line, and found however they are typed', async () => {
    const [added] = (await dose('digest add', { name: ' Late\r\n\u0007News\t' })).rows
    expect(added).toMatchObject({ name: 'Late News', added: true })
    const reader = { email: 'fay@reader.example', digest: ' Late News ', name: 'Fay\u001b[2J\n' }
    await dose('subscriber add', reader)
    expect((await dose('subscriber list', { digest: 'Late News' })).rows).toMatchObject([
      { email: 'fay@reader.example', name: 'Fay [2J' },
    ])
  })

  test.each([' ', '\n\t', '\u200b\u2060', ''])('%j is none', async (name) => {
    await expect(dose('digest add', { name })).rejects.toThrow(/USAGE.*\n.*must not be blank/)
    const reader = { email: 'gus@reader.example', digest: 'Noon', name }
    await expect(dose('subscriber add', reader)).rejects.toThrow(/USAGE.*\n.*must not be blank/)
  })
})

test.each([
  ['digest add', { name: 'x', topics: ' , ,' }, /names nothing/],
  ['digest add', { name: 'x', topics: '' }, /names nothing/],
  ['digest add', { name: 'x', size: '' }, /whole number from 1 to 100/],
  ['digest add', { name: 'x', quiet: '0' }, /3:skip/],
  ['digest add', { name: 'x', quiet: '3:never' }, /3:skip/],
  ['digest add', { name: 'x', deadline: '24' }, /full hour/],
  ['digest add', { name: 'x', deadline: 'noon' }, /full hour/],
  ['digest add', { name: 'x', window: '22-6' }, /such as 6-22/],
  ['digest add', { name: 'x', window: '6' }, /such as 6-22/],
  ['digest run', { name: 'Noon', date: '2026-02-31' }, /no such day/],
  ['digest run', { name: 'Noon', date: 'today' }, /no such day; write YYYY-MM-DD/],
  ['subscriber add', { email: 'a@b.example', digest: 'Noon', hour: '' }, /number from 0 to 23/],
  ['subscriber add', { email: 'a@b.example', digest: 'Noon', hour: '24' }, /number from 0 to 23/],
  ['subscriber add', { email: 'a@b.example', digest: 'Noon', hour: '7.5' }, /number from 0 to 23/],
  ['subscriber add', { email: 'a@b.example', digest: 'Noon', hour: null }, /number from 0 to 23/],
  ['subscriber add', { email: 'a@b.example', digest: 'Noon', timezone: '' }, /no such time zone/],
  ['subscriber add', { email: 'a@b.example', digest: 'Noon', mute: 'paper' }, /no domain/],
  ['delivery list', { state: 'bogus' }, /expected one of "planned".*"deferred".*"skipped"/],
])('%s %j is wrong use', async (name, input, says) => {
  await expect(dose(name, input)).rejects.toMatchObject({
    code: 'USAGE',
    exit: 2,
    message: expect.stringMatching(says),
  })
})

test('rules of a digest are kept, left alone when not given, and taken back', async () => {
  const put = async (rules: object) =>
    (await dose('digest add', { name: 'Ruled', ...rules })).rows[0] ?? {}
  const rules = {
    quiet: { below: 3, rule: 'skip' },
    deadlineHour: 11,
    window: { from: 6, to: 22 },
  }
  expect(await put({ quiet: '3:skip', deadline: '11', window: '6-22' })).toMatchObject(rules)
  expect(await put({ size: 5 })).toMatchObject(rules)
  expect(await put({ quiet: '4', deadline: 'none', window: 'none' })).toMatchObject({
    quiet: { below: 4, rule: 'short' },
    deadlineHour: null,
    window: null,
  })
})

describe('digest brand', () => {
  const PNG = drawSampleImage('pier').toString('base64')
  const shown = async (input: object) =>
    (await dose('digest brand', { name: 'Branded', ...input })).rows[0]
  beforeAll(() => dose('digest add', { name: 'Branded' }))

  test('keeps colours, words and a logo, changes what is given, and goes back', async () => {
    await shown({ accent: '#0B5CAD', intro: 'From the pier.' })
    const look = { logo: 'pier.png', picture: PNG, footer: 'The guild.' }
    expect(await shown({ ...look, accent: '069,#8ec5ff' })).toMatchObject({
      colours: { light: { accent: '#006699' }, dark: { accent: '#8ec5ff' } },
      ...{ intro: 'From the pier.', footer: 'The guild.', logo: expect.any(String) },
    })
    expect(await shown({ logo: 'none', footer: 'none', accent: 'none' })).toMatchObject({
      ...{ colours: { light: {}, dark: {} }, logo: null, footer: '', intro: 'From the pier.' },
    })
    await shown({ reset: true })
    expect((await dose('digest show', { name: 'Branded' })).rows[0]).toMatchObject({ brand: null })
  })

  test.each([
    [{ accent: 'yellow' }, /write #rrggbb/],
    [{ accent: '#ffcc00' }, /USAGE accent #ffcc00 on paper #fffdf9 has a contrast of 1\.\d:1/],
    [{ logo: 'x.svg', picture: btoa('<svg/>') }, /--logo x.svg: mail programs show PNG/],
    [{ logo: 'x.png', picture: btoa('x'.repeat(300_000)) }, /PNG|more than 200 KB/],
    [{ logo: 'pier.png' }, /neither a file nor a URL/],
    [{ intro: 'x'.repeat(501) }, /at most 500/],
  ])('%j is refused and changes nothing', async (input, says) => {
    await expect(shown(input)).rejects.toThrow(says)
    expect((await dose('digest show', { name: 'Branded' })).rows[0]).toMatchObject({ brand: null })
  })
})

test('subscriber export prints what subscriber import reads back as it was', async () => {
  await dose('digest add', { name: 'Old' })
  await dose('digest add', { name: 'New' })
  await dose('subscriber add', {
    email: 'kim@reader.example',
    digest: 'Old',
    name: 'Kim "K", jun.',
    consent: 'at the fair, 2026-11-20',
    topics: 'Policy & Law, Chips',
    hour: 6,
    timezone: 'Asia/Tokyo',
    pace: 'weekly',
    more: 'Chips',
    mute: 'paper.example, mill.example',
  })
  const print = async (digest: string) => (await dose('subscriber export', { digest })).shown
  const content = (await print('Old')).join('\n')
  expect(content).toMatch(/kim@.*weekly,Chips & Infrastructure:1,"?paper.example\|mill.example/)
  const read = await dose('subscriber import', { file: 'old.csv', digest: 'New', content })
  expect(read.rows).toEqual([{ added: 1, updated: 0, unchanged: 0, rejected: 0 }])
  expect((await print('New')).join('\n')).toBe(content)
})

describe('for a reader who writes to the operator', () => {
  const add = async (email: string) => {
    await dose('digest add', { name: 'Post' })
    return dose('subscriber add', { email, digest: 'Post' })
  }
  const suppress = (email: string, reason: string) =>
    app.deps.store.subscribers.suppress(email, reason, app.deps.clock.now())
  const audit = async () => (await dose('audit list', { action: 'subscriber' })).rows

  test('all that is stored is printed, and that it was is told', async () => {
    const email = 'data@post.example'
    await add(email)
    const { rows } = await dose('subscriber data', { email })
    expect(rows).toMatchObject([
      { subscriber: { email }, suppressed: null, subscriptions: [{ digest: 'Post' }] },
    ])
    expect(JSON.stringify(await audit())).toContain('"subscriber data"')
    await expect(dose('subscriber data', { email: 'x@post.example' })).rejects.toThrow(/NOT_FOUND/)
  })

  test('they are deleted, also after a complaint, and the audit log names nobody', async () => {
    const email = 'gone@post.example'
    await add(email)
    await suppress(email, 'complained')
    await dose('subscriber forget', { email })
    expect(await app.deps.store.readers.findByAddress(email)).toBeUndefined()
    expect(JSON.stringify(await audit())).not.toContain(email)
    expect(await audit()).toContainEqual(expect.objectContaining({ action: 'subscriber forget' }))
    await expect(add(email)).rejects.toThrow(/suppressed/)
    await expect(dose('subscriber forget', { email })).rejects.toThrow(/NOT_FOUND/)

    const lift = () => dose('subscriber unsuppress', { email, consent: 'wrote to us' })
    expect((await lift()).rows).toEqual([{ email, was: 'complained' }])
    await expect(add(email)).rejects.toThrow(/suppressed/) // they were deleted, which stays
    await expect(lift()).rejects.toThrow(/NOT_FOUND/)
    expect(await app.deps.store.readers.suppression(email)).toBeUndefined() // they may sign up
  })

  test('a bounce is lifted, a complaint only with what they said', async () => {
    const email = 'back@post.example'
    await add(email)
    await suppress(email, 'bounced again and again: 5.2.2')
    const bounced = { soft_bounces: 5, soft_since: '2026-01-01T00:00:00.000Z' }
    const rows = app.deps.store.db
    await rows.updateTable('subscription').set(bounced).execute()
    const lift = (input: object = {}) => dose('subscriber unsuppress', { email, ...input })
    expect((await lift()).rows).toEqual([{ email, was: 'bounced again and again: 5.2.2' }])
    expect(await app.deps.store.readers.suppression(email)).toBeUndefined()
    const { id } = (await app.deps.store.readers.findByAddress(email)) ?? { id: '' }
    const counted = rows.selectFrom('subscription').select('soft_bounces')
    expect(await counted.where('subscriber_id', '=', id).execute()).toEqual([{ soft_bounces: 0 }])

    await suppress(email, 'complained')
    await expect(lift()).rejects.toThrow(/USAGE.*--consent/)
    await lift({ consent: 'wrote on 3 November' })
    expect(await app.deps.store.readers.suppression(email)).toBeUndefined()
    expect(JSON.stringify(await audit())).toContain('wrote on 3 November')
  })
})

test('what a reader wants more of, less of and nothing of is kept', async () => {
  await dose('digest add', { name: 'Old' })
  const who = { email: 'lou@reader.example', digest: 'Old' }
  const put = async (wishes: object) =>
    (await dose('subscriber add', { ...who, ...wishes })).rows[0]
  expect(await put({ more: 'Chips', less: 'Policy & Law', mute: 'Paper.example' })).toMatchObject({
    result: 'added',
  })
  const row = await app.deps.store.db
    .selectFrom('subscription')
    .innerJoin('subscriber', 'subscriber.id', 'subscription.subscriber_id')
    .select(['weights', 'muted'])
    .where('email', '=', who.email)
    .executeTakeFirstOrThrow()
  expect(row).toEqual({
    weights: { 'Chips & Infrastructure': 1, 'Policy & Law': -1 },
    muted: ['paper.example'],
  })
  expect(await put({ mute: 'paper.example' })).toMatchObject({ result: 'unchanged' })
  expect(await put({ mute: 'none' })).toMatchObject({ result: 'updated' })
})

describe('segments', () => {
  const READERS = [
    { email: 'ann@seg.example', topics: 'Chips', hour: 6, timezone: 'Asia/Tokyo' },
    { email: 'bob@seg.example', pace: 'weekly' },
    { email: 'cid@seg.example', topics: 'Policy & Law', pace: 'weekly' },
  ]
  const emails = async (name: string, input: object) =>
    (await dose(name, { digest: 'Parts', ...input })).rows
      .map(({ email, csv }) => String(email ?? csv).split(',')[0])
      .filter((email) => email?.includes('@'))
  beforeAll(async () => {
    await dose('digest add', { name: 'Parts', tz: 'Europe/Zurich' })
    await dose('digest add', { name: 'Part' })
    for (const reader of READERS) await dose('subscriber add', { ...reader, digest: 'Parts' })
  })

  test('are listed, exported and imported by topic, pace and state', async () => {
    const chips = { topic: 'chips' }
    expect(await emails('subscriber list', chips)).toEqual(['ann@seg.example', 'bob@seg.example'])
    expect(await emails('subscriber list', { pace: 'weekly', topic: 'Policy & Law' })).toEqual([
      ...['bob@seg.example', 'cid@seg.example'],
    ])
    expect(await emails('subscriber list', { state: 'paused' })).toEqual([])
    expect(await emails('subscriber export', { pace: 'weekly', state: 'confirmed' })).toEqual([
      ...['bob@seg.example', 'cid@seg.example'],
    ])
    const content = (await dose('subscriber export', { digest: 'Parts' })).shown.join('\n')
    const file = { file: 'parts.csv', digest: 'Part', content }
    const { rows } = await dose('subscriber import', { ...file, ...chips, pace: 'weekly' })
    expect(rows).toEqual([{ added: 1, updated: 0, unchanged: 0, rejected: 0, leftOut: 2 }])
    expect(await emails('subscriber list', { digest: 'Part' })).toEqual(['bob@seg.example'])
    await expect(dose('subscriber list', { topic: 'Gardening' })).rejects.toThrow(/no such topic/)
  })

  test('are counted', async () => {
    const { rows } = await dose('digest audience', { name: 'Parts' })
    expect(rows).toEqual([
      { by: 'state', value: 'confirmed', readers: 3 },
      { by: 'pace', value: 'weekly', readers: 2 },
      { by: 'pace', value: 'daily', readers: 1 },
      { by: 'topic', value: 'all', readers: 1 },
      { by: 'topic', value: 'Chips & Infrastructure', readers: 2 },
      { by: 'topic', value: 'Policy & Law', readers: 2 },
      { by: 'hour', value: '06', readers: 1 },
      { by: 'hour', value: 'ready', readers: 2 },
      { by: 'zone', value: 'Europe/Zurich', readers: 2 },
      { by: 'zone', value: 'Asia/Tokyo', readers: 1 },
    ])
  })
})

test('delivery why says in a sentence why nothing was sent', async () => {
  const { digest } = await publish(app, NEWS, ['hal@reader.example', 'ida@reader.example'])
  await dose('subscriber add', {
    email: 'ida@reader.example',
    digest: digest.name,
    topics: 'Robotics & Vehicles',
  })
  const { editionId } = await runDigest(app, digest)
  const why = async (address: string) =>
    (await dose('delivery why', { address, edition: editionId })).rows[0]
  expect(await why('hal@reader.example')).toMatchObject({
    state: 'accepted',
    because: 'the mail server took it',
  })
  expect(await why('ida@reader.example')).toMatchObject({
    state: 'skipped',
    reason: 'quiet',
    because:
      'no story of this edition is of the topics the reader chose, or fewer than its digest sends',
  })
})

test('a test mail reaches whoever is named, says so, and is in no ledger', async () => {
  const { digest } = await publish(app, NEWS, [])
  const { editionId } = await runDigest(app, digest)
  const before = await app.deps.store.deliveries.list(editionId)
  const send = (input: object) => dose('digest send-test', { name: digest.name, ...input })
  const to = 'boss@house.example'
  await expect(send({ to })).rejects.toThrow(/NOT_FOUND a story for an edition of Morning/)
  const { rows, exit } = await send({ to, edition: 'latest' })
  expect([exit, rows]).toEqual([0, [expect.objectContaining({ to, state: 'accepted' })]])
  await dose('digest add', { name: 'Fresh' })
  expect((await send({ to, name: 'Fresh' })).exit).toBe(0)
  const mails = (await sentMails(app, TESTS)).filter(({ to }) => to === 'boss@house.example')
  expect(mails).toHaveLength(2)
  for (const { subject, text } of mails) {
    expect(subject).toMatch(/^\[Test\] /)
    expect(text).toContain('its links change nothing')
  }
  expect(await app.deps.store.deliveries.list(editionId)).toEqual(before)
  await app.deps.store.subscribers.suppress('no@house.example', 'bounced', app.deps.clock.now())
  await expect(send({ to: 'no@house.example' })).rejects.toThrow(/suppressed: bounced/)
  await expect(send({ to: 'nobody' })).rejects.toThrow(/--to nobody: expected name@domain/)
})

test('readers are listed a page at a time, each once and by address', async () => {
  for (const digest of ['Morning Pages', 'Evening Pages']) {
    await dose('digest add', { name: digest })
    for (const name of ['Cleo', 'ann', 'bob'])
      await dose('subscriber add', { email: `${name}@pages.example`, digest })
  }
  const { store } = app.deps
  const addresses = async (limit: number) => {
    const found: string[] = []
    for await (const { email, digest } of store.subscribers.each(undefined, {}, limit))
      if (email.includes('@pages.')) found.push(`${email} ${digest}`)
    return found
  }
  const all = await addresses(1_000)
  expect(all.map((one) => one[0])).toEqual(['a', 'a', 'b', 'b', 'C', 'C'])
  for (const limit of [1, 2, 3]) expect(await addresses(limit)).toEqual(all)
  await dose('subscriber remove', { email: 'ann@pages.example', digest: 'Morning Pages' })
  expect((await dose('digest show', { name: 'Morning Pages' })).rows[0]).toMatchObject({
    readers: 2,
  })
})
