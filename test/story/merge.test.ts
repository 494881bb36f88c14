import { expect, test } from 'vitest'
import { LEVELS } from '../../src/story/level.ts'
import { type Block, mergeBlocks } from '../../src/story/merge.ts'

/** An article with a word that all have, one of its event, and one of its own. */
function tell(article: number, event: number, common: number): Block {
  const ofEvent = 0.5 - common
  const weights = [common, ofEvent, 1 - common - ofEvent].map(Math.sqrt)
  return {
    members: [
      {
        vector: {
          terms: Int32Array.of(0, 1 + event, 100 + article),
          weights: Float32Array.from(weights),
        },
        at: Date.UTC(2026, 2, 2),
      },
    ],
    story: `a${article}`,
    fixed: false,
  }
}

test.each([
  { likeness: 0.13, groups: [[0, 1], [2, 3], [4]] },
  {
    likeness: 0.16,
    groups: [
      [0, 1, 4],
      [2, 3],
    ],
  },
  { likeness: 0.2, groups: [[0, 1, 2, 3, 4]] },
])(
  'at a likeness of $likeness a straggler is taken in before another pair is',
  ({ likeness, groups }) => {
    const blocks = [0, 0, 1, 1, 2].map((event, article) => tell(article, event, likeness))
    expect(mergeBlocks(blocks, LEVELS.story)).toEqual(groups)
  },
)
