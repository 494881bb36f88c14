import { z } from 'zod'
import { DoseError } from '../../errors.ts'
import type { Source } from '../../store/sources.ts'
import { fetch } from '../../workers/fetch.ts'
import { type Deps, handTo } from '../../workers/stage.ts'
import { command } from '../command.ts'
import { path, withPath } from '../path.ts'
import { findSource, TARGET, type Target } from './target.ts'

export const read = command({
  name: 'source fetch',
  summary: 'Read a source now, wait, and tell what became of every article in it.',
  input: z.object({ target: z.string().describe(TARGET), path }),
  positional: ['target'],
  changes: false,
  needs: 'operator',
  works: true,
  prepare: withPath('target'),
  async run({ target, path }: Target, { deps, out, note }) {
    const { store, queues, clock } = deps
    const source = await findSource(deps, target, path)
    await requireReadable(source, deps)
    await handTo(fetch, [{ id: source.id, version: source.fetches + 1 }], source.id, queues)
    for (let left = ''; ; ) {
      const now = await store.sources.get(source.id)
      const pending = (await store.documents.pending(source.id)).length
      if (!now || (now.fetches > source.fetches && pending === 0)) break
      if (now.fetches === source.fetches) await requireReadable(now, deps)
      const text = `${pending} documents to ingest.`
      if (text !== left) note(text)
      left = text
      await new Promise((resume) => setTimeout(resume, 100))
    }
    const after = await store.sources.get(source.id)
    const counts = await store.documents.counts(source.id)
    out({ id: source.id, at: clock.now(), counts, error: after?.last_error ?? null })
    for (const { ref, outcome, reason } of await store.documents.rejections(source.id))
      if (outcome === 'rejected') note(`${ref}: ${reason}`)
    return after?.last_error || counts.rejected ? 1 : 0
  },
})

/** @throws {DoseError} for what the workers leave alone: it would be waited for in vain. */
async function requireReadable(
  { name, state, last_error }: Source,
  { store }: Pick<Deps, 'store'>,
) {
  if (state === 'gone')
    throw new DoseError(
      'USAGE',
      `${name} is gone (${last_error}); \`dose source set\` with --state active reads it again.`,
    )
  const stop = await store.house.fetchStop()
  if (stop) throw new DoseError('NO_ROOM', `${name} is not read: ${stop.reason}.`)
}
