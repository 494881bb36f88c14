import { expect, test } from 'vitest'
import { faultOfPassword } from '../../../src/web/access/password-rule.ts'

const LONG = 'four grey herons'

test.each([
  { name: 'of four words', password: LONG, again: LONG, fault: null },
  { name: 'in another script', password: 'четыре цапли', again: 'четыре цапли', fault: null },
  { name: 'of eleven characters', password: 'eleven char', again: 'x', fault: 'passwordShort' },
  { name: 'without an end', password: 'ab c'.repeat(65), again: '', fault: 'passwordLong' },
  { name: 'that is the name', password: 'annaannaanna1', again: '', fault: 'passwordName' },
  { name: 'of one key', password: 'aaaaaaaaaaaaa', again: '', fault: 'passwordName' },
  { name: 'typed otherwise', password: LONG, again: 'four gray herons', fault: 'passwordsDiffer' },
])('a password $name → $fault', ({ password, again, fault }) => {
  expect(faultOfPassword({ password, again }, 'anna')).toBe(fault)
})
