import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { makeStoryPage } from '../../src/edition/story-page.ts'
import { withholdStoryPage } from '../../src/edition/withhold-story.ts'
import type { Story, StorySection } from '../../src/model.ts'
import { article, provider } from '../story/articles.ts'
import { renderer, site } from '../support/renderer.ts'

const FIRST = 'The ferry fire in Harwick killed 14 people, the coast guard said.'
const SECOND = 'A fire on the ferry killed 16 people & two dogs, the harbour master said.'
const sha = (text: string) => createHash('sha256').update(text).digest('hex')
const members = [
  { role: 'head' as const, article: article('a', { text: FIRST, textSha256: sha(FIRST) }) },
  {
    role: 'own' as const,
    article: article('b', {
      ...{ text: SECOND, textSha256: sha(SECOND) },
      ...{ provider: provider('Tide'), url: 'https://tide.example/b', title: 'Ferry <b>burns</b>' },
    }),
  },
]
const whole = (text: string, articleId: string) => {
  return { text, articleId, start: 0, end: text.length, sha256: sha(text), support: [] }
}
const story: Story = {
  id: 's1',
  headline: 'Ferry burns in Harwick',
  members,
  sentences: [whole(FIRST, 'a')],
  topics: ['World'],
  firstSeenAt: '2026-11-20T04:12:00.000Z',
  lastSeenAt: '2026-11-20T05:00:00.000Z',
  heat: 0,
  heatParts: [],
  disagreements: [
    {
      unit: 'killed',
      sides: [
        { says: 'killed 14', sentence: whole(FIRST, 'a') },
        { says: 'killed 16', sentence: whole(SECOND, 'b') },
      ],
    },
  ],
  development: null,
}
const sections: StorySection[] = [
  { heading: { day: '2026-11-20' }, sentences: [whole(SECOND, 'b')] },
]
const page = makeStoryPage(story, sections)
const html = (of = page) => renderer.storyPage({ site, page: of })

describe('the page of a story', () => {
  test('tells its summary, its sections, what is disputed, its sources and its time line', () => {
    const body = html()
    expect(body).toContain('Ferry burns in Harwick')
    expect(body).toContain('Friday, November 20, 2026')
    expect(body).toContain('two dogs')
    for (const says of ['killed 14', 'killed 16']) expect(body).toContain(`<dt>${says}</dt>`)
    expect(body).toContain('Ferry &lt;b&gt;burns&lt;/b&gt;')
    expect(body).not.toContain('<b>burns')
    expect(body.match(/#:~:text/g)).toHaveLength(4)
  })

  test('a sentence that is not in its text makes no page', () => {
    const wrong = { ...whole(SECOND, 'b'), end: 3 }
    expect(() =>
      makeStoryPage(story, [{ heading: { aspect: 'more' }, sentences: [wrong] }]),
    ).toThrow(/b, characters 0–3/)
  })

  const removed = (id: string) => ({
    ...{ articleId: id, sourceId: 's', removed: true },
    ...{ quoteWords: null, images: true, archive: true, index: true },
  })

  test('what was taken down is nowhere on it, the dispute neither', () => {
    const shown = withholdStoryPage(page, new Map([['b', removed('b')]])).page
    const body = shown ? html(shown) : ''
    expect(body).toContain('killed 14 people')
    for (const words of ['two dogs', 'tide.example', 'killed 16', 'Tide']) {
      expect(body).not.toContain(words)
    }
  })

  test('where all was taken down there is none', () => {
    const all = new Map(['a', 'b'].map((id) => [id, removed(id)]))
    expect(withholdStoryPage(page, all).page).toBeNull()
  })
})
