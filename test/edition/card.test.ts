import { describe, expect, test } from 'vitest'
import { makeCard } from '../../src/edition/card.ts'
import { DoseError } from '../../src/errors.ts'
import type { Member, RankedStory, SummarySentence } from '../../src/model.ts'
import { makeArticle, RANKED, sha256 } from '../support/edition.ts'

const text = 'The ferry left at noon. It arrived at one.'

const member = (n: number, role: Member['role'], provider: string): Member => ({
  role,
  article: makeArticle({
    id: `a${n}`,
    url: `https://p${n}.example/ferry`,
    provider: { name: provider, domain: `${provider}.example` },
    publishedAt: `2026-11-20T0${n % 10}:00:00.000Z`,
    text,
  }),
})

const sentence = (articleId: string, support: readonly string[] = []): SummarySentence => ({
  articleId,
  start: 0,
  end: 23,
  text: 'The ferry left at noon.',
  sha256: sha256(text),
  support,
})

const story = (members: readonly Member[], sentences: readonly SummarySentence[]): RankedStory => ({
  score: 1,
  parts: [],
  story: {
    id: 's1',
    headline: 'Ferry leaves',
    members,
    sentences,
    topics: [],
    firstSeenAt: '2026-11-20T04:12:00.000Z',
    lastSeenAt: '2026-11-20T05:00:00.000Z',
    heat: 0,
    heatParts: [],
    disagreements: [],
    development: null,
  },
})

describe('citations', () => {
  const members = [
    member(1, 'head', 'one'),
    member(2, 'copy', 'two'),
    member(3, 'own', 'three'),
    member(4, 'own', 'one'),
    member(5, 'own', 'five'),
  ]

  test('are numbered as the sentences use them, then who says the same, then other providers', () => {
    const card = makeCard(story(members, [sentence('a3', ['a4']), sentence('a1')]), 1)
    expect(card.citations.map(({ n, articleId }) => `${n} ${articleId}`)).toEqual([
      '1 a3',
      '2 a1',
      '3 a4',
      '4 a5',
      '5 a2',
    ])
    expect(card.sentences.map(({ cites, alsoCites }) => [cites, alsoCites])).toEqual([
      [1, [3]],
      [2, []],
    ])
  })

  test('name whose title the headline is, also beside another article of its provider', () => {
    const own = member(6, 'own', 'three')
    const titled = { ...own, article: { ...own.article, title: 'Ferry leaves | Three' } }
    const card = makeCard(story([...members, titled], [sentence('a3', ['a4'])]), 1)
    const listed = card.citations.map(({ articleId }) => articleId)
    expect(listed).toEqual(['a3', 'a4', 'a5', 'a2', 'a6'])
    const alone = makeCard(story([...members, titled], [sentence('a1')]), 1)
    expect(alone.citations.map(({ articleId }) => articleId)).toEqual(['a1', 'a6', 'a5', 'a2'])
  })

  test('name own words before copies, however many copies bear the headline', () => {
    const titled = (n: number, role: Member['role'], provider: string, title: string): Member => {
      const { article } = member(n, role, provider)
      return { role, article: { ...article, id: `${role}${n}`, title } }
    }
    const copies = Array.from({ length: 14 }, (_, n) =>
      titled(n, 'copy', `c${n}`, 'Ferry leaves | Paper'),
    )
    const own = ['Noon ferry', 'To sea at noon'].map((title, n) => titled(n, 'own', `o${n}`, title))
    const card = makeCard(story([member(1, 'head', 'one'), ...copies, ...own], [sentence('a1')]), 1)
    const listed = card.citations.map(({ articleId }) => articleId)
    expect(listed.slice(0, 4)).toEqual(['a1', 'own0', 'own1', 'copy0'])
    expect(listed).toHaveLength(12)
  })

  test('count each provider once, and copies as no reporting of their own', () => {
    const { articleCount, sourceCount, independentCount } = makeCard(story(members, []), 1)
    expect({ articleCount, sourceCount, independentCount }).toEqual({
      articleCount: 5,
      sourceCount: 4,
      independentCount: 3,
    })
  })

  test('stop at twelve, but never leave out a cited source', () => {
    const many = Array.from({ length: 30 }, (_, n) => member(n, 'own', `p${n}`))
    const cited = many.slice(0, 14).map(({ article }) => sentence(article.id))
    expect(makeCard(story(many, []), 1).citations).toHaveLength(12)
    expect(makeCard(story(many, cited), 1).citations).toHaveLength(14)
  })

  test('a supporting article that has left the story is not named', () => {
    expect(makeCard(story(members, [sentence('a1', ['gone'])]), 1).sentences[0]?.alsoCites).toEqual(
      [],
    )
  })
})

describe('a sentence that cannot be found stops the card', () => {
  const good = sentence('a1')
  test.each([
    { name: 'other offsets', bad: { ...good, start: 1, end: 24 } },
    { name: 'other words', bad: { ...good, text: 'The ferry left at nine.' } },
    { name: 'no words', bad: { ...good, text: '', start: 0, end: 0 } },
    { name: 'another text version', bad: { ...good, sha256: sha256('older text') } },
    { name: 'an article of another story', bad: { ...good, articleId: 'a9' } },
  ])('$name', ({ bad }) => {
    const make = () => makeCard(story([member(1, 'head', 'one')], [bad]), 1)
    expect(make).toThrow(DoseError)
    expect(make).toThrow(/^CITATION_UNRESOLVED story s1, article a\d/)
  })
})

describe('what readers see', () => {
  test('every sentence of the fixture is word for word in the article its link opens', () => {
    for (const ranked of RANKED) {
      for (const { articleId, start, end, text: told, link } of makeCard(ranked, 1).sentences) {
        const article = ranked.story.members.find((one) => one.article.id === articleId)?.article
        expect(article?.text.slice(start, end)).toBe(told)
        expect(link.startsWith(`${article?.url}#:~:text=`)).toBe(true)
      }
    }
  })

  test.each([
    {
      name: 'in the zone of the digest',
      zone: 'Europe/Zurich',
      why: '1 independent; first seen 05:12',
    },
    { name: 'in UTC, which is said', zone: 'UTC', why: '1 independent; first seen 04:12 UTC' },
  ])('why it stands there, $name', ({ zone, why }) => {
    const two = [member(1, 'head', 'one'), member(2, 'copy', 'two')]
    expect(makeCard(story(two, []), 1, zone).why).toBe(`2 sources, ${why}`)
  })

  test('pictures of icon size and of other schemes are passed over', () => {
    const image = (url: string, width: number | null) => ({ url, width, height: null, title: null })
    const one = member(1, 'head', 'one')
    const images = [
      image('https://p1.example/icon.png', 50),
      image('data:image/png;base64,AAAA', 900),
      image('https://p1.example/wide.jpg', null),
    ]
    const card = makeCard(story([{ ...one, article: { ...one.article, images } }], []), 1)
    expect(card.image?.url).toBe('https://p1.example/wide.jpg')
  })
})
