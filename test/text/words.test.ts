import { describe, expect, test } from 'vitest'
import { contentTerms, normaliseText, splitWords } from '../../src/text/words.ts'

const norms = (text: string) => splitWords(text).map(({ norm }) => norm)

describe('splitWords', () => {
  test.each([
    { name: 'curly and straight apostrophes agree', text: "don’t don't", want: ["don't", "don't"] },
    { name: 'a possessive is dropped', text: 'Oslo’s mayor', want: ['oslo', 'mayor'] },
    { name: 'a French article is dropped', text: "l'homme qu’elle", want: ['homme', 'elle'] },
    { name: 'a name keeps its apostrophe', text: "O'Brien", want: ["o'brien"] },
    { name: 'initials are one word', text: 'The U.N. met', want: ['the', 'un', 'met'] },
    { name: 'numbers keep separators', text: '1,200.5 or 7', want: ['1,200.5', 'or', '7'] },
    { name: 'a full stop ends a number', text: 'in 2026.', want: ['in', '2026'] },
    { name: 'accents and other scripts', text: 'Zürich Київ', want: ['zürich', 'київ'] },
    { name: 'full-width letters', text: 'ＡＢＣ', want: ['abc'] },
    { name: 'a script without spaces', text: '東京で地震', want: ['東京', 'で', '地震'] },
    { name: 'a word too long to be one', text: `a ${'x'.repeat(500)} b`, want: ['a', 'b'] },
    { name: 'nothing', text: ' … — ! ', want: [] },
  ])('$name', ({ text, want }) => expect(norms(text)).toEqual(want))

  test('offsets point into the text as given', () => {
    const text = '“Café’s ﬁne,” she said: 東京で 1,200 ＡＢ'
    const written = splitWords(text).map(({ start, end }) => text.slice(start, end))
    expect(written).toEqual(['Café’s', 'ﬁne', 'she', 'said', '東京', 'で', '1,200', 'ＡＢ'])
  })

  test('a long run of one hostile kind is read in one go', () => {
    for (const text of ["a'".repeat(50_000), 'A.'.repeat(50_000), '1,'.repeat(50_000)]) {
      expect(splitWords(text).length).toBeLessThan(100_001)
    }
  })
})

describe('contentTerms', () => {
  test.each([
    {
      name: 'English stems',
      text: 'The ministers were voting',
      language: 'en',
      want: ['minist', 'vote'],
    },
    { name: 'unknown is read as English', text: 'The votes', language: null, want: ['vote'] },
    { name: 'contractions say nothing', text: "They don't, we'll", language: 'en', want: [] },
    { name: 'German', text: 'Die Häuser der Stadt', language: 'de', want: ['haus', 'stadt'] },
    {
      name: 'no stemmer: words as they are',
      text: 'Talot ovat',
      language: 'fi',
      want: ['talot', 'ovat'],
    },
  ])('$name', ({ text, language, want }) => expect(contentTerms(text, language)).toEqual(want))
})

test('plain text has the terms that its words have, whatever it is made of', () => {
  const bits =
    "The| |bridge|'s|’s|don't|U.|S.|A.|1,200|.5|,|7|5km|3.5m|x9|-|—|“|”|…|é|東京|O'Brien|''|a'1|_|(|\n|e\u0301|I|.".split(
      '|',
    )
  let state = 11
  const next = () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return state
  }
  for (let round = 0; round < 3_000; round++) {
    const text = Array.from({ length: 1 + (next() % 9) }, () => bits[next() % bits.length]).join('')
    // A language without stemmer and stop words: the terms are the words.
    const words = norms(text).filter((norm) => norm.length > 1 || norm >= '\u0080')
    expect(contentTerms(text, 'xx')).toEqual(words)
  }
})

test('normaliseText gives one spelling', () => {
  expect(normaliseText(' “It’s”\n ﬁne ')).toBe('"It\'s" fine')
})
