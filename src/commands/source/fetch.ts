import { z } from 'zod'
import { fetch } from '../../workers/fetch.ts'
import { handTo } from '../../workers/stage.ts'
import { command } from '../command.ts'
import { findSource, TARGET, type Target } from './target.ts'

export const read = command({
  name: 'source fetch',
  summary: 'Read a source now, wait, and tell what became of every article in it.',
  input: z.object({ target: z.string().describe(TARGET) }),
  positional: ['target'],
  changes: false,
  needs: 'operator',
  works: true,
  async run({ target }: Target, { deps, out, note }) {
    const { store, queues, clock } = deps
    const source = await findSource(deps, target)
    await handTo(fetch, [{ id: source.id, version: source.fetches + 1 }], source.id, queues)
    for (let left = ''; ; ) {
      const now = await store.sources.get(source.id)
      const pending = (await store.documents.pending(source.id)).length
      if (!now || (now.fetches > source.fetches && pending === 0)) break
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
