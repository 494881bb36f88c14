import { describe, expect, test } from 'vitest'
import { mailBrand } from '../../src/edition/brand.ts'
import { fillPersonal, PERSONAL } from '../../src/edition/personal.ts'
import { cardsOf } from '../../src/edition/select.ts'
import { composeMime } from '../../src/io/mime.ts'
import type { Card, Digest, Rendered } from '../../src/model.ts'
import { unsupportedIn } from '../support/clients.ts'
import { makeEdition, makeIssue, POOL } from '../support/edition.ts'
import { HOSTILE, inspect, renderer } from '../support/renderer.ts'

const postal = 'Harbour Morning, 4 Quay Street, 1000 Northquay'
const mailOf = (pool: readonly Card[] = POOL, size = 12) =>
  renderer.mail({ edition: makeEdition(pool, size), issue: makeIssue(pool, size), postal })

const reader = {
  address: '"<Ana>"@reader.example',
  reason: 'You signed up on 3 May & confirmed.',
  viewUrl: 'https://dose.example/editions/e42?a=1&b=2',
  preferencesUrl: 'https://dose.example/p/token',
  unsubscribeUrl: 'https://dose.example/u/token',
  leanUrl: (storyId: string, lean: string) => `https://dose.example/l/${storyId}&${lean}`,
}

describe('a mail', () => {
  const mail = fillPersonal(mailOf(), reader)
  const { links, text } = inspect(mail.html)

  test('takes its subject from the top story', () => {
    expect(mail.subject).toBe('Harbour tunnel opens after nine years, cutting the crossing…')
  })

  test('has all stories and all shown sentences in both parts', () => {
    for (const card of cardsOf(makeIssue())) {
      expect(text).toContain(card.headline)
      expect(mail.text).toContain(card.headline)
    }
    for (const { text: sentence } of makeIssue().top.sentences) {
      expect(text).toContain(sentence)
      expect(mail.text).toContain(sentence)
    }
  })

  test('has the same links in both parts', () => {
    const inText = mail.text.match(/https?:\/\/\S+/g) ?? []
    expect(new Set(inText)).toEqual(new Set(links))
    expect(links.length).toBeGreaterThan(30)
  })

  test('tells more than two sentences of the top story only', () => {
    for (const part of [text, mail.text]) {
      expect(part).toContain('The last car ferry sails on Sunday')
      expect(part).not.toContain('Farmers below the weir')
    }
  })

  test('opens each source at the cited sentence', () => {
    expect(links).toContainEqual(expect.stringMatching(/harbour-post.*#:~:text=The%20first%20bus/))
  })

  test('says honestly how much came in and how much is in it', () => {
    for (const part of [text, mail.text]) {
      expect(part).toContain('412 articles from 63 sources, 38 stories, your\u00A012.')
    }
  })

  test('marks what is only a publisher’s excerpt', () => {
    expect(text.match(/From the publisher’s excerpt/g)).toHaveLength(1)
    expect(mail.text.match(/From the publisher’s excerpt/g)).toHaveLength(1)
  })

  test('ends with why, who, how to leave, and the postal address', () => {
    for (const part of [mail.text, text]) {
      expect(part).toContain(reader.reason)
      expect(part).toContain(reader.address)
      expect(part).toContain(postal)
    }
    expect(links).toContain(reader.unsubscribeUrl)
    expect(links).toContain(reader.preferencesUrl)
  })

  test('leaves no stand-in', () => {
    expect(mail.html + mail.text + mail.subject).not.toMatch(/[\uE000\uE001]/)
  })

  test('loads nothing but the picture, which has a text in its place', () => {
    const { active, handlers } = inspect(mail.html)
    expect([...active, ...handlers]).toEqual([])
    expect(mail.html).not.toMatch(/@import|@font-face|url\(/)
    expect(mail.html.match(/<img[^>]*>/g)).toEqual([
      expect.stringMatching(
        /width="576".*alt="The first buses leave|alt="The first buses leave.*width="576"/,
      ),
    ])
  })
})

test('a branded mail has the colours, the words and the logo of its digest, in both parts', () => {
  const colours = { light: { accent: '#0b5cad' }, dark: { accent: '#8ec5ff' } }
  const digest = {
    name: 'Harbour & Co',
    brand: { colours, logo: 'abc', intro: 'From the <pier>.', footer: 'Member of the guild.' },
  } as Digest
  const brand = mailBrand(digest, 'https://dose.example')
  const mail = renderer.mail({ edition: makeEdition(), issue: makeIssue(), postal, brand })
  expect(mail.html).toContain('src="https://dose.example/d/Harbour%20%26%20Co/logo?v=abc"')
  expect(mail.html).toMatch(/class="cite"[^>]*color: ?#0b5cad/)
  expect(mail.html).toContain('#8ec5ff !important')
  expect(mail.html).not.toMatch(/#a3301c|#ff9c80|var\(/)
  for (const part of [inspect(mail.html).text, mail.text]) {
    expect(part).toContain('From the <pier>.')
    expect(part).toContain('Member of the guild.')
  }
  expect(mailBrand(digest, null).logoUrl).toBeNull()
})

describe('Gmail clips what is longer than 102 KB', () => {
  const long = 'and-a-long-slug-of-the-kind-that-newspapers-like-to-make/2026-11-20'
  const poolOf = (size: number) =>
    Array.from({ length: size }, (_, index): Card => {
      const card = POOL[index % 7] as Card
      return {
        ...card,
        storyId: `s${index}`,
        rank: index + 1,
        headline: `${index}: ${card.headline}`,
        topic: `Topic ${index % 5}`,
        citations: card.citations.map((one) => ({ ...one, url: `${one.url}/${long}` })),
        sentences: card.sentences.map((one) => ({
          ...one,
          link: one.link.replace('#', `/${long}#`),
        })),
      }
    })

  /** As it is sent: with a reader's links, which are long, and a head of usual length. */
  async function sentBytes(rendered: Rendered): Promise<number> {
    const token = 'x'.repeat(110)
    const { subject, html, text } = fillPersonal(rendered, {
      ...reader,
      viewUrl: `https://dose.example/v/${token}`,
      preferencesUrl: `https://dose.example/p/${token}`,
      unsubscribeUrl: `https://dose.example/u/${token}`,
      leanUrl: (storyId, lean) => `https://dose.example/l/${storyId}/${lean}/${token}`,
    })
    const from = { name: 'Daily Dose', address: 'news@dose.example' }
    const to = { name: 'Ana', address: 'ana@reader.example' }
    const head = { messageId: '<d1@dose.example>', date: '2026-11-20T07:00:00.000Z' }
    const headers = { 'List-Unsubscribe': `<https://dose.example/u/${token}>` }
    return composeMime({ ...head, from, to, subject, html, text, headers }).length
  }

  test('12 stories with long addresses fit', async () => {
    const mail = mailOf(poolOf(12), 12)
    expect(await sentBytes(mail)).toBeLessThan(100_000)
    expect(mail.html).not.toContain('more stories online')
    for (let n = 0; n < 12; n++) expect(mail.text).toMatch(new RegExp(`^(?:\\* )?${n}: `, 'm'))
  })

  test('a headline without end is cut', async () => {
    const [first = POOL[0] as Card, ...rest] = poolOf(12)
    const mail = mailOf([{ ...first, headline: 'Endless '.repeat(20_000) }, ...rest])
    expect(mail.html.match(/Endless/g)?.length).toBeLessThan(200)
    expect(await sentBytes(mail)).toBeLessThan(100_000)
  })

  test('of 150, as many as fit; both parts say how many more are online', async () => {
    const mail = mailOf(poolOf(150), 150)
    expect(await sentBytes(mail)).toBeLessThan(100_000)
    const told = mail.text.match(/^(?:\* )?\d+: /gm)?.length ?? 0
    expect(told).toBeGreaterThan(15)
    for (const part of [mail.html, mail.text]) {
      expect(part).toContain(`${150 - told} more stories online`)
    }
  })
})

describe('hostile content', () => {
  const raw = mailOf(HOSTILE)
  const mail = fillPersonal(raw, reader)

  test('is shown as text: no element, handler or address of its own', () => {
    const { urls, active, handlers, text } = inspect(mail.html)
    expect([...active, ...handlers]).toEqual([])
    expect(urls.filter((url) => !url.startsWith('https://dose.example/'))).toEqual([])
    expect(text).toContain('<img src=x onerror=alert(1)>"\'{{7}}')
    expect(mail.text).not.toMatch(/javascript:|data:text/i)
  })

  test('cannot bring in a stand-in and so collect readers’ links', () => {
    const count = (text: string, standIn: string) => text.split(standIn).length - 1
    expect(count(raw.html, PERSONAL.unsubscribeUrl)).toBe(1)
    expect(count(raw.html, PERSONAL.address)).toBe(1)
    expect(count(raw.text, PERSONAL.address)).toBe(1)
  })

  test('cannot turn the writing direction around', () => {
    expect(mail.html + mail.text + mail.subject).not.toContain('\u202E')
  })
})

test('the same issue makes the same mail, to the letter', () => {
  expect(mailOf()).toEqual(mailOf())
})

test('a reader whose issue opens with another story gets a subject of its own', () => {
  const edition = makeEdition()
  const issue = makeIssue(POOL.filter(({ topic }) => topic === 'Business'))
  expect(renderer.mail({ edition, issue, postal }).subject).toMatch(/^Orrin Bank to close/)
})

test('dates follow the locale, and the sheet the direction of writing', () => {
  const { html } = renderer.mail({
    edition: makeEdition(),
    issue: makeIssue(),
    postal,
    locale: 'ar',
  })
  expect(html).toContain('<html lang="ar" dir="rtl">')
  expect(html).toContain(
    new Intl.DateTimeFormat('ar', { month: 'long' }).format(new Date('2026-11-20')),
  )
})

test('Gmail, Apple Mail, Outlook and Yahoo support all it uses, beyond a list with reasons', () => {
  expect(unsupportedIn(mailOf().html)).toEqual([])
})
