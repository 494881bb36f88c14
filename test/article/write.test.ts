import { describe, expect, test } from 'vitest'
import { readArticleFile } from '../../src/article/file.ts'
import { type ArticleExport, renderArticleFile } from '../../src/article/write.ts'

const plain: ArticleExport = {
  id: 'a1',
  title: 'Harbour bridge reopens',
  author: 'Ada Lind',
  excerpt: 'The bridge carries traffic again.',
  publishedAt: '2026-11-20T05:00:00.000Z',
  url: 'https://orbit.example/bridge',
  language: 'en',
  provider: { name: 'Orbit', domain: 'orbit.example' },
  topics: ['Transport'],
  images: [{ url: 'https://orbit.example/b.jpg', width: 800, height: 600, title: 'The bridge' }],
  quality: 61.25,
  heat: 43.5,
  related: [
    {
      title: 'Bridge open',
      url: 'https://tide.example/open',
      publishedAt: '2026-11-20T06:00:00.000Z',
      provider: { name: 'Tide', domain: 'tide.example' },
      quality: 40,
    },
  ],
  given: { quality: 52, heat: null },
  published: true,
}

describe('renderArticleFile', () => {
  test.each([
    { name: 'all there is', change: {} },
    {
      name: 'words that YAML would take for something else',
      change: {
        title: 'Yes: "no" # 1 — it’s *true*',
        excerpt: '--- 2026-01-02 & \\ [x] {y}',
        topics: ['off', '1e3', '~'],
        provider: { name: '010', domain: 'orbit.example' },
      },
    },
    {
      name: 'nothing but what must be',
      change: { author: null, language: null, images: [], related: [], topics: [], quality: null },
    },
    { name: 'a member that does not lead', change: { heat: -1, related: [], published: false } },
  ])('$name comes back as it was', ({ change }) => {
    const { id, publishedAt, url, given: _, excerpt, ...article } = { ...plain, ...change }
    const { data } = readArticleFile(renderArticleFile({ ...plain, ...change }), 'a1.md')
    expect(data).toMatchObject({ ...article, id, publishedAt, url, excerpt, warnings: [] })
  })
})
