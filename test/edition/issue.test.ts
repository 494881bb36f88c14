import { describe, expect, test } from 'vitest'
import { type IssueInput, selectPersonal } from '../../src/edition/issue.ts'
import { toHeard } from '../../src/edition/retell.ts'
import { cardsOf } from '../../src/edition/select.ts'
import { toldBy } from '../../src/edition/shown.ts'
import type { Card } from '../../src/model.ts'
import { POOL } from '../support/edition.ts'

const select = (over: Partial<IssueInput> = {}) => {
  const input = { pools: [POOL], choices: { topics: [] }, heard: [], size: 40, ...over }
  const issue = selectPersonal(input)
  return issue === null ? [] : cardsOf(issue)
}
const ids = (cards: readonly Card[]) => cards.map(({ storyId }) => storyId)
const find = (cards: readonly Card[], { storyId }: Card) =>
  cards.find((card) => card.storyId === storyId)

const FIRST = POOL[0] as Card
const opening = (card: Card) => card.sentences[0]?.text ?? ''

/** A card as a later edition tells it: only these sentences, and that it goes on. */
const goesOn = (card: Card, text: string): Card => {
  const [sentence] = card.sentences
  if (!sentence) throw new Error('a card without sentences cannot go on')
  const development = { novelty: 1, newSources: [], changes: [] }
  return {
    ...card,
    sentences: [{ ...sentence, text, cites: 1, alsoCites: [] }],
    citations: card.citations.slice(-1).map((citation) => ({ ...citation, n: 1 })),
    followUp: { firstTold: '2026-11-18', lastTold: '2026-11-18', ...development },
  }
}

describe('more and less', () => {
  const topics = [...new Set(POOL.map(({ topic }) => topic))]
  const top = topics[0] ?? ''
  const low = POOL.at(-1)?.topic ?? ''

  test('more of a topic lifts its stories, less lowers them, and none is lost or invented', () => {
    const usual = select()
    const place = (cards: readonly Card[], topic: string) =>
      cards.findIndex((card) => card.topic === topic)
    const more = select({ choices: { topics: [], weights: { [low]: 3 } } })
    const less = select({ choices: { topics: [], weights: { [top]: -3 } } })
    expect(place(more, low)).toBeLessThan(place(usual, low))
    expect(place(less, top)).toBeGreaterThan(place(usual, top))
    expect(ids(more).toSorted()).toEqual(ids(usual).toSorted())
    expect(ids(less).toSorted()).toEqual(ids(usual).toSorted())
  })

  test('a weight of nothing in the pool, and one of nought, change nothing', () => {
    for (const weights of [{ Chess: 3 }, { [top]: 0 }])
      expect(select({ choices: { topics: [], weights } })).toEqual(select())
  })

  test('beyond three steps there is no more', () => {
    const at = (steps: number) => select({ choices: { topics: [], weights: { [low]: steps } } })
    expect(at(50)).toEqual(at(3))
  })
})

describe('muted sources', () => {
  const muted = FIRST.citations[0]?.provider.domain ?? ''
  const cards = select({ choices: { topics: [], muted: [muted] } })

  test('nothing of theirs is shown: no sentence, no link, no name', () => {
    expect(
      JSON.stringify(cards.map(({ citations, sentences }) => [citations, sentences])),
    ).not.toContain(muted)
    const articles = new Set(
      POOL.flatMap(({ citations }) =>
        citations.filter(({ provider }) => provider.domain === muted).map((one) => one.articleId),
      ),
    )
    expect(articles.size).toBeGreaterThan(0)
    const shown = cards.flatMap(({ sentences }) => sentences.map(({ articleId }) => articleId))
    expect(shown.filter((id) => articles.has(id))).toEqual([])
  })

  test('a story that others tell too is told by them; one that nobody else tells goes', () => {
    const others = (card: Card) => card.citations.some(({ provider }) => provider.domain !== muted)
    expect(ids(cards).toSorted()).toEqual(ids(POOL.filter(others)).toSorted())
    for (const { citations, sentences } of cards) {
      expect(citations.map(({ n }) => n)).toEqual(citations.map((_, i) => i + 1))
      for (const { cites, articleId } of sentences)
        expect(citations[cites - 1]?.articleId).toBe(articleId)
    }
  })

  test('a domain stands for those below it, not for those that end alike', () => {
    const card = { ...FIRST, citations: FIRST.citations.slice(0, 1) }
    const of = (domain: string, mute: string) => {
      const citations = card.citations.map((one) => ({ ...one, provider: { name: 'P', domain } }))
      return select({ pools: [[{ ...card, citations }]], choices: { topics: [], muted: [mute] } })
    }
    expect(of('sport.paper.example', 'Paper.example')).toEqual([])
    expect(of('newspaper.example', 'paper.example')).toHaveLength(1)
  })
})

describe('what a reader missed', () => {
  test('stories of all missed pools come, each once', () => {
    const older = POOL.slice(0, 6)
    const newer = POOL.slice(4)
    const cards = select({ pools: [older, newer] })
    expect(ids(cards).toSorted()).toEqual(ids(POOL).toSorted())
    expect(new Set(cards.map(({ rank }) => rank)).size).toBe(cards.length)
  })

  test('what was told later takes the place of what was told before', () => {
    const later = { ...FIRST, headline: 'As it stands now' }
    expect(find(select({ pools: [POOL, [later]] }), FIRST)?.headline).toBe('As it stands now')
  })

  test('what only goes on comes with what it goes on from, every sentence with its source', () => {
    const cards = select({ pools: [POOL, [goesOn(FIRST, 'The bridge opens on Monday.')]] })
    const card = find(cards, FIRST)
    expect(card?.sentences.map(({ text }) => text)).toContain(opening(FIRST))
    expect(card?.sentences.map(({ text }) => text)).toContain('The bridge opens on Monday.')
    expect(card?.followUp).toBeNull()
    for (const { cites, articleId, text } of card?.sentences ?? []) {
      const cited = card?.citations[cites - 1]?.articleId
      if (text !== 'The bridge opens on Monday.') expect(cited).toBe(articleId)
      else expect(cited).toBe(FIRST.citations.at(-1)?.articleId)
    }
  })

  test('one pool is the pool', () => {
    expect(select({ pools: [POOL], size: 12 })).toEqual(select({ size: 12 }))
  })
})

describe('what a reader has read', () => {
  const heard = (date = '2026-11-19') => {
    const issue = selectPersonal({ pools: [POOL], choices: { topics: [] }, heard: [], size: 40 })
    return issue === null ? [] : toldBy(issue).map((told) => ({ ...told, date }))
  }
  const told = heard().find(({ storyId }) => storyId === FIRST.storyId)

  test('comes no more, but for sentences that were not printed', () => {
    const again = select({ heard: heard() })
    const texts = new Set(heard().flatMap(({ sentences }) => sentences))
    expect(
      again.flatMap(({ sentences }) => sentences).filter(({ text }) => texts.has(text)),
    ).toEqual([])
    const whole = heard().filter(({ sentences }) => sentences.length > 0)
    const printed = POOL.filter(({ storyId, sentences }) =>
      whole.some((one) => one.storyId === storyId && one.sentences.length === sentences.length),
    )
    expect(printed.length).toBeGreaterThan(0)
    for (const card of printed) expect(find(again, card)).toBeUndefined()
  })

  test('with news it comes again, with the news alone, and says since when it is told', () => {
    const [sentence] = FIRST.sentences
    if (!sentence || !told) throw new Error('the first story is told')
    const news = {
      ...sentence,
      text: 'Nobody was hurt when the crane fell into the harbour basin.',
    }
    const pool = [{ ...FIRST, sentences: [...FIRST.sentences.slice(0, 1), news] }]
    const [card] = select({
      pools: [pool],
      heard: [{ ...told, sentences: [toHeard(opening(FIRST))], date: '2026-11-19' }],
    })
    expect(card?.sentences.map(({ text }) => text)).toEqual([news.text])
    expect(card?.followUp).toMatchObject({ firstTold: '2026-11-19', lastTold: '2026-11-19' })
  })

  test('the same sentence in a slightly other form is no news', () => {
    const pool = [{ ...FIRST, sentences: FIRST.sentences.slice(0, 1) }]
    const sentences = [`${opening(FIRST).toUpperCase()} Indeed.`]
    expect(
      select({ pools: [pool], heard: [{ storyId: FIRST.storyId, date: '2026-11-19', sentences }] }),
    ).toEqual([])
  })

  test('what was only named may be told', () => {
    const named = [{ storyId: FIRST.storyId, date: '2026-11-19', sentences: [] }]
    expect(find(select({ heard: named }), FIRST)).toEqual(find(select(), FIRST))
  })
})
