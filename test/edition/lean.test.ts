import { expect, test } from 'vitest'
import { stepTopics } from '../../src/edition/lean.ts'

test.each([
  { name: 'a first step', before: {}, lean: 'more', after: { Science: 1, Health: 1 } },
  {
    name: 'a step back',
    before: { Science: 1, Sport: 2 },
    lean: 'less',
    after: { Sport: 2, Health: -1 },
  },
  { name: 'three at most', before: { Science: 3 }, lean: 'more', after: { Science: 3, Health: 1 } },
  {
    name: 'in any case',
    before: { science: -1 },
    lean: 'less',
    after: { science: -2, Health: -1 },
  },
] as const)('$name', ({ before, lean, after }) => {
  expect(stepTopics(before, ['Science', 'Health', 'Science'], lean)).toEqual(after)
})
