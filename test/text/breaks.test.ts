import { expect, test } from 'vitest'
import { breaksOf } from '../../src/text/breaks.ts'

const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' })

const segmentEnds = (text: string) =>
  Array.from(segmenter.segment(text), ({ segment, index }) => index + segment.length)

test.each([
  'Harwick opened. The U.S. said so, e.g. at 3.5 m.\nIt is “open.” (Really?) ’Tis…',
  'Was he there? "no", she said. Ja! »Nein.« Das ist 1. April – ach; so.Nein',
  'a.\r\n\r\nB? ! . b. (c) d. 5 e.f G.H i.J',
  '',
])('a sentence ends where Unicode says: %j', (text) => {
  expect(breaksOf(text)).toEqual(segmentEnds(text))
})

test('random texts of every kind of character end where Unicode says, or are left to it', () => {
  const signs = [...'aaBé1..!? ()"\',-:;\n\r\t\u0085\u00a0–—’“…•«»&ßª×½\u00ad\u2028ğЖ中。']
  let seed = 1
  const next = (below: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
    return (seed >>> 8) % below
  }
  let judged = 0
  for (let i = 0; i < 20_000; i++) {
    const text = Array.from({ length: 1 + next(12) }, () => signs[next(signs.length)]).join('')
    const breaks = breaksOf(text)
    if (breaks === null) continue
    judged++
    expect(breaks, JSON.stringify(text)).toEqual(segmentEnds(text))
  }
  expect(judged).toBeGreaterThan(5_000)
})
