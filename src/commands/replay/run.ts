import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { DoseError } from '../../errors.ts'
import { ring } from '../../workers/recover.ts'
import { type ReplayResult, replay as stage } from '../../workers/replay.ts'
import type { ReplayedDay } from '../../workers/replay-days.ts'
import type { Deps } from '../../workers/stage.ts'
import { type Context, command, type Row } from '../command.ts'
import { findDigest } from '../digest.ts'
import { day, nameList } from '../inputs.ts'
import { findSource } from '../source/target.ts'
import { readText } from '../text-file.ts'
import { readSettings, settings, sortSettings } from './request.ts'

/** Time between two looks at how far it is. */
const LOOK_MS = 200
/** Days in one replay at most: a quarter. */
const MOST_DAYS = 92
const DAY_MS = 86_400_000

const input = z.object({
  digest: z.string().describe('Name of the digest'),
  from: day.describe('First day, YYYY-MM-DD'),
  to: day.describe('Last day'),
  set: settings.optional().describe('Weights, e.g. `heat=0.6,topicCap=4`; others stay'),
  config: z.string().optional().describe('YAML file of such weights; `--set` wins'),
  content: z.string().optional().describe('Content of that file; read by the command line'),
  without: nameList.optional().describe('Sources to do without: ids, names or URLs'),
  anew: z.boolean().default(false).describe('Group the articles anew from the log in any case'),
})

type Input = z.infer<typeof input>

const prepare = async (given: Input): Promise<Input> =>
  given.config ? { ...given, content: await readText(given.config) } : given

export const replay = command({
  name: 'replay',
  summary:
    'Make past editions again: with other weights, another grouping or without some sources, beside what was sent.',
  input,
  positional: ['digest'],
  changes: true,
  needs: 'editor',
  works: true,
  prepare,
  async run(given: Input, context) {
    return tellOutcome(await startReplay(given, context.deps), context)
  },
  show: showReplay,
})

export const start = command({
  name: 'replay start',
  summary: 'The same without waiting for its end: `dose replay show` tells how far it is.',
  input,
  positional: ['digest'],
  changes: true,
  needs: 'editor',
  prepare,
  async run(given: Input, { deps, out }) {
    out({ replay: await startReplay(given, deps) })
    return 0
  },
  show: showReplay,
})

/** @returns its id. @throws {DoseError} USAGE naming what cannot be tried. */
async function startReplay({ digest: name, from, to, ...given }: Input, deps: Deps) {
  const digest = await findDigest(deps, name)
  checkDays(from, to)
  const file = given.content ? readSettings(given.content, given.config ?? 'the file') : {}
  const changed = sortSettings({ ...file, ...given.set })
  const without = await sourcesOf(given.without ?? [], deps)
  const request = { from, to, ...changed, without, anew: given.anew }
  const id = await deps.store.replays.ask(digest.id, request, deps.clock.now())
  await ring(stage, [{ id, version: 1 }], deps, id)
  return id
}

function checkDays(from: string, to: string): void {
  if (from > to) throw new DoseError('USAGE', `--from ${from} lies behind --to ${to}.`)
  const days = (Date.parse(to) - Date.parse(from)) / DAY_MS + 1
  if (days > MOST_DAYS)
    throw new DoseError('USAGE', `${days} days: one replay has ${MOST_DAYS} at most.`)
}

const sourcesOf = (keys: readonly string[], deps: Deps): Promise<string[]> =>
  Promise.all(keys.map(async (key) => (await findSource(deps, key)).id))

async function tellOutcome(id: string, { deps, out, note }: Context): Promise<number> {
  let told = ''
  for (;;) {
    const found = await deps.store.replays.get(id)
    if (!found) throw new DoseError('NOT_FOUND', `replay ${id}`)
    const sentence = `${found.done} of ${found.days} days.`
    if (found.state === 'running' && sentence !== told) note(sentence)
    told = sentence
    if (found.state === 'failed') throw new Error(found.note)
    if (found.state === 'done') break
    await sleep(LOOK_MS)
  }
  await tellReplay(id, { deps, out })
  return 0
}

/** The outcome: a row that sums it up, then one a day. */
export async function tellReplay(id: string, { deps, out }: Pick<Context, 'deps' | 'out'>) {
  const found = await deps.store.replays.get(id)
  if (!found) throw new DoseError('NOT_FOUND', `replay ${id}`)
  const { days = [], ...sums } = (await deps.store.replays.result<ReplayResult>(id)) ?? {}
  const { state, request, done, note } = found
  out({ replay: id, state, ...request, done, of: found.days, note, ...sums })
  for (const one of days) out(one)
}

export function showReplay(row: Row): string {
  if ('state' in row)
    return [
      `replay ${row.replay} of ${row.from} to ${row.to}: ${row.state}, ${row.done} of ${row.of} days`,
      ...(row.state === 'done'
        ? [
            `  ${row.same} the same to the byte; stories in common ${row.jaccard}, order ${row.overlap}`,
          ]
        : []),
      ...(row.note ? [`  ${row.note}`] : []),
    ].join('\n')
  return 'comparison' in row ? showDay(row as Row & ReplayedDay) : String(row.replay)
}

function showDay({ date, missing, same, replayedHash, comparison }: ReplayedDay): string {
  if (missing !== undefined) return `${date}  cannot be made again: ${missing}`
  const { jaccard, overlap, before, after, changes } = comparison
  const line = same
    ? `${date}  the same, ${replayedHash.slice(0, 12)}`
    : `${date}  stories in common ${jaccard}, order ${overlap}; topics ${before.topics} → ${after.topics}, sources ${before.sources} → ${after.sources}, repeats ${before.repeats} → ${after.repeats}`
  const place = (n: number | null) => (n === null ? '–' : String(n)).padStart(3)
  return [
    line,
    ...changes.map(({ from, to, headline }) => `  ${place(from)} → ${place(to)}  ${headline}`),
  ].join('\n')
}
