import { expect, test } from 'vitest'
import { parseSubscribers } from '../../src/delivery/csv.ts'
import { type ExportedRow, HEADER, writeSubscriber } from '../../src/delivery/csv-write.ts'

const ROWS: readonly ExportedRow[] = [
  {
    email: 'ann@reader.example',
    name: 'Ann "A." Hill; Dr, jun.',
    consent: 'signed up on 2026-11-20, at the "front" page',
    topics: ['Science', 'World news'],
    hour: 0,
    timeZone: 'America/Argentina/Buenos_Aires',
    pace: 'weekly',
    weights: { Science: 3, 'World news': -2 },
    muted: Array.from({ length: 40 }, (_, n) => `paper-${n}.example`),
  },
  {
    email: 'bob@reader.example',
    name: 'Бо́б 鈴木',
    consent: 'on paper',
    topics: [],
    hour: null,
    timeZone: null,
    pace: 'daily',
    weights: {},
    muted: [],
  },
  {
    ...{ email: 'c+d@reader.example', name: '=1+1', consent: 'x', topics: ['A'] },
    hour: 23,
    timeZone: 'UTC',
    pace: 'weekdays',
    weights: {},
    muted: [],
  },
]

test('what is exported is imported as it was', () => {
  const text = [HEADER, ...ROWS.map(writeSubscriber)].join('\n')
  const { rows, rejected } = parseSubscribers(text, 'readers.csv')
  expect(rejected).toEqual([])
  const read = rows.map(({ line: _, ...row }) => ({
    ...row,
    ...{ topics: row.topics ?? [], weights: row.weights ?? {}, muted: row.muted ?? [] },
  }))
  expect(read).toEqual(ROWS)
})
