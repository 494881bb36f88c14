import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clickUrl } from '../../src/delivery/clicks.ts'
import { linkEnds, ownerKey } from '../../src/delivery/letter.ts'
import { readerLinks } from '../../src/delivery/links.ts'
import { signTimed, signToken, type TokenScope } from '../../src/delivery/token.ts'
import { tableNames } from '../../src/store/tables.ts'
import { POOL } from '../support/edition.ts'
import type { Sent } from '../support/mails.ts'
import { freezeEdition } from '../support/rows.ts'
import { type House, OUTSIDE, openHouse, THERE } from './house.ts'
import { formToken, sendLetters } from './letters.ts'

const FRESH_FOLDER_MS = 60_000

/** How often every link of a mail is followed, as scanners do; more when the environment says so. */
const SCANS = Number(process.env.SCANS ?? 100)
const SCANS_MS = 60_000 + SCANS * 600

let house: House
let digestId: string
let secret: string
let form: string

beforeAll(async () => {
  house = await openHouse({ PUBLIC_URL: 'https://dose.example' })
  digestId = (await house.addDigest('Harbour Morning')).id
  await house.store.digests.setOpen(digestId, true)
  secret = await house.store.settings.signingSecret()
  form = await formToken(house.app)
  await house.addStories()
}, FRESH_FOLDER_MS)
afterAll(() => house?.close())

let lastNetwork = 0
/** Every asking from a network of its own, unless told: limits have a test of their own. */
const somewhere = () => `198.51.${Math.floor(++lastNetwork / 250)}.${(lastNetwork % 250) + 1}`

const get = (url: string, headers: Record<string, string> = {}) =>
  house.server.inject({
    url,
    remoteAddress: somewhere(),
    headers: { ...THERE.headers, accept: 'text/html', ...headers },
  })

const post = (url: string, body: Record<string, string> = {}, from = somewhere()) =>
  house.server.inject({
    method: 'POST',
    url,
    remoteAddress: from,
    headers: {
      ...THERE.headers,
      accept: 'text/html',
      'content-type': 'application/x-www-form-urlencoded',
    },
    payload: new URLSearchParams(body).toString(),
  })

const signUp = (email: string, from?: string) => post('/subscribe', { email, form }, from)

/** Letters to one address, in the order they left. */
async function lettersTo(address: string): Promise<Sent[]> {
  return (await sendLetters(house.app)).filter(({ to }) => to === address)
}

async function lastLetterTo(address: string): Promise<Sent> {
  const last = (await lettersTo(address)).at(-1)
  if (!last) throw new Error(`no letter to ${address}`)
  return last
}

/** Signs up and confirms: a reader with the path of the preferences. */
async function addReader(email: string): Promise<{ id: string; subscriptionId: string }> {
  await signUp(email)
  const { links } = await lastLetterTo(email)
  await post(links[0] ?? '')
  const reader = await house.store.readers.findByAddress(email)
  const [subscription] = await house.store.readers.subscriptions(reader?.id ?? '')
  return { id: reader?.id ?? '', subscriptionId: subscription?.id ?? '' }
}

async function ownerLink(email: string): Promise<string> {
  await post('/link', { email, form })
  return (await lastLetterTo(email)).links[0] ?? ''
}

const linksOf = (subscriptionId: string, edition = 'e') =>
  readerLinks('', secret, edition, subscriptionId)

const tunnel = POOL[0] ?? raise('the pool is empty')
const rain = POOL[1] ?? raise('the pool has one story')

function raise(what: string): never {
  throw new Error(what)
}

/** Everything there is, as text: nothing was changed where it is the same. */
async function allRows(): Promise<string> {
  const tables = tableNames.filter((name) => name !== 'run')
  const rows = await Promise.all(
    tables.map((name) =>
      sql`select * from ${sql.table(`dose.${name}`)} t order by t`.execute(house.store.db),
    ),
  )
  return JSON.stringify(rows.map(({ rows: found }, n) => [tables[n], found]))
}

const stateOf = async (email: string) =>
  (await house.store.subscribers.list(digestId)).find((row) => row.email === email)?.state

describe('signing up', () => {
  test('goes by a letter and a button, and the proof of consent is kept', async () => {
    const asked = await signUp('ann@reader.example', OUTSIDE)
    expect([asked.statusCode, asked.headers['set-cookie']]).toEqual([200, undefined])
    expect(await stateOf('ann@reader.example')).toBeUndefined()
    const { subject, links, html } = await lastLetterTo('ann@reader.example')
    expect(subject).toBe('Please confirm: Harbour Morning')
    expect(html).toContain(links[0])
    const before = await allRows()
    const page = await get(links[0] ?? '')
    expect(page.body).toContain('Subscribe to Harbour Morning?')
    expect(page.body).toContain('a***@reader.example')
    expect(await allRows()).toBe(before)
    expect((await post(links[0] ?? '')).body).toContain('You are subscribed')
    expect(await stateOf('ann@reader.example')).toBe('confirmed')
    const consents = await house.store.db.selectFrom('consent').selectAll().execute()
    expect(consents).toEqual([
      expect.objectContaining({
        text: expect.stringContaining('Send me Harbour Morning by e-mail'),
        language: 'en',
        asked_from: OUTSIDE,
      }),
    ])
    expect((await post(links[0] ?? '')).body).toContain('That is done already')
  })

  test('anew begins anew: nothing is owed of the time between, and no bounce is held against it', async () => {
    const email = 'sid@reader.example'
    const { id, subscriptionId } = await addReader(email)
    const rows = house.store.db.updateTable('subscription').where('id', '=', subscriptionId)
    const since = '2026-10-01T00:00:00.000Z'
    const bounced = { soft_bounces: 4, soft_since: since, soft_at: since }
    await rows.set({ since, ...bounced, pace: 'weekly' }).execute()
    const now = () =>
      house.store.db
        .selectFrom('subscription')
        .select(['state', 'since', 'pace', 'soft_bounces', 'soft_since', 'soft_at'])
        .where('subscriber_id', '=', id)
        .executeTakeFirst()
    await house.store.db
      .updateTable('letter')
      .set({ used_at: null })
      .where('email', '=', email)
      .execute()
    await post((await lastLetterTo(email)).links[0] ?? '') // while it runs, what is owed stays
    expect(await now()).toMatchObject({ since, pace: 'weekly', soft_bounces: 0 })
    await rows.set(bounced).execute()
    await house.store.subscribers.end(subscriptionId)
    await addReader(email)
    const never = { soft_bounces: 0, soft_since: null, soft_at: null }
    expect(await now()).toEqual({ state: 'confirmed', since: null, pace: 'weekly', ...never })
  })

  test('tells nobody whether an address reads here', async () => {
    await addReader('bob@reader.example')
    await house.store.subscribers.suppress(
      'gone@reader.example',
      'bounced: 5.1.1',
      '2026-11-02T00:00:00.000Z',
    )
    const answers = []
    for (const email of ['bob@reader.example', 'gone@reader.example', 'new@reader.example']) {
      const { statusCode, body } = await signUp(email)
      answers.push({ statusCode, body: body.replaceAll(email, 'ADDRESS') })
    }
    expect(answers[1]).toEqual(answers[0])
    expect(answers[2]).toEqual(answers[0])
    expect(await lettersTo('gone@reader.example')).toEqual([])
    expect((await lastLetterTo('bob@reader.example')).subject).toBe(
      'You get Harbour Morning already',
    )
  })

  test('makes no mail bombs: one letter, however often and from wherever it is asked', async () => {
    for (let n = 0; n < 25; n++) await signUp('dee@reader.example')
    expect(await lettersTo('dee@reader.example')).toHaveLength(1)
  })

  test('spellings of one mailbox are one, and different readers all the same', async () => {
    for (const email of ['dan+1@reader.example', 'dan+2@reader.example', 'Dan@reader.example'])
      await signUp(email)
    const left = (await sendLetters(house.app)).map(({ to }) => to)
    expect(left.filter((to) => /^dan\b/i.test(to))).toEqual(['dan+1@reader.example'])
    await addReader('eva@reader.example')
    await addReader('eva+work@reader.example')
    expect(await stateOf('eva+work@reader.example')).toBe('confirmed')
  })

  test('networks of one site are held together, before they fill the hour of all', async () => {
    const codes = []
    for (let n = 0; n < 101; n++)
      codes.push((await signUp(`site${n}@reader.example`, `2001:db8:7:${n}::1`)).statusCode)
    expect(codes.slice(0, 100)).toEqual(Array(100).fill(200))
    expect(codes[100]).toBe(429)
    expect((await signUp('site@reader.example', '2001:db8:8::1')).statusCode).toBe(200)
    for (const end of ['1', '2'])
      expect((await signUp(`v4-${end}@reader.example`, `::ffff:192.0.2.${end}`)).statusCode).toBe(
        200,
      )
  })

  test('a flood of sign-ups leaves owners their links', async () => {
    await addReader('flo@reader.example')
    await sql`insert into dose.letter (id, kind, email, email_key, language, network, state, due_at,
        created_at, at)
      select 'flood' || n, 'signup', 'x', 'x', 'en', 'flood', 'dropped', t, t, t
      from generate_series(1, 2000) n, (select ${house.app.deps.clock.now()}::timestamptz as t) t`.execute(
      house.store.db,
    )
    try {
      expect((await signUp('late@reader.example')).statusCode).toBe(429)
      const asked = await post('/link', { email: 'flo@reader.example', form })
      expect(asked.statusCode).toBe(200)
    } finally {
      await house.store.db.deleteFrom('letter').where('network', '=', 'flood').execute()
    }
  })

  test('a network that asks for too many is held', async () => {
    const from = '203.0.113.77'
    const codes = []
    for (let n = 0; n < 21; n++)
      codes.push((await signUp(`flood${n}@reader.example`, from)).statusCode)
    expect(codes.slice(0, 20)).toEqual(Array(20).fill(200))
    expect(codes[20]).toBe(429)
  })

  test('programs that fill in everything, or at once, ask for nothing', async () => {
    const before = await allRows()
    const email = 'bot@reader.example'
    const trapped = await post('/subscribe', { email, form, website: 'https://spam.example' })
    expect(trapped.body).toContain('Look into your inbox')
    const now = house.app.deps.clock.now()
    const fresh = signTimed(secret, 'form', String(Date.parse(now)), linkEnds('link', now))
    expect((await post('/subscribe', { email, form: fresh })).body).toContain('That was quick')
    expect((await post('/subscribe', { email, form: 'x' })).statusCode).toBe(400)
    expect((await post('/subscribe', { email: 'no address', form })).body).toContain('typing error')
    expect(await allRows()).toBe(before)
  })

  test('is there for digests that are open only', async () => {
    await house.addDigest('Inner Circle')
    expect((await get('/d/Inner%20Circle/subscribe')).statusCode).toBe(404)
    expect(
      (await post('/d/Inner%20Circle/subscribe', { email: 'eve@reader.example', form })).statusCode,
    ).toBe(404)
    expect((await get('/subscribe')).body).not.toContain('Inner Circle')
    expect((await get('/d/Harbour%20Morning/')).body).toContain('/d/Harbour%20Morning/subscribe')
  })

  test('speaks the language that is asked for, in its direction', async () => {
    const page = await get('/subscribe', { 'accept-language': 'ar-EG,ar;q=0.9,en;q=0.5' })
    expect(page.body).toContain('<html lang="ar" dir="rtl">')
    expect(page.body).toContain('عنوان بريدك الإلكتروني')
    expect((await get('/subscribe', { 'accept-language': 'tlh, de-CH;q=0.8' })).body).toContain(
      'lang="de"',
    )
  })
})

describe('preferences', () => {
  test('are shown under a masked address and saved by a button', async () => {
    const { subscriptionId } = await addReader('fay@reader.example')
    const topic = house.app.deps.taxonomy.topics[0]?.name ?? ''
    const path = `/p/${signToken(secret, 'preferences', subscriptionId)}`
    const page = await get(path)
    expect(page.body).toContain('f***@reader.example')
    expect(page.body).not.toContain('fay@reader.example')
    const choices = {
      pace: 'weekly',
      hour: '18',
      zone: 'Asia/Tokyo',
      topics: topic,
      language: 'de',
      pause: '',
    }
    const saved = await post(path, choices)
    expect(saved.body).toContain('Gespeichert.')
    expect(await house.store.subscribers.subscription(subscriptionId)).toMatchObject({
      ...{ pace: 'weekly', hour: 18, timeZone: 'Asia/Tokyo', topics: [topic], language: 'de' },
      state: 'confirmed',
    })
    const tomorrow = new Date(Date.parse(house.app.deps.clock.now()) + 5 * 86_400_000)
      .toISOString()
      .slice(0, 10)
    await post(path, { ...choices, pause: tomorrow })
    expect(await house.store.subscribers.subscription(subscriptionId)).toMatchObject({
      state: 'paused',
    })
    expect((await get(path)).body).toContain(`value="${tomorrow}"`)
  })

  const WHOLE = { pace: 'daily', hour: '7', zone: 'Europe/Zurich', language: 'en', pause: '' }
  test.each([
    { name: 'an hour there is not', body: { ...WHOLE, hour: '24' } },
    { name: 'a zone there is not', body: { ...WHOLE, zone: 'Mars/Olympus' } },
    { name: 'a topic there is not', body: { ...WHOLE, topics: 'gossip-of-mars' } },
    { name: 'a pace there is not', body: { ...WHOLE, pace: 'hourly' } },
    { name: 'a pause that is over', body: { ...WHOLE, pause: '2020-01-01' } },
    { name: 'a pause without end', body: { ...WHOLE, pause: '9999-12-31' } },
    { name: 'a day there is not', body: { ...WHOLE, pause: '2027-02-31x' } },
    { name: 'more steps than there are', body: { ...WHOLE, 'lean:Models & Research': '4' } },
    { name: 'a source that was not muted', body: { ...WHOLE, muted: 'paper.example' } },
    { name: 'a site that is none', body: { ...WHOLE, mute: 'the paper' } },
    { name: 'nothing at all', body: {} },
  ])('$name saves nothing and says so', async ({ body }) => {
    const [row] = await house.store.subscribers.list(digestId)
    const before = await allRows()
    const answer = await post(
      `/p/${signToken(secret, 'preferences', row?.id ?? '')}`,
      body as Record<string, string>,
    )
    expect(answer.statusCode).toBe(400)
    expect(answer.body).toContain('role="alert"')
    expect(await allRows()).toBe(before)
  })

  test('what cannot be taken back goes by a letter to the owner', async () => {
    const { subscriptionId } = await addReader('gil@reader.example')
    const path = `/p/${signToken(secret, 'preferences', subscriptionId)}`
    const { body } = await get(path)
    expect(body).not.toContain('/forget')
    expect(body).not.toContain('/move')
    await post(`${path}/link`)
    const { links } = await lastLetterTo('gil@reader.example')
    expect((await get(links[0] ?? '')).body).toContain('gil@reader.example')
  })
})

describe('more, less and nothing of', () => {
  test('a story’s topics move a step by a button, three at most, and back', async () => {
    const { subscriptionId } = await addReader('ned@reader.example')
    const { leanUrl, preferencesUrl } = linksOf(subscriptionId)
    const before = await allRows()
    const page = await get(leanUrl(tunnel.storyId, 'more'))
    expect(page.body).toContain('Harbour tunnel opens')
    expect(page.body).toContain('Stories about Transport')
    expect(await allRows()).toBe(before)
    for (let n = 0; n < 4; n++) await post(leanUrl(tunnel.storyId, 'more'))
    const told = await post(leanUrl(rain.storyId, 'less'))
    expect(told.body).toContain('Weather: a little less')
    expect(await house.store.subscribers.subscription(subscriptionId)).toMatchObject({
      weights: { Transport: 3, Weather: -1 },
    })
    const preferences = await get(preferencesUrl)
    expect(preferences.body).toMatch(/name="lean:Transport".*value="3" selected>much more/)
    expect((await post(leanUrl(rain.storyId, 'more'))).body).toContain('Weather: as it comes')
    expect((await house.store.subscribers.subscription(subscriptionId))?.weights).toEqual({
      Transport: 3,
    })
  })

  test('a source of the story is muted by its own button, any other is refused', async () => {
    const { subscriptionId } = await addReader('oda@reader.example')
    const mute = `${linksOf(subscriptionId).leanUrl(tunnel.storyId, 'less')}/mute`
    expect((await post(mute, { source: 'other.example' })).statusCode).toBe(400)
    const { body } = await post(mute, { source: 'coast-wire.example' }, OUTSIDE)
    expect(body).toContain('Nothing more from Coast Wire')
    await post(mute, { source: 'coast-wire.example' })
    const muted = async () =>
      (await house.store.subscribers.subscription(subscriptionId))?.muted ?? []
    expect(await muted()).toEqual(['coast-wire.example'])
    const page = await get(linksOf(subscriptionId).leanUrl(rain.storyId, 'less'))
    expect(page.body).not.toContain('value="coast-wire.example"')
    expect(page.body).toContain('value="ashe-valley-news.example"')
  })

  test('are changed in the preferences, word by word', async () => {
    const { subscriptionId } = await addReader('pia@reader.example')
    const { preferencesUrl, leanUrl } = linksOf(subscriptionId)
    const topic = house.app.deps.taxonomy.topics[1]?.name ?? ''
    await post(leanUrl(tunnel.storyId, 'more'))
    const whole = { pace: 'daily', hour: '', zone: 'UTC', language: 'en', pause: '' }
    const wishes = { [`lean:${topic}`]: '-2', mute: 'https://www.Paper.example/news' }
    expect((await post(preferencesUrl, { ...whole, ...wishes })).body).toContain('Saved.')
    const chosen = () => house.store.subscribers.subscription(subscriptionId)
    expect(await chosen()).toMatchObject({
      weights: { Transport: 1, [topic]: -2 },
      muted: ['paper.example'],
    })
    const kept = { muted: 'paper.example', 'lean:Transport': '0' }
    await post(preferencesUrl, { ...whole, ...kept })
    expect(await chosen()).toMatchObject({ weights: { [topic]: -2 }, muted: ['paper.example'] })
    await post(preferencesUrl, whole)
    expect(await chosen()).toMatchObject({ muted: [] })
    const data = JSON.parse((await get(`${await ownerLink('pia@reader.example')}/data.json`)).body)
    expect(data.subscriptions[0]).toMatchObject({ weights: { [topic]: -2 }, muted: [] })
  })

  test('speak the reader’s language, and help where the story or the reader is gone', async () => {
    const { subscriptionId } = await addReader('quin@reader.example')
    const { leanUrl, preferencesUrl } = linksOf(subscriptionId)
    await post(preferencesUrl, { pace: 'daily', hour: '', zone: 'UTC', language: 'de' })
    expect((await get(leanUrl(tunnel.storyId, 'less'))).body).toContain('Weniger davon?')
    expect((await get(leanUrl('s-gone', 'less'))).body).toContain('gibt es nicht mehr')
    expect((await post(leanUrl('s-gone', 'less'))).body).toContain('gibt es nicht mehr')
    await house.store.subscribers.end(subscriptionId)
    expect((await post(leanUrl(tunnel.storyId, 'less'))).body).toContain('abbestellt')
    expect((await house.store.subscribers.subscription(subscriptionId))?.weights).toEqual({})
  })
})

describe('the owner', () => {
  test('moves to another address, proven at both', async () => {
    const { id } = await addReader('old@reader.example')
    const owner = await ownerLink('old@reader.example')
    await post(`${owner}/move`, { email: 'new-home@reader.example' })
    expect((await house.store.readers.find(id))?.email).toBe('old@reader.example')
    const { links } = await lastLetterTo('new-home@reader.example')
    expect((await get(links[0] ?? '')).body).toContain('Use this address from now on?')
    expect((await post(links[0] ?? '')).body).toContain('The address has changed')
    expect((await house.store.readers.find(id))?.email).toBe('new-home@reader.example')
    expect((await lastLetterTo('old@reader.example')).subject).toBe('Your address has changed')
    expect((await get(owner)).statusCode).toBe(400) // went to the address that is no more theirs
  })

  test('who asks for another address takes back what they asked for before', async () => {
    const { id } = await addReader('amy@reader.example')
    const owner = await ownerLink('amy@reader.example')
    await post(`${owner}/move`, { email: 'amz@stranger.example' })
    const [typo = ''] = (await lastLetterTo('amz@stranger.example')).links
    await post(`${owner}/move`, { email: 'amy@home.example' })
    const [right = ''] = (await lastLetterTo('amy@home.example')).links
    const refused = async () => {
      expect((await get(typo)).statusCode).toBe(400)
      expect((await post(typo)).statusCode).toBe(400)
    }
    await refused()
    expect((await post(right)).body).toContain('The address has changed')
    await refused()
    const letter = house.store.db.selectFrom('letter').select('id')
    const { id: typoId } = await letter
      .where('email', '=', 'amz@stranger.example')
      .executeTakeFirstOrThrow()
    const ended = `/move/${signTimed(secret, 'move', typoId, '2026-11-01T00:00:00.000Z')}`
    expect((await post(ended)).statusCode).toBe(400) // and sends no new one
    expect(await house.store.readers.move(typoId, '', house.app.deps.clock.now())).toBe('gone')
    expect((await house.store.readers.find(id))?.email).toBe('amy@home.example')
    expect(await lettersTo('amz@stranger.example')).toHaveLength(1)
  })

  test('cannot take the address of another reader', async () => {
    const { id } = await addReader('ida@reader.example')
    await addReader('jon@reader.example')
    await post(`${await ownerLink('ida@reader.example')}/move`, { email: 'jon@reader.example' })
    const { links } = await lastLetterTo('jon@reader.example')
    expect((await post(links[0] ?? '')).body).toContain('This address reads here already')
    expect((await house.store.readers.find(id))?.email).toBe('ida@reader.example')
  })

  test('reads until which day a digest is paused, by their own clock', async () => {
    const { subscriptionId } = await addReader('ila@reader.example')
    const paused = { state: 'paused', paused_until: '2098-12-09T23:00:00.000Z' } as const
    const row = house.store.db.updateTable('subscription').where('id', '=', subscriptionId)
    await row.set(paused).execute()
    const owner = await ownerLink('ila@reader.example')
    expect((await get(owner)).body).toContain('December 10, 2098') // of the digest, in Zurich
    await row.set({ time_zone: 'America/New_York' }).execute()
    expect((await get(owner)).body).toContain('December 9, 2098')
  })

  test('gets all that is stored', async () => {
    await addReader('kim@reader.example')
    const owner = await ownerLink('kim@reader.example')
    const { headers, body } = await get(`${owner}/data.json`)
    expect(headers['content-disposition']).toContain('attachment')
    expect(headers['cache-control']).toBe('no-store')
    expect(JSON.parse(body)).toMatchObject({
      subscriber: { email: 'kim@reader.example' },
      subscriptions: [{ digest: 'Harbour Morning', consents: [{ language: 'en' }] }],
      letters: [{ kind: 'signup' }, { kind: 'link' }],
    })
  })

  test('ends everything at once', async () => {
    await addReader('lee@reader.example')
    await post(`${await ownerLink('lee@reader.example')}/leave`)
    expect(await stateOf('lee@reader.example')).toBe('unsubscribed')
  })

  test('is deleted to the last word, not added again by others, and may come back', async () => {
    const email = 'mia@reader.example'
    const { subscriptionId } = await addReader(email)
    const { audit } = house.store
    const actor = { name: 'anna', address: null }
    await audit.write(actor, 'subscriber add', email, { email }, '2026-11-02T00:00:00.000Z')
    const owner = await ownerLink(email)
    expect((await post(`${owner}/forget`)).statusCode).toBe(400)
    expect(await stateOf(email)).toBe('confirmed')
    expect((await post(`${owner}/forget`, { sure: 'yes' })).body).toContain('You are deleted')
    const rows = await allRows()
    expect(rows).not.toContain(email)
    expect(rows).not.toContain(subscriptionId)
    if (!house.app.sink)
      expect((await sendLetters(house.app)).map(({ to }) => to)).not.toContain(email)
    const again = { email, emailKey: email, consent: 'from a list' }
    expect(await house.store.subscribers.enrol(digestId, again, '2026-11-21T00:00:00.000Z')).toBe(
      'suppressed',
    )
    await addReader(email)
    expect(await stateOf(email)).toBe('confirmed')
  })
})

describe('deleting', () => {
  /** Moves and returns the owner's link at the new address. */
  const move = async (from: string, to: string) => {
    await post(`${await ownerLink(from)}/move`, { email: to })
    await post((await lastLetterTo(to)).links[0] ?? '')
    return ownerLink(to)
  }
  const enrol = (email: string) => {
    const again = { email, emailKey: email, consent: 'from a list' }
    return house.store.subscribers.enrol(digestId, again, '2026-11-21T00:00:00.000Z')
  }

  test('leaves nothing of the addresses before, and knows them again', async () => {
    const [old, home] = ['nea@reader.example', 'nea@home.example']
    await addReader(old)
    const { audit } = house.store
    const actor = { name: 'anna', address: null }
    await audit.write(actor, 'subscriber add', old, { email: old }, '2026-11-02T00:00:00.000Z')
    const owner = await move(old, home)
    expect(await allRows()).toContain(old)
    await post(`${owner}/forget`, { sure: 'yes' })
    expect(await allRows()).not.toMatch(/nea@/)
    if (!house.app.sink)
      expect((await sendLetters(house.app)).filter(({ to }) => to.startsWith('nea'))).toEqual([])
    expect([await enrol(old), await enrol(home)]).toEqual(['suppressed', 'suppressed'])
  })

  test('leaves alone whoever has the address before by now', async () => {
    const [old, home] = ['odo@reader.example', 'odo@home.example']
    await addReader(old)
    const owner = await move(old, home)
    const { id } = await addReader(old)
    await post(`${owner}/forget`, { sure: 'yes' })
    expect((await house.store.readers.find(id))?.email).toBe(old)
    expect(await enrol(old)).toBe('unchanged')
    expect(await enrol(home)).toBe('suppressed')
  })
})

describe('links', () => {
  /** Every page behind a token, by the scope it wants. */
  const PAGES: readonly { path: string; scope: TokenScope }[] = [
    { path: '/u/', scope: 'unsubscribe' },
    { path: '/p/', scope: 'preferences' },
    { path: '/v/', scope: 'view' },
    { path: '/l/', scope: 'lean' },
    { path: '/confirm/', scope: 'confirm' },
    { path: '/move/', scope: 'move' },
    { path: '/me/', scope: 'owner' },
  ]

  test.each(PAGES)(
    '$path takes no token of another scope, and none that was tampered with',
    async ({ path, scope }) => {
      const { id, subscriptionId } = await addReader(`swap-${scope}@reader.example`)
      const ids = [
        id,
        subscriptionId,
        `e.${subscriptionId}`,
        `${subscriptionId}.${tunnel.storyId}.more`,
        ownerKey(id, `swap-${scope}@reader.example`),
      ]
      const ends = '2099-01-01T00:00:00.000Z'
      const others = PAGES.filter((page) => page.scope !== scope).map((page) => page.scope)
      const tokens = [...others, 'form' as const].flatMap((other) =>
        ids.flatMap((one) => [signToken(secret, other, one), signTimed(secret, other, one, ends)]),
      )
      const right = signToken(secret, scope, subscriptionId)
      const tampered = [
        `A${right.slice(1)}`,
        right.slice(0, -3),
        `${right}.${right}`,
        '.x',
        '%00',
        'a'.repeat(9_000),
      ]
      const before = await allRows()
      for (const token of [...tokens, ...tampered]) {
        const url = path + token
        const answers = [
          await get(url),
          ...(path === '/v/' ? [] : [await post(url, { sure: 'yes' })]),
        ]
        for (const { statusCode, body } of answers) {
          expect({ url, statusCode }).toEqual({ url, statusCode: 400 })
          expect(body).toContain('This link does not work')
          expect(body).toContain('href="/link"')
        }
      }
      expect(await allRows()).toBe(before)
    },
  )

  test('that have ended say so, and send a new one to whom they were for', async () => {
    const email = 'tim@reader.example'
    const { id } = await addReader(email)
    const past = '2026-11-01T00:00:00.000Z'
    const old = `/me/${signTimed(secret, 'owner', ownerKey(id, email), past)}`
    const page = await get(old)
    expect(page.statusCode).toBe(410)
    expect(page.body).toContain('Send a new link')
    for (const act of ['move', 'leave', 'forget'])
      expect(
        (await post(`${old}/${act}`, { sure: 'yes', email: 'thief@reader.example' })).statusCode,
      ).toBe(410)
    expect((await get(`${old}/data.json`)).statusCode).toBe(410)
    expect(await stateOf(email)).toBe('confirmed')
    await post(old)
    const { subject, links } = await lastLetterTo(email)
    expect(subject).toBe('The link to your subscriptions')
    expect((await get(links[0] ?? '')).statusCode).toBe(200)
  })

  test(
    `may be followed ${SCANS} times each, and nothing has changed`,
    async () => {
      const email = 'uma@reader.example'
      const edition = await house.addEdition(digestId, '2026-11-20')
      const { subscriptionId } = await addReader(email)
      const owner = await ownerLink(email)
      await signUp('vic@reader.example')
      const confirm = (await lastLetterTo('vic@reader.example')).links[0] ?? ''
      await post(`${owner}/move`, { email: 'wes@reader.example' })
      const move = (await lastLetterTo('wes@reader.example')).links[0] ?? ''
      const { leanUrl, ...ofMail } = linksOf(subscriptionId, edition)
      const links = [
        ...Object.values(ofMail),
        ...[leanUrl(tunnel.storyId, 'more'), leanUrl(rain.storyId, 'less')],
        clickUrl('', secret, edition, tunnel.citations[0]?.url ?? ''),
        ...[confirm, move, owner],
      ]
      const before = await allRows()
      for (let n = 0; n < SCANS * links.length; n++) {
        const { statusCode } = await get(links[n % links.length] ?? '')
        if (statusCode !== 200 && statusCode !== 302)
          expect({ link: links[n % links.length], statusCode }).toEqual({ statusCode: 200 })
      }
      expect(await allRows()).toBe(before)
    },
    SCANS_MS,
  )

  test('of a mail that view an edition show the reader’s issue and no way to the subscription', async () => {
    const edition = await house.addEdition(digestId, '2026-11-21')
    const { subscriptionId } = await addReader('xia@reader.example')
    const token = signToken(secret, 'view', `${edition}.${subscriptionId}`)
    const { body, headers } = await get(`/v/${token}`)
    expect(body).toContain('Harbour tunnel opens')
    expect(body).not.toMatch(/xia|\/[plu]\/|\/me\//)
    expect(headers['x-robots-tag']).toBe('noindex')
    await house.store.db
      .updateTable('subscriber')
      .set({ language: 'ar-EG' })
      .where('email', '=', 'xia@reader.example')
      .execute()
    const arabic = await get(`/v/${token}`)
    expect(arabic.body).toContain('<html lang="ar-EG" dir="rtl">')
    expect(arabic.body).toContain('أول ظهور')
    expect(arabic.body).not.toMatch(/first seen|Archive|Search|Skip to|Plus:|independent/)
  })
})

test('one click ends a subscription without cookie or form, and the next edition skips it', async () => {
  const { subscriptionId } = await addReader('zoe@reader.example')
  const { statusCode } = await house.server.inject({
    method: 'POST',
    url: `/u/${signToken(secret, 'unsubscribe', subscriptionId)}`,
    ...THERE,
    headers: { ...THERE.headers, 'content-type': 'application/x-www-form-urlencoded' },
    payload: 'List-Unsubscribe=One-Click',
  })
  expect(statusCode).toBe(200)
  expect(await stateOf('zoe@reader.example')).toBe('unsubscribed')
  const digest = await house.store.digests.find(digestId)
  if (!digest) throw new Error('the digest is gone')
  const edition = await freezeEdition(house.app, digest, { date: '2026-11-24' })
  const readers = (await house.store.deliveries.list(edition)).map(({ subscriber }) => subscriber)
  expect(readers).toContain('ann@reader.example')
  expect(readers).not.toContain('zoe@reader.example')
})
