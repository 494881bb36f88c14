import matter from 'gray-matter'
import { expect, test } from 'vitest'
import { editionMarkdown } from '../../src/edition/markdown.ts'
import { cardsOf } from '../../src/edition/select.ts'
import { makeEdition, makeIssue, POOL } from '../support/edition.ts'
import { HOSTILE } from '../support/renderer.ts'

const url = 'https://dose.example/editions/e42'

test('front matter that any reader of front matter understands', () => {
  const { data, content } = matter(editionMarkdown(makeEdition(), makeIssue(), url))
  expect(data).toMatchObject({
    title: 'Harbour tunnel opens after nine years, cutting the crossing…',
    publishedDateTime: '2026-11-20T06:00:00.000Z',
    webUrl: url,
    published: true,
    date: '2026-11-20',
    provider: { name: 'Harbour Morning', domain: 'dose.example' },
    counters: { articles: 412, sources: 63, stories: 38 },
  })
  expect(data.stories).toHaveLength(12)
  expect(data.stories[0]).toMatchObject({
    title: POOL[0]?.headline,
    heat: 0.94,
    sources: expect.arrayContaining([
      expect.objectContaining({ provider: { name: 'Coast Wire', domain: 'coast-wire.example' } }),
    ]),
  })
  expect(content).toMatch(/\n## Harbour tunnel opens .*\n\nThe harbour tunnel between/)
  expect(content).toContain('## Highlights')
})

test('every story of the issue is in the text', () => {
  const { content } = matter(editionMarkdown(makeEdition(), makeIssue(), url))
  for (const { headline } of cardsOf(makeIssue())) expect(content).toContain(headline)
})

test('hostile text stays text', () => {
  const { data, content } = matter(editionMarkdown(makeEdition(HOSTILE), makeIssue(HOSTILE), url))
  expect(data.stories).toHaveLength(12)
  expect(content).not.toMatch(/(?<!\\)<(?:img|script|iframe|svg)/)
  expect(content).not.toMatch(/\]\(<(?!https?:)/)
})
