import type { FastifyReply, FastifyRequest } from 'fastify'
import { csvLine } from '../../delivery/csv-write.ts'
import type { Instant } from '../../model.ts'
import { field } from '../route.ts'
import type { BulkAction } from './action.ts'
import type { ShownTime, Times } from './times.ts'

/** Rows of one page, of one question while a file is written, and of a file at most. */
const PAGE_ROWS = 50
const FILE_SLICE = 500
const FILE_ROWS_MAX = 10_000
/** A longer search finds nothing that a shorter one would not. */
const SEARCH_CHARS_MAX = 200
const FILTER_CHARS_MAX = 500

export type Value = string | number | boolean | null

/** How a cell looks where its value alone would not do. */
export type Cell = {
  readonly text?: string
  readonly url?: string
  readonly time?: ShownTime | null
  readonly tone?: 'good' | 'warn' | 'bad' | 'soft' | undefined
  /** A second, quieter line. */
  readonly note?: string | null
}

export type Column<Row> = {
  /** Its name in files. */
  readonly key: string
  readonly label: string
  /** As it stands in files. */
  value(row: Row): Value
  show?(row: Row, times: Times): Cell
  /** Numbers stand at the end of their column. */
  readonly numeric?: boolean
  /** Not on the page, where another column says it. */
  readonly inFiles?: boolean
}

export type Filter = {
  readonly name: string
  readonly label: string
  /** What may be chosen; nothing chosen lets all through. Without them any text, which links bring. */
  readonly options?: readonly { readonly value: string; readonly label: string }[]
}

/** What is asked of the rows. Pages follow each other by key, never by number. */
export type Ask = {
  readonly search: string
  readonly filters: Readonly<Record<string, string>>
  /** Key of the last row seen; `null` on the first page. */
  readonly after: string | null
  readonly limit: number
}

/** A list: how to look through it, what its columns are, where its rows come from. */
export type List<Row> = {
  /** Names its files. */
  readonly name: string
  readonly columns: readonly Column<Row>[]
  /** What the search looks through; no search without it. */
  readonly search?: string
  readonly filters?: readonly Filter[]
  /** Said where nothing is found; says what to do. */
  readonly empty: string
  rows(ask: Ask): Promise<readonly Row[]>
  /** Names the place of a row in the order, for the page that follows it. */
  keyOf(row: Row): string
  /** Rows may be ticked, and these be done to all of them. */
  readonly select?: { idOf(row: Row): string; readonly actions: readonly BulkAction[] }
}

/** A list as templates show it, narrowed by what the address says. */
export async function viewList<Row>(list: List<Row>, request: FastifyRequest, times: Times) {
  const ask = askOf(list, request)
  const found = await list.rows({ ...ask, limit: PAGE_ROWS + 1 })
  const rows = found.slice(0, PAGE_ROWS)
  const last = rows.at(-1)
  const { search = null, filters = [], select } = list
  const columns = list.columns.filter(({ inFiles }) => !inFiles)
  const narrowed = ask.search !== '' || Object.keys(ask.filters).length > 0
  const url = (changes: Readonly<Record<string, string>>) => urlOf(request, ask, changes)
  return {
    search: search && { hint: search, value: ask.search },
    filters: filters.map(({ name, label, options }) => ({
      ...{ name, label, value: ask.filters[name] ?? null },
      options:
        options?.map((option) => ({ ...option, chosen: option.value === ask.filters[name] })) ??
        null,
    })),
    canNarrow: search !== null || filters.length > 0,
    narrowed,
    columns: columns.map(({ label, numeric = false }) => ({ label, numeric })),
    rows: rows.map((row) => ({
      id: select?.idOf(row) ?? null,
      cells: columns.map((column) => ({
        label: column.label,
        numeric: column.numeric ?? false,
        ...cellOf(column, row, times),
      })),
    })),
    actions: select?.actions ?? [],
    empty: narrowed ? 'Nothing matches. Search for less, or clear the filters.' : list.empty,
    clearUrl: pathOf(request),
    firstUrl: ask.after === null ? null : url({}),
    nextUrl: found.length > PAGE_ROWS && last ? url({ after: list.keyOf(last) }) : null,
    files: (['csv', 'json'] as const).map((format) => ({
      label: format.toUpperCase(),
      url: url({ format }),
    })),
  }
}

function cellOf<Row>(column: Column<Row>, row: Row, times: Times): Cell {
  if (column.show) return column.show(row, times)
  const value = column.value(row)
  return { text: value === null ? '–' : String(value) }
}

/** Sends what matches as a file where the address asks for one. @returns whether it did. */
export async function sendFile<Row>(
  list: List<Row>,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<boolean> {
  const format = field(request.query, 'format')
  if (format !== 'csv' && format !== 'json') return false
  const rows = await allRows(list, askOf(list, request))
  reply.header('content-disposition', `attachment; filename="${list.name}.${format}"`)
  const records = rows.map((row) =>
    list.columns.map(({ key, value }) => [key, value(row)] as const),
  )
  if (format === 'json')
    reply.type('application/json').send(records.map((pairs) => Object.fromEntries(pairs)))
  else {
    const lines = records.map((pairs) => pairs.map(([, value]) => fileText(value)))
    const all = [list.columns.map(({ key }) => key), ...lines].map(csvLine)
    reply.type('text/csv').send(`${all.join('\r\n')}\r\n`)
  }
  return true
}

/** A spreadsheet takes text that begins like this for a formula, and would run it (CWE-1236). */
const FORMULA = /^[=+\-@\t\r]/

const fileText = (value: Value): string =>
  typeof value === 'string' && FORMULA.test(value) ? `'${value}` : String(value ?? '')

async function allRows<Row>(list: List<Row>, ask: Omit<Ask, 'limit'>): Promise<Row[]> {
  const rows: Row[] = []
  for (let after = ask.after; rows.length < FILE_ROWS_MAX; ) {
    const slice = await list.rows({ ...ask, after, limit: FILE_SLICE })
    rows.push(...slice)
    const last = slice.at(-1)
    if (slice.length < FILE_SLICE || last === undefined) break
    after = list.keyOf(last)
  }
  return rows.slice(0, FILE_ROWS_MAX)
}

/** Reads the address. What is no choice of a filter is as if it were not there. */
function askOf<Row>(list: List<Row>, request: FastifyRequest): Omit<Ask, 'limit'> {
  const text = (name: string) => field(request.query, name).replaceAll('\0', '')
  const filters: Record<string, string> = {}
  for (const { name, options } of list.filters ?? []) {
    const chosen = text(name).slice(0, FILTER_CHARS_MAX)
    if (options ? options.some(({ value }) => value === chosen) : chosen) filters[name] = chosen
  }
  return {
    search: list.search ? text('q').trim().slice(0, SEARCH_CHARS_MAX) : '',
    filters,
    after: text('after') || null,
  }
}

const pathOf = (request: FastifyRequest): string => request.url.split('?')[0] ?? ''

function urlOf(
  request: FastifyRequest,
  { search, filters }: Omit<Ask, 'limit'>,
  changes: Readonly<Record<string, string>>,
): string {
  const query = new URLSearchParams({ ...(search && { q: search }), ...filters, ...changes })
  return query.size > 0 ? `${pathOf(request)}?${query}` : pathOf(request)
}

/** A column of instants. */
export const timeColumn = <Row>(
  key: string,
  label: string,
  at: (row: Row) => Instant | null,
): Column<Row> => ({
  key,
  label,
  value: at,
  show: (row, times) => {
    const time = times.showIf(at(row))
    return { time, ...(time === null && { text: '–' }), note: time?.distance ?? null }
  },
})

/** Choices whose names are their values. */
export const choices = (values: readonly string[]) =>
  values.map((value) => ({ value, label: value }))
