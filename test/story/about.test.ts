import { describe, expect, test } from 'vitest'
import { findEntities } from '../../src/story/entities.ts'
import { keyPhrases } from '../../src/story/keyphrases.ts'

const doc = (text: string, title = '') => ({ title, text })
const names = (...texts: string[]) => findEntities(texts.map((text) => doc(text)))

describe('findEntities', () => {
  test.each([
    {
      name: 'a last name joins the one full name',
      texts: [
        'Mayor Ana Lindqvist spoke.',
        'It was said that Ana Lindqvist left; Lindqvist denied.',
      ],
      want: ['Ana Lindqvist'],
    },
    {
      name: 'an acronym joins the name it abbreviates',
      texts: [
        'The Northern Water Board met.',
        'A vote of the Northern Water Board; the NWB agreed.',
      ],
      want: ['Northern Water Board'],
    },
    {
      name: 'a word that only begins sentences is no name',
      texts: ['Bridges fell. Bridges rose.', 'Bridges are old.'],
      want: [],
    },
    {
      name: 'days are no names, titles of people neither',
      texts: ['He met Mr. Osk on Monday.', 'On Monday he saw Mr. Osk again.'],
      want: ['Osk'],
    },
    { name: 'told once is not enough', texts: ['Then Rosalind Park came.'], want: [] },
    {
      name: 'a possessive ends a name',
      texts: ['They saw Lumen’s Tern robot.', 'They bought Lumen’s Tern robot.'],
      want: ['Lumen', 'Tern'],
    },
  ])('$name', ({ texts, want }) => {
    expect(
      names(...texts)
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(want)
  })

  test('a last name that two could bear stays by itself', () => {
    const found = names(
      'So Ana Holm met Per Holm. They said Holm would pay.',
      'Then Ana Holm met Per Holm, and Holm paid.',
    ).map(({ name }) => name)
    expect(found).toEqual(expect.arrayContaining(['Ana Holm', 'Per Holm', 'Holm']))
  })

  test('the most documents first, with counts', () => {
    const found = names('We met Tern and Ula and Ula and Ula.', 'We saw Tern.', 'We left Tern.')
    expect(found).toEqual([
      { name: 'Tern', count: 3, docs: 3 },
      { name: 'Ula', count: 3, docs: 1 },
    ])
  })

  test('a text of nothing but capitals is read in bounds', () => {
    expect(names('Aa '.repeat(200_000)).length).toBeLessThanOrEqual(12)
  })
})

describe('keyPhrases', () => {
  test('what several say comes before what one repeats, in its longest form', () => {
    const phrases = keyPhrases([
      doc('The harbour bridge reopens. Ferries stop. Ferries wait.', 'Harbour bridge reopens'),
      doc('Cars cross the harbour bridge again.', 'Harbour bridge open to cars'),
    ])
    expect(phrases[0]).toBe('harbour bridge')
    expect(phrases).not.toContain('bridge')
    expect(phrases).not.toContain('ferries')
  })

  test('of one document, what it says more than once', () => {
    expect(keyPhrases([doc('A toll gate closed. The toll gate was old.')])).toEqual(['toll gate'])
  })

  test('nothing to read, nothing found; other scripts do no harm', () => {
    expect(keyPhrases([])).toEqual([])
    expect(keyPhrases([doc('海港隧道通车。海港隧道很长。')]).length).toBeLessThanOrEqual(8)
  })
})
