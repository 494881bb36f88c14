import { describe, expect, test } from 'vitest'
import { danglingCost, flawsOf, surnameOf } from '../../src/story/form.ts'

describe('flawsOf', () => {
  test.each([
    { name: 'half a quotation', sentence: '“The bridge was shut for nine months.' },
    { name: 'speech without a speaker', sentence: '“I missed the bridge,” “so did we all.”' },
    { name: 'a request', sentence: 'Send us news of the bridge, but please stay off it.' },
    { name: 'the reader', sentence: 'Have news of the bridge when you wake up every morning.' },
    { name: 'the writer', sentence: 'When I crossed the bridge, the wind had dropped.' },
    { name: 'a question', sentence: 'Will the bridge ever be finished?' },
    { name: 'an unnamed speaker', sentence: 'Now the bridge is open and “all is well,” she said.' },
    { name: 'a conversation', sentence: 'Ada Lind: The bridge is open again.' },
    { name: 'an author', sentence: 'Ada Lind is a senior fellow at the Harwick school.' },
    { name: 'a plea', sentence: 'Unless something is done, we will lose the bridge.' },
    {
      name: 'an announcement',
      sentence: 'Exploring the history of bridges in small harbour towns.',
    },
    { name: 'a picture', sentence: 'The mayor looks on as engineers close the bridge in Harwick.' },
    {
      name: 'an essay’s throat',
      sentence: 'Bridges have been the talk of the town in recent years.',
    },
    { name: 'a pointer', sentence: 'Below are the plans for the bridge.' },
    { name: 'one for many', sentence: 'Like many ferrymen, Ada Lind, 31, fears for her trade.' },
    { name: 'nameless people in a picture', sentence: 'People gather at the bridge in Harwick.' },
    { name: 'what was cut', sentence: '… In the view of most, the bridge is done.' },
    { name: 'the end of a speech', sentence: 'Now it is open,’ Ada Lind wrote on Monday.' },
    {
      name: 'nothing reported',
      sentence: 'In harbour towns, the question is usually who pays for the bridge.',
    },
    { name: 'a writer', sentence: 'Ada Lind is Harwick Post’s bridge columnist.' },
    { name: 'a heading', sentence: 'Lind on the Bridge: ‘We Need to Take Action.' },
    { name: 'a name and its day', sentence: 'Ada Lind on Monday: Open the bridge.' },
    { name: 'an outcry', sentence: 'What a week it was for the bridge, said many.' },
    { name: 'a caption without a verb', sentence: 'Ada Lind at the bridge in Harwick in April.' },
    {
      name: 'a caption with a verb',
      sentence: 'Rain is blown over the bridge, on Aug. 25, 2026, in Harwick.',
    },
    {
      name: 'who stands where',
      sentence: 'Ada Lind, left, and Ben Holm wait at the bridge on Monday.',
    },
    { name: 'a flourish', sentence: 'The fight over the bridge ended.' },
    { name: 'a cry', sentence: 'The bridge in Harwick is to be opened on Monday at noon!' },
    { name: 'a speech that goes on', sentence: '‘The bridge was shut on Monday for nine months.' },
    { name: 'a speech that ends', sentence: 'Who says that the bridge was shut on Monday?’' },
    { name: 'an aside', sentence: '(The bridge opened in 1911, when ferries were many.)' },
    { name: 'a label', sentence: 'Why it matters: The bridge carries 9,000 people a day.' },
    { name: 'an invitation', sentence: 'Watch the first hearing on the bridge, held on Monday.' },
    {
      name: 'a writer’s weighing',
      sentence: 'The mayor predictably said no to the bridge on Monday.',
    },
    { name: 'nobody’s guess', sentence: 'The bridge might cost the town 40 million crowns.' },
    {
      name: 'a caption with its day',
      sentence: 'A letter to the mayor is read in Harwick, Monday, Nov. 3, 2026, on the quay.',
    },
    { name: 'a caption', sentence: 'Cars cross the bridge at Harwick on Nov. 3, 2026.' },
  ])('$name', ({ sentence }) => {
    expect(flawsOf(sentence)).toBeGreaterThan(0)
  })

  test.each([
    'The bridge reopened on Monday after nine months of repairs.',
    'Closing the bridge was a mistake, Ada Lind said.',
    'The crews’ union said on Monday that it would go on.',
    'Ada Lind told the council on Monday: ‘The bridge of 1911 is open.’',
    '‘The bridge of 1911 is open,’ Ada Lind told the council on Monday.',
    '月曜日に橋が開通した。',
    'King Harold I opened the first bridge in 1911.',
    'The Type I bearings of the bridge were replaced last week.',
    'On Aug. 25, 2026, the council voted for a bridge in Harwick.',
    'The council approved the bridge at Harwick in April.',
    'The bridge may cost 40 million crowns, the council said.',
    'Le pont du port reste ouvert aux piétons.',
  ])('none: %s', (sentence) => {
    expect(flawsOf(sentence)).toBe(0)
  })
})

describe('danglingCost', () => {
  test.each([
    'He called it a good day.',
    'The company said it would rebuild the bridge.',
    'At the same time, the ferry was sold.',
    'The mayor, who also spoke, was pleased.',
    'None would give a name.',
    'Weeks later, the ferry was sold.',
    'Since then, the bridge has been shut.',
    'Now, that is another matter for Ada Lind.',
    'Lind also told the council that she would go.',
    'The measure passed by one vote.',
    'Instead, the ferry was sold.',
    'All three have been sold.',
    'Four years later, the ferry was sold.',
    'Monday was the council’s first chance to ask her questions.',
    'Because of what he said, the bridge stays shut.',
    'In his remarks, the mayor praised the engineers.',
    'While it names no culprit, the report asks for a new bridge.',
    'On Monday, Mr. Lind called the council into his office.',
    'Ada Lind has sold two ferries, for example, and bought a bridge.',
    'In a startling turn, however, Ada Lind said that she would stay.',
    'A toll might have kept the bridge open, they say.',
  ])('leans: %s', (sentence) => {
    expect(danglingCost(sentence)).toBeGreaterThan(0)
  })

  test.each([
    'The harbour bridge reopened on Monday.',
    'Engineers replaced 240 bearings.',
    'On Monday, Ada Lind said she would sell the ferry.',
    'Otherwise known as the Harwick crossing, the bridge is 800 metres long.',
  ])('stands: %s', (sentence) => {
    expect(danglingCost(sentence)).toBe(0)
  })
})

describe('surnameOf', () => {
  const before = 'The mayor of Harwick, Ada M. Lind, met Ben Holt. The Tarn is high. '
  test.each([
    ['Lind said the bridge is open.', 'Lind'],
    ['Lind and Holt were on it.', 'Lind'],
    ['Holt, 31, was on it.', 'Holt'],
    ['Holt’s ferry stays.', 'Holt'],
    // A first mention, a river, the start of a sentence and no name.
    ['Moss said the bridge is open.', null],
    ['Tarn has a bridge.', null],
    ['Harwick has a bridge.', null],
    ['Ada Lind said the bridge is open.', null],
    ['Lorries crossed the bridge.', null],
  ])('%s', (sentence, name) => {
    expect(surnameOf(sentence, before)).toBe(name)
  })
})
