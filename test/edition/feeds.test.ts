import { parseAtomFeed, parseJsonFeed, parseRssFeed } from 'feedsmith'
import { describe, expect, test } from 'vitest'
import { type EditionFeed, renderFeed } from '../../src/edition/feeds.ts'
import { makeEdition, makeIssue } from '../support/edition.ts'
import { HOSTILE, renderer } from '../support/renderer.ts'

const url = 'https://dose.example/editions/e42'
const edition = makeEdition()
const html = renderer.feedItem({ edition, issue: makeIssue() })
const feed: EditionFeed = {
  title: 'Harbour Morning & more',
  description: 'Every morning at seven',
  homeUrl: 'https://dose.example/',
  feedUrl: 'https://dose.example/feed',
  items: [{ edition, url, html }],
}

describe('read back, each format gives the edition as it was', () => {
  test('JSON Feed 1.1', () => {
    const read = parseJsonFeed(renderFeed('json', feed))
    expect(read.title).toBe(feed.title)
    expect(read.items?.[0]).toMatchObject({
      id: url,
      url,
      title: edition.subject,
      content_html: html,
    })
    expect(renderFeed('json', feed)).toContain('https://jsonfeed.org/version/1.1')
  })

  test('Atom 1.0', () => {
    const read = parseAtomFeed(renderFeed('atom', feed))
    expect(read).toMatchObject({ title: { value: feed.title }, id: feed.homeUrl })
    expect(read.links).toContainEqual(expect.objectContaining({ rel: 'self', href: feed.feedUrl }))
    expect(read.entries?.[0]).toMatchObject({
      id: url,
      title: { value: edition.subject },
      updated: '2026-11-20T06:00:00.000Z',
      content: { type: 'html', value: expect.stringContaining('#:~:text') },
    })
  })

  test('RSS 2.0', () => {
    const read = parseRssFeed(renderFeed('rss', feed))
    expect(read).toMatchObject({ title: feed.title, link: feed.homeUrl })
    expect(read.items?.[0]).toMatchObject({
      title: edition.subject,
      link: url,
      description: edition.preheader,
      content: { encoded: expect.stringContaining(edition.pool[0]?.headline ?? '-') },
    })
  })
})

test.each(['json', 'atom', 'rss'] as const)('%s: hostile text breaks nothing', (format) => {
  const bad = { ...makeEdition(HOSTILE), subject: ']]></title><script>\u0000\u000B' }
  const item = {
    edition: bad,
    url,
    html: renderer.feedItem({ edition: bad, issue: makeIssue(HOSTILE) }),
  }
  const text = renderFeed(format, { ...feed, items: [item] })
  const read = { json: parseJsonFeed, atom: parseAtomFeed, rss: parseRssFeed }[format](text)
  expect(JSON.stringify(read)).toContain(']]></title><script>')
  expect(item.html).not.toMatch(/<script|<iframe|<svg|javascript:/)
  expect(text).not.toMatch(/[\u0000\u000B]/)
})

test.each(['json', 'atom', 'rss'] as const)('%s: a feed without editions is a feed', (format) => {
  const text = renderFeed(format, { ...feed, items: [] })
  const read = { json: parseJsonFeed, atom: parseAtomFeed, rss: parseRssFeed }[format](text)
  expect(JSON.stringify(read.title)).toContain(feed.title)
})
