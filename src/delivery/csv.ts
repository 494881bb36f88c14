import { DoseError } from '../errors.ts'
import type { Pace } from '../model.ts'
import { addressKey, readAddress } from './address.ts'
import { oneLine } from './mailbox.ts'
import { type CsvRecord, readRecords } from './records.ts'
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
}

/** A line left out, and how to mend it. */
export type RejectedLine = { readonly line: number; readonly reason: string }

export type Roster = {
  readonly rows: readonly SubscriberRow[]
  readonly rejected: readonly RejectedLine[]
}

const COLUMNS = ['email', 'name', 'consent', 'topics', 'hour', 'timezone', 'pace'] as const
type Column = (typeof COLUMNS)[number]

const SEPARATORS = [',', ';', '\t']
const PACES: readonly string[] = ['daily', 'weekdays', 'weekly'] satisfies Pace[]
const ROWS_MAX = 1_000_000
const TEXT_CHARS_MAX = 500
const TOPICS_MAX = 50

/** A fault of one row. Thrown and caught in this file only. */
class Fault extends Error {}

/**
 * Reads subscribers from CSV. The first line names the columns, in any order and case; fields are
 * separated by commas, semicolons or tabs, whichever that line holds most of. Topics in one field
 * are separated by `,`, `;` or `|`. A row that cannot be taken is rejected alone.
 *
 * @param file             how errors call the file
 * @param options.confirmed whoever imports vouches for the consent: the column may be empty
 * @throws {DoseError} USAGE when the first line does not name the columns: then no row has a meaning
 */
export function parseSubscribers(
  text: string,
  file: string,
  options: Readonly<{ confirmed?: boolean }> = {},
): Roster {
  const records = readRecords(text, separatorOf(text))
  const columns = readHeader(records.next().value ?? undefined, file)
  const rows: SubscriberRow[] = []
  const rejected: RejectedLine[] = []
  const seen = new Map<string, number>()
  for (const record of records) {
    try {
      const row = readRow(record, columns, options.confirmed === true)
      const earlier = seen.get(addressKey(row.email))
      if (earlier !== undefined) throw new Fault(`the address of line ${earlier} again: keep one`)
      if (rows.length === ROWS_MAX) throw new Fault(`more than ${ROWS_MAX} rows: split the file`)
      seen.set(addressKey(row.email), row.line)
      rows.push(row)
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      rejected.push({ line: record.line, reason: error.message })
    }
  }
  return { rows, rejected }
}

function separatorOf(text: string): string {
  const header = text.slice(0, 1_000).split(/[\r\n]/, 1)[0] ?? ''
  const counts = SEPARATORS.map((separator) => header.split(separator).length)
  return SEPARATORS[counts.indexOf(Math.max(...counts))] ?? ','
}

function readHeader(record: CsvRecord | undefined, file: string): Column[] {
  const where = `${file} line ${record?.line ?? 1}`
  if (record?.fields === undefined) throw unusable(where, record?.fault ?? 'the file is empty')
  const names = record.fields.map((name) => name.trim().toLowerCase())
  const unknown = names.findIndex((name) => !isColumn(name))
  if (unknown >= 0) {
    const given = oneLine(record.fields[unknown] ?? '').slice(0, 60)
    throw unusable(where, `unknown column "${given}"`)
  }
  if (!names.includes('email')) throw unusable(where, 'no column "email"')
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  if (twice !== undefined) throw unusable(where, `column "${twice}" twice`)
  return names.filter(isColumn)
}

function isColumn(name: string): name is Column {
  return (COLUMNS as readonly string[]).includes(name)
}

function unusable(where: string, fault: string): DoseError {
  const columns = COLUMNS.join(',')
  return new DoseError(
    'USAGE',
    `${where}: ${fault}; the first line names the columns, of ${columns}`,
  )
}

function readRow(record: CsvRecord, columns: readonly Column[], confirmed: boolean): SubscriberRow {
  if (record.fields === undefined) throw new Fault(record.fault)
  if (record.fields.length > columns.length) {
    throw new Fault(
      `${record.fields.length} fields for ${columns.length} columns: quote the field that holds a separator`,
    )
  }
  const cells = new Map(columns.map((column, at) => [column, cellOf(column, record.fields[at])]))
  const cell = (column: Column) => cells.get(column) ?? null
  const consent = cell('consent')
  if (consent === null && !confirmed) {
    throw new Fault('no consent: say when and where they agreed, or import with --confirmed')
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
  }
}

function cellOf(column: Column, field: string | undefined): string | null {
  const text = oneLine(field ?? '')
  if (text.includes('\uFFFD'))
    throw new Fault(`${column} is not UTF-8: save the file as "CSV UTF-8"`)
  if (text.length > TEXT_CHARS_MAX)
    throw new Fault(`${column} is longer than ${TEXT_CHARS_MAX} characters`)
  return text === '' ? null : text
}

function emailOf(cell: string | null): string {
  const read = readAddress(cell ?? '')
  if (read.fault !== undefined) throw new Fault(`email: ${read.fault}`)
  return read.address
}

function topicsOf(cell: string | null): string[] | null {
  if (cell === null) return null
  const topics = cell.split(/[,;|]/).map((topic) => topic.trim())
  const distinct = [...new Set(topics)].filter((topic) => topic !== '')
  if (distinct.length > TOPICS_MAX) throw new Fault(`more than ${TOPICS_MAX} topics`)
  return distinct
}

function hourOf(cell: string | null): number | null {
  if (cell === null) return null
  const [, hour] = /^(\d\d?)(?::00)?$/.exec(cell) ?? []
  if (hour === undefined || Number(hour) > 23) {
    throw new Fault(`hour "${cell}" is no full hour: write 0 to 23`)
  }
  return Number(hour)
}

function timeZoneOf(cell: string | null): string | null {
  if (cell === null || isTimeZone(cell)) return cell
  throw new Fault(`timezone "${cell}" is unknown: write an IANA name such as Europe/Zurich`)
}

function paceOf(cell: string | null): Pace | null {
  if (cell === null) return null
  const pace = cell.toLowerCase()
  if (PACES.includes(pace)) return pace as Pace
  throw new Fault(`pace "${cell}" is unknown: write ${PACES.join(', ')}`)
}
