import { describe, expect, test } from 'vitest'
import { markAlone } from '../../src/story/alone.ts'
import { disagreementsIn } from '../../src/story/disagreement.ts'
import { assignRoles } from '../../src/story/roles.ts'
import { article, hoursAgo, provider } from './articles.ts'

const text = (toll: string) =>
  `The ferry fire in Harwick harbour killed ${toll} people on Monday night, the coast guard said. The ship had left the port at nine.`
const orbit = article('a', { text: text('14') })
const tide = (given: Parameters<typeof article>[1] = {}) =>
  article('b', { provider: provider('Tide'), text: text('16'), ...given })
const found = (...articles: Parameters<typeof assignRoles>[0]) =>
  disagreementsIn(assignRoles(articles)).map(({ unit, sides }) => [
    unit,
    ...sides.map(({ says }) => says),
  ])

describe('disagreementsIn', () => {
  test('two providers with two tolls of one fire, each at its place in its text', () => {
    expect(found(orbit, tide())).toEqual([['killed', 'killed 14', 'killed 16']])
    const [first] = disagreementsIn(assignRoles([orbit, tide()]))
    for (const { sentence } of first?.sides ?? []) {
      const source = [orbit, tide()].find(({ id }) => id === sentence.articleId)
      expect(source?.text.slice(sentence.start, sentence.end)).toBe(sentence.text)
    }
  })

  test.each([
    { name: 'the same number', other: tide({ text: text('14') }) },
    { name: 'a lower bound below it', other: tide({ text: text('at least 12') }) },
    { name: 'a copy', other: tide({ duplicateOf: 'a' }) },
    { name: 'the same provider', other: tide({ provider: provider('Orbit') }) },
    { name: 'a day later: it has changed', other: tide({ publishedAt: hoursAgo(30) }) },
    { name: 'somebody’s view', other: tide({ title: 'Opinion: the ferries' }) },
    { name: 'another language', other: tide({ language: 'fr' }) },
    {
      name: 'both numbers in one text',
      other: tide({ text: `${text('16')} In the morning it was said to have killed 14 people.` }),
    },
    {
      name: 'another fire, years ago',
      other: tide({
        text: 'A ferry fire in Harwick harbour killed 16 people on a Monday night in 1998, the coast guard said.',
      }),
    },
    {
      name: 'what may be',
      other: tide({ text: text('16').replace('killed', 'may have killed') }),
    },
    {
      name: 'something else that was counted',
      other: tide({
        text: 'Earthquakes on the far island killed 16 people, its council reported.',
      }),
    },
  ])('none: $name', ({ other }) => {
    expect(found(orbit, other)).toEqual([])
  })

  test('sums are compared only where the sentences say the same otherwise', () => {
    const cost = (sum: string) =>
      `Repairs of the harbour bridge in Harwick cost ${sum}, the council said.`
    const a = article('a', { text: cost('48 million crowns') })
    expect(found(a, tide({ text: cost('53 million crowns') }))).toEqual([
      ['crowns', '48 million crowns', '53 million crowns'],
    ])
    const other = 'The council of Harwick said the harbour museum had sold for 53 million crowns.'
    expect(found(a, tide({ text: other }))).toEqual([])
  })
})

describe('markAlone', () => {
  const sentence = (text: string, articleId: string, support: string[] = []) => ({
    ...{ text, articleId, support },
    ...{ start: 0, end: text.length, sha256: '' },
  })
  const members = assignRoles([
    orbit,
    tide({ text: text('14') }),
    article('c', { provider: provider('Echo'), text: `${text('14')} A spark lit the galley oil.` }),
  ])
  test('what only one of several tells is marked', () => {
    const [own] = markAlone([sentence('A spark lit the galley oil.', 'c')], members)
    expect(own?.alone).toBe(true)
  })
  test.each([
    { name: 'what others support', one: sentence('A spark lit the galley oil.', 'c', ['a']) },
    { name: 'what others tell, too', one: sentence('The ship had left the port at nine.', 'c') },
  ])('not: $name', ({ one }) => {
    expect(markAlone([one], members)[0]?.alone).toBeUndefined()
  })
  test('not in a story that only two tell', () => {
    const [own] = markAlone([sentence('A spark lit the oil.', 'a')], members.slice(0, 2))
    expect(own?.alone).toBeUndefined()
  })
})
