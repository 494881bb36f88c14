import { expect, test } from 'vitest'
import { nameGroups } from '../../src/story/naming.ts'

const BORN: Record<string, number> = { a: 0, c: 2, x: 9 }
const group = (pairs: string, fixed: string | null = null) => ({
  ids: pairs.split(' ').map((pair) => pair[0] ?? ''),
  stories: pairs.split(' ').map((pair) => pair[2] ?? ''),
  fixed,
})

test.each([
  { name: 'nothing changed', groups: [group('a/a b/a'), group('c/c')], want: ['a', 'c'] },
  { name: 'two stories merged: most articles', groups: [group('a/a c/c d/c')], want: ['c'] },
  { name: 'merged with as many: the older', groups: [group('c/c a/a')], want: ['a'] },
  {
    name: 'split: the larger part keeps it',
    groups: [group('d/a'), group('a/a b/a')],
    want: ['d', 'a'],
  },
  { name: 'split in halves: the earlier', groups: [group('a/a'), group('b/a')], want: ['a', 'b'] },
  { name: 'the first article left', groups: [group('a/a'), group('b/a d/a')], want: ['a~2', 'a'] },
  {
    name: 'its old part stays put',
    groups: [group('d/c e/c', 'a'), group('c/c')],
    want: ['a', 'c'],
  },
  {
    name: 'the next free name',
    groups: [group('x/a d/a'), group('a/a b/a f/a')],
    want: ['d', 'a'],
  },
])('$name', ({ groups, want }) => {
  const names = nameGroups(
    groups,
    (story) => BORN[story] ?? 99,
    (id) => id in BORN,
  )
  expect(names).toEqual(want)
})
