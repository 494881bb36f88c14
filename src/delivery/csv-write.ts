import type { Pace } from '../model.ts'
import { COLUMNS, type Column } from './row.ts'

/** A subscription as a file tells it; `null` where it tells nothing. */
export type ExportedRow = {
  readonly email: string
  readonly name: string
  readonly consent: string
  readonly topics: readonly string[]
  readonly hour: number | null
  readonly timeZone: string | null
  readonly pace: Pace
  readonly weights: Readonly<Record<string, number>>
  readonly muted: readonly string[]
}

/** The first line of an export: the columns `parseSubscribers` reads. */
export const HEADER = COLUMNS.join(',')

/** One subscription as a line of CSV (RFC 4180) that `parseSubscribers` reads back as it was. */
export function writeSubscriber(row: ExportedRow): string {
  const cells: Readonly<Record<Column, string>> = {
    email: row.email,
    name: row.name,
    consent: row.consent,
    topics: row.topics.join('|'),
    hour: row.hour === null ? '' : String(row.hour),
    timezone: row.timeZone ?? '',
    pace: row.pace,
    weights: Object.entries(row.weights)
      .map(([topic, steps]) => `${topic}:${steps}`)
      .join('|'),
    muted: row.muted.join('|'),
  }
  return csvLine(COLUMNS.map((column) => cells[column]))
}

/** One line of CSV, without its end. */
export const csvLine = (cells: readonly string[]): string => cells.map(quote).join(',')

const quote = (cell: string): string =>
  /[",;|\t\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
