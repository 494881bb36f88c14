import type { FastifyRequest } from 'fastify'
import { answerOf } from './answer.ts'
import { type Frame, lookPage, type Room } from './room.ts'

type Row = Readonly<Record<string, unknown>>

const GIB = 1_024 ** 3
const MIB = 1_024 ** 2
const TABLES_SHOWN = 12

/** What is kept for how long, what it weighs, and how much room is left. */
export const house: Room = {
  url: '/admin/house',
  label: 'House',
  key: 'h',
  pages: (frame) => [
    lookPage('/admin/house', 'What is kept for how long, and what it weighs', (request, reply) =>
      look(frame, request).then((view) => frame.page(request, reply, 'dashboard/house', view)),
    ),
  ],
}

async function look(frame: Frame, request: FastifyRequest) {
  const { rows, fault } = await answerOf(frame, request, 'house show', {})
  const of = (kind: string) => rows.filter((row) => row.kind === kind)
  const [room] = of('room')
  const actions = frame.actions(request)
  return {
    title: 'House',
    fault,
    room: room && {
      free: weightOf(room.freeBytes),
      database: weightOf(room.databaseBytes),
      stop: room.stop,
    },
    mayChange: actions.may('house keep'),
    sweep: actions.button('house sweep', 'Sweep now', {}, 'delete what has been kept long enough'),
    rules: of('rule').map((row) => ({
      ...row,
      weight: weightOf(row.bytes),
      rows: countOf(row),
      kept: row.days === null ? 'for ever' : `${row.days} days`,
      value: row.days === null ? 'ever' : row.days,
    })),
    tables: of('table')
      .slice(0, TABLES_SHOWN)
      .map((row) => ({ name: row.name, weight: weightOf(row.bytes), rows: countOf(row) })),
    folders: of('folder').map((row) => ({ name: row.name, weight: weightOf(row.bytes) })),
  }
}

function weightOf(bytes: unknown): string {
  if (typeof bytes !== 'number') return '–'
  if (bytes >= GIB) return `${(bytes / GIB).toFixed(1)} GiB`
  return bytes < MIB ? `${Math.ceil(bytes / 1_024)} KiB` : `${(bytes / MIB).toFixed(0)} MiB`
}

/** The planner's idea of it: counting millions of rows for a page would cost more than it is worth. */
function countOf({ rows }: Row): string {
  if (typeof rows !== 'number') return '–'
  return rows < 1 ? 'few' : `about ${Math.round(rows).toLocaleString('en')}`
}
