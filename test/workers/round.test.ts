import { describe, expect, test } from 'vitest'
import { countMove, isConfirmed, leavesOrigin, type Move } from '../../src/workers/move.ts'
import { selectRound } from '../../src/workers/round.ts'

describe('a round', () => {
  const due = (id: string, url: string) => ({ id, url, fetches: 4 })
  const many = ['a1', 'a2', 'a3', 'a4'].map((id) => due(id, `https://${id}.big.com/feed`))
  const few = [due('b', 'https://small.com/feed'), due('c', '/home/me/articles')]

  test('takes one of every domain in turn', () => {
    const keys = selectRound([...many, ...few])
    expect(keys.map(({ id }) => id)).toEqual(['a1', 'b', 'c', 'a2', 'a3', 'a4'])
    expect(keys[0]).toEqual({ id: 'a1', version: 5 })
  })

  test('takes no more of one domain than its budget serves', () => {
    expect(selectRound([...many, ...few], 2).map(({ id }) => id)).toEqual(['a1', 'b', 'c', 'a2'])
  })
})

describe('a move', () => {
  const [A, B] = ['https://new.example/feed', 'https://other.example/feed']
  const after = (answers: readonly (string | null)[]) =>
    answers.reduce<Move>(countMove, { to: null, times: 0 })

  test.each([
    { answers: [A, A], confirmed: false },
    { answers: [A, A, A], confirmed: true },
    { answers: [A, A, B, A], confirmed: false },
    { answers: [A, A, null, A], confirmed: false },
    { answers: [B, A, A, A], confirmed: true },
    { answers: [null], confirmed: false },
  ])('$answers → $confirmed', ({ answers, confirmed }) => {
    expect(isConfirmed(after(answers))).toBe(confirmed)
  })

  test.each([
    { from: 'https://a.example/1', to: 'https://a.example/2', leaves: false },
    { from: 'https://a.example/1', to: 'http://a.example/1', leaves: true },
    { from: 'https://a.example/1', to: 'https://a.example:8443/1', leaves: true },
    { from: 'https://a.example/1', to: 'https://b.example/1', leaves: true },
  ])('$from → $to', ({ from, to, leaves }) => {
    expect(leavesOrigin(from, to)).toBe(leaves)
  })
})
