import { describe, expect, test } from 'vitest'
import { readFeed } from '../../src/article/feed.ts'
import { readDocument } from '../../src/article/read.ts'

const rss = (inside: string) =>
  `<rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"
    xmlns:a10="http://www.w3.org/2005/Atom"><channel>${inside}</channel></rss>`
const hints = (text: string) => {
  const { pacing, hubs, self } = readFeed(text, 'https://paper.example/feed.xml', 'x')
  return { ...pacing, hubs, self }
}
const NONE = {
  ttlMinutes: null,
  skipHours: [],
  skipDays: [],
  updatePeriodSeconds: null,
  hubs: [],
  self: null,
}

describe('what a feed says about how it wants to be read', () => {
  test.each([
    ['nothing', rss(''), {}],
    ['ttl', rss('<ttl> 90 </ttl>'), { ttlMinutes: 90 }],
    ['a ttl that is none', rss('<ttl>PT1H</ttl>'), {}],
    ['a ttl of centuries', rss('<ttl>999999999</ttl>'), {}],
    [
      'hours, 24 being midnight, each once',
      rss('<skipHours><hour>24</hour><hour>3</hour><hour>0</hour><hour>25</hour></skipHours>'),
      { skipHours: [0, 3] },
    ],
    [
      'days in any case and length',
      rss('<skipDays><day>SATURDAY</day><day>Sun</day><day>S</day></skipDays>'),
      { skipDays: [0, 6] },
    ],
    [
      'twice daily',
      rss('<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>'),
      { updatePeriodSeconds: 43_200 },
    ],
    ['hourly', rss('<sy:updatePeriod>hourly</sy:updatePeriod>'), { updatePeriodSeconds: 3_600 }],
    [
      'never so often that it hurts',
      rss('<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>3600</sy:updateFrequency>'),
      { updatePeriodSeconds: 60 },
    ],
    [
      'hub and self of RSS',
      rss(`<a10:link rel="hub" href="https://hub.example/"/>
        <a10:link rel="hub" href="javascript:x"/><a10:link rel="self" href="/feed.xml"/>`),
      { hubs: ['https://hub.example/'], self: 'https://paper.example/feed.xml' },
    ],
    [
      'hubs and self of Atom',
      `<feed xmlns="http://www.w3.org/2005/Atom"><link rel="HUB" href="https://a.example/"/>
        <link rel="hub" href="https://b.example/"/><link rel="self" href="https://p.example/f"/></feed>`,
      { hubs: ['https://a.example/', 'https://b.example/'], self: 'https://p.example/f' },
    ],
    [
      'hubs and self of JSON Feed',
      JSON.stringify({
        version: 'https://jsonfeed.org/version/1.1',
        feed_url: 'https://p.example/f.json',
        hubs: [
          { type: 'rssCloud', url: 'https://cloud.example/' },
          { type: 'WebSub', url: 'https://hub.example/' },
        ],
      }),
      { hubs: ['https://hub.example/'], self: 'https://p.example/f.json' },
    ],
    [
      'no more than five hubs',
      rss(
        Array.from(
          { length: 9 },
          (_, i) => `<a10:link rel="hub" href="https://h.example/${i}"/>`,
        ).join(''),
      ),
      { hubs: [0, 1, 2, 3, 4].map((i) => `https://h.example/${i}`) },
    ],
  ])('%s', (_, text, expected) => {
    expect(hints(text)).toEqual({ ...NONE, ...expected })
  })
})

test('a document passes on what its feed says; a file says nothing', () => {
  const read = (ref: string, text: string) =>
    readDocument({ ref, bytes: Buffer.from(text), contentType: null, url: null })
  expect(read('feed.xml', rss('<ttl>5</ttl>')).pacing.ttlMinutes).toBe(5)
  expect(read('note.txt', 'A title\n\nAnd a text.').pacing.ttlMinutes).toBeNull()
})
