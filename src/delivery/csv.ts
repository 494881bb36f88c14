import { DoseError } from '../errors.ts'
import { addressKey } from './address.ts'
import { oneLine } from './mailbox.ts'
import { type CsvRecord, readRecords } from './records.ts'
import { COLUMNS, type Column, RowFault, readRow, type SubscriberRow } from './row.ts'

/** A line left out, and how to mend it. */
type RejectedLine = { readonly line: number; readonly reason: string }

export type Roster = {
  readonly rows: readonly SubscriberRow[]
  readonly rejected: readonly RejectedLine[]
}

const SEPARATORS = [',', ';', '\t']
const ROWS_MAX = 1_000_000

/**
 * Reads subscribers from CSV. The first line names the columns, in any order and case; fields are
 * separated by commas, semicolons or tabs, whichever that line holds most of. Topics and the like in
 * one field are separated by `,`, `;` or `|`. A row that cannot be taken is rejected alone.
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
      if (earlier !== undefined)
        throw new RowFault(`the address of line ${earlier} again: keep one`)
      if (rows.length === ROWS_MAX) throw new RowFault(`more than ${ROWS_MAX} rows: split the file`)
      seen.set(addressKey(row.email), row.line)
      rows.push(row)
    } catch (error) {
      if (!(error instanceof RowFault)) throw error
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
