import { describe, expect, test } from 'vitest'
import { focusOf } from '../../src/story/focus.ts'
import { assignRoles } from '../../src/story/roles.ts'
import { article, hoursAgo, provider } from './articles.ts'

const of = (id: string, name: string, hours: number, title: string, text: string) =>
  article(id, { title, text, provider: provider(name), publishedAt: hoursAgo(hours) })

/** One subject, the ferry company, and two turns: its strike, and the sale of its oldest ship. */
const STRIKE = [
  of(
    's1',
    'Orbit',
    9,
    'Ferry crews walk out over night shifts',
    'Crews of Tarn Ferries walked out on Monday over night shifts, and every sailing to the islands was cancelled.',
  ),
  of(
    's2',
    'Tide',
    8,
    'Islands cut off as ferry crews strike',
    'Every sailing of Tarn Ferries to the islands was cancelled on Monday when crews walked out over night shifts.',
  ),
  of(
    's3',
    'Echo',
    7,
    'Ferry strike: union rejects night shifts',
    'The union of the crews that walked out of Tarn Ferries rejected night shifts and sailing cancelled trips later.',
  ),
]
const SALE = [
  of(
    'v1',
    'Pond',
    3,
    'Museum buys steamer Amalia',
    'The museum in Harwick bought the steamer Amalia of 1911 from Tarn Ferries for 2 million crowns.',
  ),
  of(
    'v2',
    'Moor',
    2,
    'Steamer Amalia becomes a museum',
    'Tarn Ferries sold the steamer Amalia, built in 1911, to the museum in Harwick for 2 million crowns.',
  ),
]
const ids = (articles: Parameters<typeof assignRoles>[0]) =>
  focusOf(assignRoles(articles)).map((member) => member.article.id)

describe('focusOf', () => {
  test('of two turns of a subject the one that more sources tell, and only that', () => {
    expect(ids([...STRIKE, ...SALE])).toEqual(['s1', 's2', 's3'])
  })

  test('the order in which articles come does not matter', () => {
    expect(ids([...SALE, ...STRIKE].reverse())).toEqual(['s1', 's2', 's3'])
  })

  test('a turn that one provider tells is heard with the nearest other voice', () => {
    const [first, second] = STRIKE
    const own = [first, second].flatMap((one) =>
      one ? [{ ...one, provider: provider('Orbit') }] : [],
    )
    const [sale] = SALE
    expect(ids([...own, ...(sale ? [sale] : [])])).toEqual(['s1', 's2', 'v1'])
  })

  test('what is said nowhere else does not thin out a story that all tell alike', () => {
    expect(ids(STRIKE)).toEqual(['s1', 's2', 's3'])
  })

  test('articles without a word are a story still', () => {
    expect(ids([1, 2, 3].map((n) => of(`e${n}`, `P${n}`, n, '', '')))).not.toEqual([])
  })
})
