import type { Pace } from '../model.ts'
import { readAddress, readDomain } from './address.ts'
import { oneLine } from './mailbox.ts'
import type { CsvRecord } from './records.ts'
import { isTimeZone } from './zone.ts'

/** A subscriber as a file tells it; `null` where it tells nothing. */
export type SubscriberRow = {
  readonly line: number
  readonly email: string
  readonly name: string | null
  /** When and where they agreed, as written. */
  readonly consent: string | null
  readonly topics: readonly string[] | null
  /** 0–23 on the reader's own clock. */
  readonly hour: number | null
  readonly timeZone: string | null
  readonly pace: Pace | null
  /** Steps of more (to 3) and less (to −3) by topic. */
  readonly weights: Readonly<Record<string, number>> | null
  /** Domains of providers not shown. */
  readonly muted: readonly string[] | null
}

/** What a file of subscribers may tell. */
export const COLUMNS = [
  ...(['email', 'name', 'consent', 'topics', 'hour', 'timezone', 'pace'] as const),
  ...(['weights', 'muted'] as const),
]
export type Column = (typeof COLUMNS)[number]

const PACES: readonly string[] = ['daily', 'weekdays', 'weekly'] satisfies Pace[]
const TEXT_CHARS_MAX = 500
/** Each with a bound of its own. */
const LISTS: readonly Column[] = ['topics', 'weights', 'muted']
const TOPICS_MAX = 50
const MUTED_MAX = 100

/** What is wrong with one row and how to mend it; the other rows are none the worse. */
export class RowFault extends Error {}

/**
 * Reads one row.
 *
 * @param confirmed the row needs no consent of its own
 * @throws {RowFault}
 */
export function readRow(
  record: CsvRecord,
  columns: readonly Column[],
  confirmed: boolean,
): SubscriberRow {
  if (record.fields === undefined) throw new RowFault(record.fault)
  if (record.fields.length > columns.length) {
    throw new RowFault(
      `${record.fields.length} fields for ${columns.length} columns: quote the field that holds a separator`,
    )
  }
  const cells = new Map(columns.map((column, at) => [column, cellOf(column, record.fields[at])]))
  const cell = (column: Column) => cells.get(column) ?? null
  const consent = cell('consent')
  if (consent === null && !confirmed) {
    throw new RowFault('no consent: say when and where they agreed, or import with --confirmed')
  }
  return {
    line: record.line,
    email: emailOf(cell('email')),
    name: cell('name'),
    consent,
    topics: topicsOf(cell('topics')),
    hour: hourOf(cell('hour')),
    timeZone: timeZoneOf(cell('timezone')),
    pace: paceOf(cell('pace')),
    weights: weightsOf(cell('weights')),
    muted: mutedOf(cell('muted')),
  }
}

function cellOf(column: Column, field: string | undefined): string | null {
  const text = oneLine(field ?? '')
  if (text.includes('\uFFFD'))
    throw new RowFault(`${column} is not UTF-8: save the file as "CSV UTF-8"`)
  if (text.length > TEXT_CHARS_MAX && !LISTS.includes(column))
    throw new RowFault(`${column} is longer than ${TEXT_CHARS_MAX} characters`)
  return text === '' ? null : text
}

function emailOf(cell: string | null): string {
  const read = readAddress(cell ?? '')
  if (read.fault !== undefined) throw new RowFault(`email: ${read.fault}`)
  return read.address
}

function topicsOf(cell: string | null): string[] | null {
  return listOf(cell, 'topics', TOPICS_MAX)
}

function listOf(cell: string | null, what: string, most: number): string[] | null {
  if (cell === null) return null
  const items = cell.split(/[,;|]/).map((item) => item.trim())
  const distinct = [...new Set(items)].filter((item) => item !== '')
  if (distinct.length > most) throw new RowFault(`more than ${most} ${what}`)
  return distinct
}

function hourOf(cell: string | null): number | null {
  if (cell === null) return null
  const [, hour] = /^(\d\d?)(?::00)?$/.exec(cell) ?? []
  if (hour === undefined || Number(hour) > 23) {
    throw new RowFault(`hour "${cell}" is no full hour: write 0 to 23`)
  }
  return Number(hour)
}

function timeZoneOf(cell: string | null): string | null {
  if (cell === null || isTimeZone(cell)) return cell
  throw new RowFault(`timezone "${cell}" is unknown: write an IANA name such as Europe/Zurich`)
}

function paceOf(cell: string | null): Pace | null {
  if (cell === null) return null
  const pace = cell.toLowerCase()
  if (PACES.includes(pace)) return pace as Pace
  throw new RowFault(`pace "${cell}" is unknown: write ${PACES.join(', ')}`)
}

function weightsOf(cell: string | null): Record<string, number> | null {
  const weights = listOf(cell, 'weights', TOPICS_MAX)?.map((item): [string, number] => {
    const [, topic, steps] = /^(.+):\s*([+-]?[1-3])$/.exec(item) ?? []
    if (topic === undefined)
      throw new RowFault(
        `weight "${item}" is no topic with steps: write e.g. Science:2 or Sport:-1`,
      )
    return [topic.trim(), Number(steps)]
  })
  return weights ? Object.fromEntries(weights) : null
}

function mutedOf(cell: string | null): string[] | null {
  const muted = listOf(cell, 'muted sources', MUTED_MAX)?.map((item) => {
    const domain = readDomain(item)
    if (domain === null)
      throw new RowFault(`muted "${item}" is no domain: write e.g. paper.example`)
    return domain
  })
  return muted ?? null
}
