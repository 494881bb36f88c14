import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { RunFilter, RunRow } from '../../store/run-list.ts'
import { stageNames } from '../../workers/pipeline.ts'
import { keyInstant, keyNumber, readKey, writeKey } from './key.ts'
import { choices, type List, timeColumn } from './list.ts'
import type { Frame } from './room.ts'
import { runUrl } from './runs.ts'
import { durationOf } from './times.ts'

const STATES = ['running', 'done', 'failed', 'retrying']
const TONES = {
  failed: 'bad',
  retrying: 'warn',
  done: 'good',
  running: 'soft',
  queued: 'soft',
} as const

const PLACE = z.tuple([keyInstant, z.string(), z.string(), keyNumber, keyNumber])

/** Attempts of stages on versions of rows, the newest first. */
export const runsList = (frame: Frame, request: FastifyRequest): List<RunRow> => ({
  name: 'runs',
  columns: [
    {
      key: 'stage',
      label: 'Run',
      value: ({ stage }) => stage,
      show: (run) => ({
        text: run.stage,
        url: runUrl(run),
        note: `${run.rowId}, version ${run.version}`,
      }),
    },
    {
      key: 'state',
      label: 'State',
      value: ({ state }) => state,
      show: ({ state, attempt }) => ({
        text: state,
        tone: TONES[state],
        note: attempt > 1 ? `attempt ${attempt}` : null,
      }),
    },
    timeColumn('started', 'Started', ({ startedAt }) => startedAt),
    {
      key: 'seconds',
      label: 'Took',
      numeric: true,
      value: secondsOf,
      show: (run) => {
        const seconds = secondsOf(run)
        return { text: seconds === null ? '–' : durationOf(seconds) }
      },
    },
    {
      key: 'error',
      label: 'Error',
      value: ({ error }) => error,
      show: ({ error, errorClass }) => ({ text: error ?? '', note: errorClass }),
    },
    { key: 'row', label: 'Row', value: ({ rowId }) => rowId, inFiles: true },
    { key: 'version', label: 'Version', value: ({ version }) => version, inFiles: true },
    { key: 'attempt', label: 'Attempt', value: ({ attempt }) => attempt, inFiles: true },
    { key: 'trace', label: 'Trace', value: ({ trace }) => trace, inFiles: true },
  ],
  search: 'id, trace, or words of an error',
  filters: [
    { name: 'stage', label: 'Stage', options: choices(stageNames) },
    { name: 'state', label: 'State', options: choices(STATES) },
    { name: 'kind', label: 'Error of the kind' },
  ],
  empty: 'Nothing has run yet. Start a worker, or ring a stage.',
  rows: ({ search, filters, after, limit }) =>
    frame.web.deps.store.runList.page(
      { ...(filters as RunFilter), search },
      readKey(PLACE, after),
      limit,
    ),
  keyOf: ({ startedAt, stage, rowId, version, attempt }) =>
    writeKey([startedAt, stage, rowId, version, attempt]),
  select: {
    idOf: ({ rowId }) => rowId,
    actions: [
      ...frame.actions(request).bulk('queue retry', 'Try again', 'search', {}),
      ...frame.actions(request).bulk('queue clean', 'Take out of the queue', 'search', {}),
    ],
  },
})

const secondsOf = ({ startedAt, endedAt }: RunRow): number | null =>
  endedAt === null ? null : Math.max(0, Date.parse(endedAt) - Date.parse(startedAt)) / 1_000
