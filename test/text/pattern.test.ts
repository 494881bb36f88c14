import { describe, expect, test } from 'vitest'
import { compilePattern } from '../../src/text/pattern.ts'

/** Patterns and texts on which V8 and ours must agree. */
const SAME = [
  'a',
  'abc',
  'a|b',
  '(ab|cd)+',
  'a*b',
  '^a',
  'a$',
  '^$',
  '^a.c$',
  '[abc]x',
  '[^abc]x',
  '[a-f]+z',
  'a{2}',
  'a{2,}',
  'a{2,3}b',
  'a?b',
  '(?:ab)?c',
  '\\bcat\\b',
  '\\Bat',
  '\\d{3}',
  '\\w+\\s\\w+',
  'x*',
  '(a*)*b',
  '(a|b|)c',
  '\\.',
  '[.]',
  '[\\d-]x',
  'a+?b',
  '()',
  '(|a)b',
  '[-a]b',
  'é',
  '\\S\\D',
]
const TEXTS = [
  '',
  'a',
  'b',
  'ab',
  'abc',
  'aab',
  'aaab',
  'cat',
  'a cat sat',
  'concat',
  'c',
  'bc',
  'abab',
  'cdab',
  'dx',
  'ax',
  'fz',
  '123',
  '1-x',
  'a.c',
  'é',
  'x\ny',
  'a b',
  '-b',
  'aaaaaaaaaaaaaaaaaaaaaaaac',
]

describe('compilePattern', () => {
  test.each(SAME)('%s finds what a backtracking engine finds', (source) => {
    const [ours, theirs] = [compilePattern(source), new RegExp(source, 'u')]
    for (const text of TEXTS) expect([text, ours(text)]).toEqual([text, theirs.test(text)])
  })

  test.each([
    '(',
    ')',
    '[',
    'a**',
    '*a',
    'a{3,1}',
    'a{999}',
    '(?=a)',
    '(?<n>a)',
    '\\1',
    '\\u0041',
    '^*',
    '[z-a]',
    '((((a{100}){100}){100}){100})',
    `${'('.repeat(60)}a${')'.repeat(60)}`,
    'a'.repeat(400),
  ])('%s is refused', (source) => expect(() => compilePattern(source)).toThrow(SyntaxError))

  test('patterns that ruin backtracking take steps times characters', () => {
    const text = `${'a'.repeat(20_000)}!`
    for (const source of ['(a+)+b', '(a|a)*b', '(a*)*b', 'a*a*a*a*a*a*b', '(.*)(.*)(.*)(.*)x'])
      expect(compilePattern(source)(text)).toBe(false)
  })
})
