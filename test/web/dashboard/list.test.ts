import type { FastifyReply, FastifyRequest } from 'fastify'
import { expect, test } from 'vitest'
import { type Ask, type List, sendFile, viewList } from '../../../src/web/dashboard/list.ts'
import { createTimes } from '../../../src/web/dashboard/times.ts'

const ALL = Array.from({ length: 120 }, (_, n) => ({
  id: String(n).padStart(3, '0'),
  even: n % 2 === 0,
}))
const times = createTimes('UTC', '2026-11-26T05:30:00.000Z')

const asked: Ask[] = []
const numbers: List<(typeof ALL)[number]> = {
  name: 'numbers',
  columns: [
    { key: 'id', label: 'Id', value: ({ id }) => id },
    { key: 'formula', label: 'Formula', value: ({ id }) => `=1+${id}` },
  ],
  search: 'digits',
  filters: [{ name: 'kind', label: 'Kind', options: [{ value: 'even', label: 'even' }] }],
  empty: 'Add a number.',
  async rows(ask) {
    asked.push(ask)
    return ALL.filter(
      ({ id, even }) =>
        id.includes(ask.search) &&
        (ask.after === null || id > ask.after) &&
        (ask.filters.kind === undefined || even),
    ).slice(0, ask.limit)
  },
  keyOf: ({ id }) => id,
}

const at = (url: string) =>
  ({ url, query: Object.fromEntries(new URLSearchParams(url.split('?')[1])) }) as FastifyRequest
const view = (url: string) => viewList(numbers, at(url), times)

test('pages follow each other by key until all were seen once', async () => {
  const seen: (string | undefined)[] = []
  for (let url: string | null = '/admin/numbers'; url; ) {
    const page = await view(url)
    seen.push(...page.rows.map(({ cells }) => cells[0]?.text))
    url = page.nextUrl
  }
  expect(seen).toEqual(ALL.map(({ id }) => id))
})

test('search and filters are in the address, and kept from page to page', async () => {
  const page = await view('/admin/numbers?q=0&kind=even&nonsense=1')
  expect(asked.at(-1)).toMatchObject({ search: '0', filters: { kind: 'even' } })
  expect(page.files[0]?.url).toBe('/admin/numbers?q=0&kind=even&format=csv')
  expect(page.filters[0]?.options).toEqual([{ value: 'even', label: 'even', chosen: true }])
  expect(page.clearUrl).toBe('/admin/numbers')
})

test('what is no choice of a filter narrows nothing', async () => {
  const page = await view('/admin/numbers?kind=drop')
  expect([page.narrowed, page.rows.length]).toEqual([false, 50])
})

test('an empty list says what to do, a search that finds nothing says so', async () => {
  const none = { ...numbers, rows: async () => [] }
  expect((await viewList(none, at('/admin/numbers'), times)).empty).toBe('Add a number.')
  expect((await viewList(none, at('/admin/numbers?q=x'), times)).empty).toContain('Nothing matches')
})

test('a file holds all that matches, and no formula', async () => {
  const sent: unknown[] = []
  const reply = { header: () => reply, type: () => reply, send: (body: unknown) => sent.push(body) }
  const send = (url: string) => sendFile(numbers, at(url), reply as unknown as FastifyReply)
  expect(await send('/admin/numbers')).toBe(false)
  expect(await send('/admin/numbers?format=csv')).toBe(true)
  expect(String(sent[0]).split('\r\n').slice(0, 2)).toEqual(['id,formula', "000,'=1+000"])
  expect(await send('/admin/numbers?format=json&q=11')).toBe(true)
  expect(sent[1]).toHaveLength(11)
})
