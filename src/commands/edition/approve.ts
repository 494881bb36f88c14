import { z } from 'zod'
import { DoseError } from '../../errors.ts'
import { declineEdition, releaseEdition } from '../../workers/approve.ts'
import { freezeUpcoming } from '../../workers/preview.ts'
import type { Deps } from '../../workers/stage.ts'
import { columns, command } from '../command.ts'
import { findDigest } from '../digest.ts'

const id = z.string().describe('Id of the edition, or the name of its digest')

/** The edition that waits. @throws {DoseError} NOT_FOUND */
async function findWaiting({ store }: Pick<Deps, 'store'>, key: string) {
  const digest = await store.digests.find(key)
  const [first] = digest ? await store.approvals.waiting(digest.id) : [{ id: key }]
  const edition = first && (await store.editions.get(first.id))
  const of = edition && (await store.digests.find(edition.digestId))
  if (edition?.state !== 'waiting' || !of)
    throw new DoseError('NOT_FOUND', `an edition that waits: ${key}`)
  return { edition, digest: of }
}

export const freeze = command({
  name: 'edition freeze',
  summary:
    'Fix the next edition of a digest as it was previewed; it is sent when it fires, whatever comes in until then.',
  input: z.object({
    name: z.string().describe('Name of the digest'),
    hash: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'expected the hash that the preview told')
      .describe('Hash that the preview told'),
    to: z.iso.datetime().describe('Instant that the preview told: `As of …`'),
  }),
  positional: ['name'],
  changes: true,
  needs: 'editor',
  async run({ name, hash, to }, { deps, out }) {
    const digest = await findDigest(deps, name)
    const edition = await freezeUpcoming(digest, { hash, to }, deps)
    out({ editionId: edition, state: 'waiting', hash })
    return 0
  },
  show: columns('editionId', 'state', 'hash'),
})

export const approve = command({
  name: 'edition approve',
  summary: 'Let an edition that waits go to its readers, just as it is.',
  input: z.object({
    id,
    hash: z.string().optional().describe('Only if this is its hash: that of what you looked at'),
  }),
  positional: ['id'],
  changes: true,
  needs: 'editor',
  async run({ id, hash }, { deps, out }) {
    const { edition, digest } = await findWaiting(deps, id)
    const seen = hash ?? edition.hash ?? ''
    if (!(await releaseEdition(edition, seen, digest, deps, `approve ${edition.id}`)))
      throw new DoseError('CHANGED', `edition ${edition.id}`)
    out({ editionId: edition.id, state: 'frozen', hash: seen })
    return 0
  },
  show: columns('editionId', 'state', 'hash'),
})

export const decline = command({
  name: 'edition decline',
  summary:
    'Send an edition that waits to nobody: its stories are for the next one. Before it fires, it is made anew then.',
  input: z.object({ id }),
  positional: ['id'],
  changes: true,
  needs: 'editor',
  async run({ id }, { deps, out }) {
    const { edition } = await findWaiting(deps, id)
    if (!(await declineEdition(edition, deps)))
      throw new DoseError('CHANGED', `edition ${edition.id}`)
    out({ editionId: edition.id, state: 'skipped' })
    return 0
  },
  show: columns('editionId', 'state'),
})
