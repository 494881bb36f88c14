import { describe, expect, test } from 'vitest'
import type { Article } from '../../src/model.ts'
import { assembleStory, outlineStory } from '../../src/story/assemble.ts'
import { article, hoursAgo, NOW, provider } from './articles.ts'

const taxonomy = {
  threshold: 3,
  topics: [
    { name: 'Transport', match: { bridge: 2, traffic: 1 } },
    { name: 'Science', match: { telescope: 2 } },
  ],
}
const texts = {
  orbit:
    'The harbour bridge reopened to traffic on Monday after nine months of repairs. Engineers replaced 240 bearings and both expansion joints. “I missed it,” said one driver. Sign up for our newsletter.',
  tide: 'Traffic is back on the harbour bridge, which reopened on Monday after repairs that took nine months. The works cost 31 million crowns, two million less than planned. It was quiet.',
}
const articles = [
  article('a', { text: texts.orbit, publishedAt: hoursAgo(5) }),
  article('b', {
    text: texts.tide,
    title: 'Harbour bridge reopens after nine months - Tide',
    provider: provider('Tide'),
    publishedAt: hoursAgo(4),
  }),
  article('c', {
    text: texts.orbit,
    duplicateOf: 'a',
    provider: provider('Echo'),
    publishedAt: hoursAgo(1),
  }),
]
const options = { now: NOW, taxonomy }

describe('assembleStory', () => {
  const story = assembleStory('s1', articles, options)

  test('tells roles, times, topics and a headline without the publisher', () => {
    expect(story.members.map(({ article, role }) => [article.id, role])).toEqual([
      ['a', 'head'],
      ['b', 'own'],
      ['c', 'copy'],
    ])
    expect([story.firstSeenAt, story.lastSeenAt]).toEqual([hoursAgo(5), hoursAgo(1)])
    expect(story.topics).toEqual(['Transport'])
    expect(story.headline).not.toMatch(/Tide/)
  })

  test('every sentence is in the text it cites, from two providers, without junk or pull quotes', () => {
    for (const sentence of story.sentences) {
      const cited = articles.find((found) => found.id === sentence.articleId)
      expect(cited?.text.slice(sentence.start, sentence.end)).toBe(sentence.text)
      expect(sentence.sha256).toBe(cited?.textSha256)
      expect(sentence.text).not.toMatch(/newsletter|missed/)
    }
    expect(new Set(story.sentences.map((sentence) => sentence.articleId)).size).toBe(2)
  })

  test('the order of the articles does not matter', () => {
    expect(assembleStory('s1', [...articles].reverse(), options)).toEqual(story)
  })

  test('an opinion is listed and not told, unless there is nothing else', () => {
    const view = article('v', {
      title: 'Opinion: The harbour bridge should have stayed shut',
      text: 'The harbour bridge reopened to traffic on Monday and ought to have stayed shut for good.',
      provider: provider('Pond'),
      publishedAt: hoursAgo(6),
    })
    const mixed = assembleStory('s5', [view, ...articles], options)
    expect(mixed.members.map(({ article }) => article.id)).toContain('v')
    expect(mixed.sentences.map(({ articleId }) => articleId)).not.toContain('v')
    expect(mixed.headline).not.toMatch(/Opinion/)
    expect(assembleStory('s6', [view], options).sentences).toHaveLength(1)
  })

  test('what argues without a label is told where otherwise one provider would be', () => {
    const view = article('v', {
      text: 'The harbour bridge reopened to traffic on Monday and ought to have stayed shut for good.',
      qualityParts: [{ name: 'opinion', value: -12 }],
      provider: provider('Pond'),
      publishedAt: hoursAgo(6),
    })
    const told = (...members: Article[]) => [
      ...new Set(assembleStory('s7', members, options).sentences.map((one) => one.articleId)),
    ]
    const [orbit, tide] = articles as [Article, Article]
    expect(told(view, orbit, tide)).not.toContain('v')
    expect(told(view, orbit)).toContain('v')
  })

  test('an article that is only a title gives a story without sentences', () => {
    const bare = assembleStory('s2', [article('x')], options)
    expect(bare.sentences).toEqual([])
    expect(bare.headline).toBe('Harbour bridge reopens to traffic after repairs')
  })

  test('excerpts stand in only where no article has a body', () => {
    const excerpt = article('e', {
      excerptOnly: true,
      text: 'The harbour bridge reopened after months of work on its bearings.',
      provider: provider('Echo'),
    })
    expect(assembleStory('s3', [excerpt], options).sentences.map((s) => s.articleId)).toEqual(['e'])
    const mixed = assembleStory('s4', [excerpt, ...articles], options)
    expect(mixed.sentences.map((s) => s.articleId)).not.toContain('e')
  })
})

test.each([
  { name: 'a text', one: { text: texts.tide } },
  { name: 'no text', one: {} },
  { name: 'nothing but junk', one: { text: 'Sign up for our newsletter.' } },
  {
    name: 'a publisher who lets three words be quoted',
    one: { text: texts.tide, rights: { quoteWords: 3, images: true } },
  },
  {
    name: 'nothing that readers were not told',
    one: { text: texts.tide },
    told: { text: texts.tide, version: 0 },
  },
])('whether a story of $name has a sentence is known before any is chosen', ({ one, told }) => {
  const only = article('d', one as Partial<Article>)
  const telling = told && {
    ...{ date: '2026-11-19', sentences: [told.text] },
    articles: [{ id: 'd', version: told.version, provider: 'orbit.example' }],
    texts: [{ text: told.text, language: 'en' }],
  }
  const outline = outlineStory('s1', [only], { ...options, tellings: telling ? [telling] : [] })
  expect(outline.isWordless).toBe(outline.tell().sentences.length === 0)
})
