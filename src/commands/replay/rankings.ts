import { z } from 'zod'
import { DoseError } from '../../errors.ts'
import type { Deps } from '../../workers/stage.ts'
import { columns, command } from '../command.ts'
import { findDigest } from '../digest.ts'
import { wholeNumber } from '../inputs.ts'
import { showReplay, tellReplay } from './run.ts'

const id = z.string().describe('Id of the replay')

export const list = command({
  name: 'replay list',
  summary: 'List the replays, the newest first.',
  input: z.object({
    digest: z.string().optional().describe('Name of one digest'),
    limit: wholeNumber(1, 1_000).default(30).describe('How many'),
  }),
  positional: [],
  changes: false,
  async run({ digest: name, limit }, { deps, out }) {
    const digest = name ? await findDigest(deps, name) : null
    for (const { id, request, state, done, days, created_at } of await deps.store.replays.list(
      limit,
      digest?.id,
    ))
      out({ id, at: created_at, state, done, of: days, ...request })
    return 0
  },
  show: columns('id', 'at', 'from', 'to', 'state', 'done', 'of'),
})

export const show = command({
  name: 'replay show',
  summary: 'Show how far a replay is, or what it came to, day by day.',
  input: z.object({ id }),
  positional: ['id'],
  changes: false,
  async run({ id }, context) {
    await tellReplay(id, context)
    return 0
  },
  show: showReplay,
})

export const adopt = command({
  name: 'replay adopt',
  summary: 'Rank by the weights of a replay from the next edition on.',
  input: z.object({ id }),
  positional: ['id'],
  changes: true,
  needs: 'editor',
  async run({ id }, { deps, out, record }) {
    const { store, clock } = deps
    const found = await store.replays.get(id)
    if (!found) throw new DoseError('NOT_FOUND', `replay ${id}`)
    const { weights, grouping, without } = found.request
    if (found.state !== 'done') throw new DoseError('USAGE', `replay ${id} is ${found.state}.`)
    if (Object.keys(grouping).length > 0 || without.length > 0)
      throw new DoseError(
        'USAGE',
        `replay ${id} changed the grouping or the sources, which belong to no digest: only weights can be adopted.`,
      )
    const before = await store.rankings.current(found.digest_id)
    const all = { ...before.weights, ...weights }
    const version = await store.rankings.adopt(found.digest_id, all, `replay ${id}`, clock.now())
    record({ version, weights: all, before: before.weights })
    out({ digestId: found.digest_id, version, weights: all })
    return 0
  },
  show: (row) => `version ${row.version}: ${JSON.stringify(row.weights)}`,
})

export const rankings = command({
  name: 'replay rankings',
  summary: 'List the weights that a digest adopted, the newest first; 0 stands for ours.',
  input: z.object({ digest: z.string().describe('Name of the digest') }),
  positional: ['digest'],
  changes: false,
  async run({ digest: name }, { deps, out }) {
    const digest = await findDigest(deps, name)
    for (const row of await versionsOf(digest.id, deps)) out(row)
    return 0
  },
  show: (row) => `${row.version}\t${row.at ?? '-'}\t${row.origin}\t${JSON.stringify(row.weights)}`,
})

export const back = command({
  name: 'replay back',
  summary: 'Rank a digest by an earlier version of its weights again; 0 for ours.',
  input: z.object({
    digest: z.string().describe('Name of the digest'),
    version: wholeNumber(0, 1_000_000).describe('Version, as `replay rankings` tells it'),
  }),
  positional: ['digest', 'version'],
  changes: true,
  needs: 'editor',
  async run({ digest: name, version }, { deps, out, record }) {
    const digest = await findDigest(deps, name)
    const found = (await versionsOf(digest.id, deps)).find((one) => one.version === version)
    if (!found) throw new DoseError('NOT_FOUND', `version ${version} of the weights of ${name}`)
    const { weights } = found
    const { rankings } = deps.store
    const made = await rankings.adopt(digest.id, weights, `version ${version}`, deps.clock.now())
    record({ version: made, weights })
    out({ digestId: digest.id, version: made, weights })
    return 0
  },
  show: (row) => `version ${row.version}: ${JSON.stringify(row.weights)}`,
})

const versionsOf = async (digestId: string, { store }: Pick<Deps, 'store'>) => [
  ...(await store.rankings.list(digestId)),
  { version: 0, weights: {}, origin: 'ours', at: null },
]
