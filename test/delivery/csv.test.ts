import { describe, expect, test } from 'vitest'
import { parseSubscribers } from '../../src/delivery/csv.ts'

const parse = (text: string, confirmed = true) =>
  parseSubscribers(text, 'readers.csv', { confirmed })
const emails = (text: string) => parse(text).rows.map(({ email }) => email)

test('every column is read', () => {
  const text =
    'email,name,consent,topics,hour,timezone,pace,weights,muted\r\n' +
    'ann@reader.example,"Reader, Ann ""A""","2026-11-01, at the fair","science, Local news;arts|science",07:00,Europe/Zurich,Weekdays,arts: +2|Local news:-1,Paper.example; bücher.example\r\n'
  expect(parse(text, false)).toEqual({
    rows: [
      {
        line: 2,
        email: 'ann@reader.example',
        name: 'Reader, Ann "A"',
        consent: '2026-11-01, at the fair',
        topics: ['science', 'Local news', 'arts'],
        hour: 7,
        timeZone: 'Europe/Zurich',
        pace: 'weekdays',
        weights: { arts: 2, 'Local news': -1 },
        muted: ['paper.example', 'xn--bcher-kva.example'],
      },
    ],
    rejected: [],
  })
})

test('what is not told is null', () => {
  expect(parse('email\nann@reader.example').rows).toEqual([
    {
      line: 2,
      email: 'ann@reader.example',
      name: null,
      consent: null,
      topics: null,
      hour: null,
      timeZone: null,
      pace: null,
      weights: null,
      muted: null,
    },
  ])
})

test.each([
  {
    name: 'semicolons, any case and order',
    text: 'Name;EMAIL\nAnn;a@b.example',
  },
  { name: 'tabs', text: 'email\tname\na@b.example\tAnn' },
  { name: 'a byte order mark and old line ends', text: '\uFEFFemail,name\ra@b.example,Ann\r' },
  {
    name: 'quoted names and blank lines',
    text: '"email","name"\r\n\r\n"a@b.example","Ann"\r\n,\r\n\r\n',
  },
  { name: 'fewer fields than columns', text: 'name,email,pace\nAnn,a@b.example' },
])('$name', ({ text }) => {
  expect(parse(text).rows).toMatchObject([{ email: 'a@b.example', name: 'Ann' }])
  expect(parse(text).rejected).toEqual([])
})

describe('a line that cannot be taken is rejected alone, by its number', () => {
  test.each([
    { name: 'no address', line: ',Ann', says: 'email: the address is empty' },
    { name: 'a bad address', line: 'ann,Ann', says: 'email: expected name@domain' },
    { name: 'a repeated one', line: 'FIRST@reader.example', says: 'the address of line 2 again' },
    {
      name: 'a bad hour',
      line: 'a@b.example,,,,24',
      says: 'hour "24" is no full hour: write 0 to 23',
    },
    { name: 'half an hour', line: 'a@b.example,,,,07:30', says: 'no full hour' },
    { name: 'a bad weight', line: 'a@b.example,,,,,,,Sport:9', says: 'write e.g. Science:2' },
    { name: 'a bad site', line: 'a@b.example,,,,,,,,paper', says: 'muted "paper" is no domain' },
    {
      name: 'a bad zone',
      line: 'a@b.example,,,,,Mars/Base',
      says: 'IANA name such as Europe/Zurich',
    },
    { name: 'a bad pace', line: 'a@b.example,,,,,,hourly', says: 'write daily, weekdays, weekly' },
    { name: 'too many fields', line: 'a@b.example,,,,,,,,,,', says: '11 fields for 9 columns' },
    {
      name: 'a lost encoding',
      line: 'a@b.example,M\uFFFDller',
      says: 'save the file as "CSV UTF-8"',
    },
    {
      name: 'a long name',
      line: `a@b.example,${'x'.repeat(600)}`,
      says: 'name is longer than 500',
    },
    { name: 'a quote never closed', line: 'a@b.example,"Ann', says: 'opened and never closed' },
    { name: 'text after a quote', line: 'a@b.example,"An"n', says: 'double the quotes' },
  ])('$name', ({ line, says }) => {
    const header = 'email,name,consent,topics,hour,timezone,pace,weights,muted'
    const text = `${header}\nfirst@reader.example\n${line}\nlast@reader.example\n`
    expect(emails(text)).toEqual(['first@reader.example', 'last@reader.example'])
    expect(parse(text).rejected).toEqual([{ line: 3, reason: expect.stringContaining(says) }])
  })

  test('without consent, unless someone vouches for it', () => {
    const text = 'email,consent\na@b.example,\nc@d.example,2026-11-01 website\n'
    expect(parse(text, false)).toMatchObject({
      rows: [{ email: 'c@d.example' }],
      rejected: [{ line: 2, reason: expect.stringContaining('--confirmed') }],
    })
    expect(parse(text, true).rows).toHaveLength(2)
  })

  test('lines are counted through line breaks in quotes', () => {
    const text = 'email,name\na@b.example,"Ann\nof\r\nMany Lines"\nbad\nc@d.example,Cid'
    expect(parse(text)).toMatchObject({
      rows: [
        { line: 2, name: 'Ann of Many Lines' },
        { line: 6, name: 'Cid' },
      ],
      rejected: [{ line: 5 }],
    })
  })
})

describe('a file whose columns are unclear is refused as a whole', () => {
  test.each([
    {
      name: 'unknown column',
      text: 'email,favourite\na@b.example,x',
      says: 'line 1: unknown column "favourite"',
    },
    { name: 'no header', text: 'a@b.example\nc@d.example', says: 'unknown column "a@b.example"' },
    { name: 'no email', text: 'name,hour\nAnn,7', says: 'no column "email"' },
    { name: 'one twice', text: 'email,name,Name\n', says: 'column "name" twice' },
    { name: 'nothing', text: '', says: 'the file is empty' },
    { name: 'a stray quote', text: 'email,"name\n', says: 'never closed' },
  ])('$name', ({ text, says }) => {
    expect(() => parse(text)).toThrow(`USAGE readers.csv`)
    expect(() => parse(text)).toThrow(says)
  })
})

test('a large file and a hostile one are read in step with their size', () => {
  const rows = Array.from({ length: 100_000 }, (_, n) => `reader${n}@reader.example,"R, ${n}"`)
  expect(emails(`email,name\n${rows.join('\n')}`)).toHaveLength(100_000)
  const quotes = '"\n'.repeat(50_000)
  expect(parse(`email,name\n${quotes}a@b.example`).rows.length).toBeLessThanOrEqual(1)
  expect(parse(`email\n${','.repeat(1_000_000)}`).rejected).toHaveLength(1)
})
