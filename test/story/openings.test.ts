import { describe, expect, test } from 'vitest'
import { openingLength } from '../../src/story/openings.ts'

describe('openingLength', () => {
  test.each([
    { sentence: 'HARWICK (Example Wire) — The bridge reopened.', kept: 'The bridge reopened.' },
    { sentence: '(EWN) - The bridge reopened.', kept: 'The bridge reopened.' },
    { sentence: 'Nov 3 (Wire) - The bridge reopened.', kept: 'The bridge reopened.' },
    { sentence: 'Harwick, Oland (Wire) -- “No,” she said.', kept: '“No,” she said.' },
    { sentence: 'HARWICK, Oland, Nov. 3 — The bridge reopened.', kept: 'The bridge reopened.' },
    { sentence: 'HARWICK —The bridge reopened.', kept: 'The bridge reopened.' },
    { sentence: 'HARWICK - 240 bearings were replaced.', kept: '240 bearings were replaced.' },
    { sentence: 'Harwick (Reuters) Two ferries collided.', kept: 'Two ferries collided.' },
    { sentence: '• In Harwick, the bridge reopened.', kept: 'In Harwick, the bridge reopened.' },
    { sentence: 'Update, 10 p.m. ET: The bridge reopened.', kept: 'The bridge reopened.' },
    { sentence: 'UPDATE (Nov. 3, 7:55 a.m.): The bridge reopened.', kept: 'The bridge reopened.' },
    {
      sentence: 'HARWICK BRIDGE SENDS SHIVERS THROUGH THE VALLEY OF TARN - Lorries may cross.',
      kept: 'Lorries may cross.',
    },
    { sentence: 'Video The bridge reopened.', kept: 'The bridge reopened.' },
  ])('$sentence', ({ sentence, kept }) => {
    expect(sentence.slice(openingLength(sentence))).toBe(kept)
  })

  test.each([
    'NATO — the alliance — agreed.',
    'The bridge (built in 1911) — Harwick has one — reopened.',
    'Harwick — long without a bridge — has one.',
    'A US-China deal is near.',
    'Video calls grew by a third.',
    'Updates: the bridge has none.',
  ])('%s stays whole', (sentence) => {
    expect(openingLength(sentence)).toBe(0)
  })

  test('an endless opening takes no time', () => {
    expect(openingLength('A'.repeat(1e6))).toBe(0)
    expect(openingLength('A, '.repeat(1e5))).toBe(0)
  })
})
