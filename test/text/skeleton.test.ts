import { describe, expect, test } from 'vitest'
import { skeletonOf } from '../../src/text/skeleton.ts'

describe('failures of one cause read the same', () => {
  test.each([
    ['https://a.example/feed.xml: HTTP 503', 'http://b.example:8080/x?y=1#z: HTTP 404'],
    ['article a0k3j5h2g8f7d6s5 is gone', 'article a9z8y7x6w5v4u3t2 is gone'],
    ['no such source "Valley Post"', 'no such source "Harbour News"'],
    ['connect ECONNREFUSED 127.0.0.1:5432', 'connect ECONNREFUSED 10.0.0.7:25'],
    ['ann@reader.example was refused after 3 tries', 'ben@mail.example was refused after 12 tries'],
    ['cannot read /srv/news/a/one.md', 'cannot read /srv/other.md'],
    [
      'run 6e0c1d1e-1111-4222-8333-9a9b9c9d9e9f has ended',
      'run 7f1d2e2f-2222-4333-9444-8a8b8c8d8e8f has ended',
    ],
    ['timed out after 30,000 ms\n  at one', 'timed out after 5 ms\n  at another place'],
  ])('%j and %j', (one, other) => {
    expect(skeletonOf(one)).toBe(skeletonOf(other))
  })
})

test('failures of different causes do not', () => {
  const kinds = ['no answer from host', 'the feed is empty', "the reader's hour has not come"]
  expect(new Set(kinds.map(skeletonOf)).size).toBe(kinds.length)
  expect(skeletonOf("the reader's hour and the editor's hour")).toContain('hour and the')
})

test('whatever a feed puts into a message takes no time', () => {
  for (const part of ['a@', '/a', '"', 'a1', ':', '1.', "'x "])
    expect(skeletonOf(part.repeat(200_000)).length).toBeLessThanOrEqual(200)
})
