import { describe, expect, test } from 'vitest'
import { linkToSentence } from '../../src/edition/fragment.ts'

const page = 'https://a.example/x'

test.each([
  {
    name: 'a short sentence stands whole',
    sentence: 'Rain fell.',
    link: `${page}#:~:text=Rain%20fell.`,
  },
  {
    name: 'syntax characters are encoded',
    sentence: 'A-B, C & D (e).',
    link: `${page}#:~:text=A%2DB%2C%20C%20%26%20D%20%28e%29.`,
  },
  {
    name: 'a long sentence is named by its ends',
    sentence: 'One two three four five six seven eight nine ten eleven twelve thirteen.',
    link: `${page}#:~:text=One%20two%20three%20four,ten%20eleven%20twelve%20thirteen.`,
  },
  {
    name: 'a long sentence of few words stands whole',
    sentence: `${'a'.repeat(40)} ${'b'.repeat(40)}`,
    link: `${page}#:~:text=${'a'.repeat(40)}%20${'b'.repeat(40)}`,
  },
  {
    name: 'half a surrogate pair does not throw',
    sentence: 'Broken \uD83D end',
    link: `${page}#:~:text=Broken%20%EF%BF%BD%20end`,
  },
])('$name', ({ sentence, link }) => {
  expect(linkToSentence(page, sentence)).toBe(link)
})

test('a fragment of the page is kept, a directive replaced', () => {
  expect(linkToSentence(`${page}#part:~:text=old`, 'New.')).toBe(`${page}#part:~:text=New.`)
})

test('a Chinese sentence, written without spaces, is named by its ends too', () => {
  const sentence =
    '今天早上四点，连接北码头和下市场的海港隧道正式通车，距离第一口竖井开挖已经过去了九年时间，市长和几百名市民冒雨出席了在南岸举行的通车仪式。'
  const [start = '', end = ''] = decodeURIComponent(
    linkToSentence(page, sentence).split('text=')[1] ?? '',
  ).split(',')
  expect(sentence.startsWith(start) && sentence.endsWith(end) && end !== '').toBe(true)
})

describe('a sentence whose beginning stands earlier in its text', () => {
  const text =
    'The bridge is open.\nAda Lind cut the ribbon at noon on Monday. The bridge is open. The bridge is shut.'
  const linkAt = (sentence: string, start: number) =>
    linkToSentence(page, sentence, { text, start })

  test('is named with the words before it', () => {
    const start = text.lastIndexOf('The bridge is open.')
    expect(linkAt('The bridge is open.', start)).toBe(
      `${page}#:~:text=noon%20on%20Monday.-,The%20bridge%20is%20open.`,
    )
  })

  test('the earlier one, and one that stands once, need none', () => {
    expect(linkAt('The bridge is open.', 0)).toBe(`${page}#:~:text=The%20bridge%20is%20open.`)
    const shut = 'The bridge is shut.'
    expect(linkAt(shut, text.indexOf(shut))).toBe(`${page}#:~:text=The%20bridge%20is%20shut.`)
  })

  test('at the beginning of a line there is nothing to name', () => {
    const twice = 'Open again.\nOpen again.'
    const link = linkToSentence(page, 'Open again.', { text: twice, start: 12 })
    expect(link).toBe(`${page}#:~:text=Open%20again.`)
  })
})
