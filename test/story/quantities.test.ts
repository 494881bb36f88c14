import { describe, expect, test } from 'vitest'
import { mayAgree, quantitiesOf } from '../../src/story/quantities.ts'

const told = (text: string) =>
  quantitiesOf(text).map(({ unit, value, bound }) =>
    [value, unit, ...(bound === 'exact' ? [] : [bound])].join(' '),
  )

describe('quantitiesOf', () => {
  test.each([
    ['The bridge cost $2.4 billion to build.', ['2400000000 USD']],
    ['Repairs cost about 48 million crowns.', ['48000000 crowns about']],
    ['The fund raised more than €300m this week.', ['300000000 EUR least']],
    ['Rents rose 4.5 percent, and wages 2%.', ['4.5 %', '2 %']],
    ['Rates rose by 2 percentage points.', []],
    ['At least 14 people were killed and 30 others injured.', ['14 killed least', '30 injured']],
    ['The storm killed at least fourteen or 14 people in Harwick.', []],
    ['The flood, killing 14 people, hit on Monday.', ['14 killed']],
    ['Nine people were killed in Harwick.', ['9 killed']],
    ['The fire destroyed 1,500 homes.', ['1500 homes']],
    ['The yard will add 310 jobs by spring.', ['310 jobs']],
    ['Between 10 and 12 people were killed.', []],
    ['Some 10 to 12 percent of voters stayed away.', []],
    ['Three of 14 people were killed by 9:30 p.m. in 2026.', []],
    ['In 2026 the town of Harwick was 240 years old.', []],
    ['One in 5 homes is empty.', []],
    ['港口大桥周一重新开放。', []],
  ])('%s', (text, expected) => {
    expect(told(text)).toEqual(expected)
  })

  test('the text stands at its offset', () => {
    const text = 'On Monday the council spent $3.5 million and 12 people were arrested.'
    for (const { start, text: told } of quantitiesOf(text))
      expect(text.slice(start, start + told.length)).toBe(told)
  })

  test.each([
    { name: 'digits', text: '1,'.repeat(50_000) },
    { name: 'spaces', text: `$${' '.repeat(50_000)}5` },
    { name: 'scales', text: '5 million '.repeat(20_000) },
    { name: 'hedges', text: `killed ${'at least '.repeat(20_000)}5` },
  ])('a long line of $name is read within bounds', ({ text }) => {
    expect(quantitiesOf(text).length).toBeLessThanOrEqual(12)
  })
})

describe('mayAgree', () => {
  const one = (text: string) => quantitiesOf(text)[0] as ReturnType<typeof quantitiesOf>[number]
  test.each([
    { a: '14 people were killed', b: '14 people were killed', is: true },
    { a: '14 people were killed', b: '16 people were killed', is: false },
    { a: 'at least 14 people were killed', b: '16 people were killed', is: true },
    { a: 'at least 16 people were killed', b: '14 people were killed', is: false },
    { a: 'up to 16 people were killed', b: '14 people were killed', is: true },
    { a: 'nearly 400 homes', b: '387 homes', is: true },
    { a: '400 homes', b: '450 homes', is: false },
    { a: '$2.4 billion', b: '$2.37 billion', is: true },
    { a: '$2 billion', b: '$2.4 billion', is: false },
  ])('$a and $b: $is', ({ a, b, is }) => {
    expect(mayAgree(one(a), one(b))).toBe(is)
    expect(mayAgree(one(b), one(a))).toBe(is)
  })
})
