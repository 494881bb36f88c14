import { describe, expect, test } from 'vitest'
import { type SummaryDoc, summarise } from '../../src/story/summarise.ts'

const orbit =
  'The harbour bridge reopened to traffic on Monday after nine months of repairs. Engineers replaced 240 bearings and both expansion joints under the deck. He called it a good day. “I missed it every single morning,” said one driver at the gate. Was it worth the wait for the town? Sign up for our newsletter to get more stories like this.'
const tide =
  'Tide staff\n\nTraffic is back on the harbour bridge, which reopened on Monday after repairs of nine months. The works cost 31 million crowns, two million less than planned. ALL RIGHTS RESERVED BY THE TIDE OF THE HARBOUR.'
const echo =
  'Repairs to the harbour bridge lasted nine months and ended on Monday, when traffic returned. A ferry had carried 9,000 passengers a day in the meantime. Bus line 40 will cross the harbour bridge from Tuesday on.'
const three: SummaryDoc[] = [
  { title: 'Harbour bridge reopens', text: orbit, source: 'orbit.example' },
  { title: 'Bridge open again after repairs', text: tide, source: 'tide.example' },
  { title: 'Traffic returns to harbour bridge', text: echo, source: 'echo.example' },
]
const wordsIn = (texts: readonly { text: string }[]) =>
  texts.reduce((sum, { text }) => sum + text.split(/\s+/).length, 0)

describe('summarise', () => {
  test('sentences are verbatim at their offsets, in reading order', () => {
    const found = summarise(three, { sentences: 6 })
    expect(found.length).toBeGreaterThan(3)
    for (const { text, doc, start, end } of found) {
      expect(three[doc]?.text.slice(start, end)).toBe(text)
    }
    const order = found.map(({ doc, start }) => doc * 1e6 + start)
    expect(order).toEqual([...order].sort((a, b) => a - b))
  })

  test('no bylines, notices, pull quotes, questions or dangling pronouns', () => {
    const text = summarise(three, { sentences: 5 })
      .map((found) => found.text)
      .join(' ')
    expect(text).not.toMatch(/staff|newsletter|RIGHTS|missed|worth|He called/)
  })

  test('the same fact is told once and its other tellers support it', () => {
    const found = summarise([three[0] as SummaryDoc, { ...three[1], text: orbit } as SummaryDoc], {
      sentences: 4,
    })
    expect(new Set(found.map(({ text }) => text)).size).toBe(found.length)
    expect(found[0]?.support.length).toBe(1)
  })

  test('two providers are heard where there are two', () => {
    const long = Array.from(
      { length: 9 },
      (_, i) => `The harbour bridge repairs reached stage ${i} of the traffic plan on Monday.`,
    )
    const docs = [
      {
        title: 'Harbour bridge repairs',
        text: `${orbit} ${long.join(' ')}`,
        source: 'orbit.example',
      },
      { title: 'Harbour bridge repairs', text: orbit, source: 'orbit.example' },
      {
        title: 'Ferry ends',
        text: 'The ferry made its last trip at noon with forty passengers.',
        source: 'tide.example',
      },
    ]
    const heard = summarise(docs, { sentences: 2 }).map(({ doc }) => docs[doc]?.source)
    expect(new Set(heard).size).toBe(2)
  })

  test.each([
    { name: 'default', options: {}, sentences: 3 },
    { name: 'one', options: { sentences: 1 }, sentences: 1 },
    { name: 'none', options: { sentences: 0 }, sentences: 0 },
    { name: 'too few words for one sentence', options: { words: 1 }, sentences: 1 },
  ])('$name → $sentences', ({ options, sentences }) => {
    expect(summarise(three, options)).toHaveLength(sentences)
  })

  test.each([15, 30, 45])('%i words are not passed', (words) => {
    expect(wordsIn(summarise(three, { words }))).toBeLessThanOrEqual(words)
  })

  test('one source tells its story from the beginning', () => {
    const [first] = summarise([{ text: orbit }], { sentences: 1 })
    expect(first?.text).toMatch(/^The harbour bridge reopened/)
  })

  test('the title is not repeated as a sentence', () => {
    const title = 'The harbour bridge reopens to all traffic'
    const found = summarise([{ title, text: `${title}.\n\n${orbit}` }])
    expect(found.map(({ text }) => text)).not.toContain(`${title}.`)
  })

  test.each<{ name: string; docs: SummaryDoc[] }>([
    { name: 'no documents', docs: [] },
    { name: 'empty texts', docs: [{ text: '' }, { text: ' \n\n ' }] },
    {
      name: 'nothing but notices',
      docs: [{ text: 'Subscribe to our newsletter today, please. © Orbit.' }],
    },
  ])('$name gives nothing', ({ docs }) => {
    expect(summarise(docs)).toEqual([])
  })

  test('a terse excerpt is better than nothing', () => {
    expect(summarise([{ text: 'Bridge reopens on Monday' }])).toHaveLength(1)
  })

  test('other scripts', () => {
    const text = '港口大桥周一重新开放交通。工程师更换了二百四十个支座。轮渡已经停运。'
    const found = summarise([{ text }], { sentences: 2 })
    expect(found.map((one) => one.text)).toEqual([
      '港口大桥周一重新开放交通。',
      '工程师更换了二百四十个支座。',
    ])
  })

  test('a hundred long documents and a vast budget are cut to size', () => {
    const text = Array.from(
      { length: 400 },
      (_, i) => `Gate ${i} of the harbour bridge opened at hour ${i} of the works.`,
    ).join(' ')
    const docs = Array.from({ length: 100 }, (_, i) => ({ text, source: `${i}.example` }))
    expect(summarise(docs, { words: 1e9 }).length).toBeGreaterThan(0)
  })
})
