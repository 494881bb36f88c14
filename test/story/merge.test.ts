import { expect, test } from 'vitest'
import { LEVELS } from '../../src/story/level.ts'
import { type Block, mergeBlocks } from '../../src/story/merge.ts'

/** An article with a word that all have, one of its event, and one of its own. */
function tell(article: number, event: number, common: number, inside: number): Block {
  const ofEvent = inside - common
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

const apart = [[0, 1], [2, 3], [4]]
const straggled = [
  [0, 1, 4],
  [2, 3],
]
const one = [[0, 1, 2, 3, 4]]

test.each([
  { likeness: 0.13, inside: 0.3, groups: apart },
  { likeness: 0.16, inside: 0.3, groups: straggled },
  { likeness: 0.2, inside: 0.3, groups: one },
  { likeness: 0.2, inside: 0.6, groups: apart },
  { likeness: 0.26, inside: 0.6, groups: one },
])(
  'two pairs of likeness $inside and a straggler are $likeness near to each other: $groups',
  ({ likeness, inside, groups }) => {
    const blocks = [0, 0, 1, 1, 2].map((event, article) => tell(article, event, likeness, inside))
    expect(mergeBlocks(blocks, LEVELS.story)).toEqual(groups)
  },
)
