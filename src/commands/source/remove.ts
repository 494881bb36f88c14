import { z } from 'zod'
import { command } from '../command.ts'
import { findSource, TARGET, type Target } from './target.ts'

export const remove = command({
  name: 'source remove',
  summary: 'Remove a source and its articles.',
  input: z.object({ target: z.string().describe(TARGET) }),
  positional: ['target'],
  changes: true,
  async run({ target }: Target, { deps, out }) {
    const source = await findSource(deps, target)
    await deps.store.sources.remove(source.id)
    out({ id: source.id, removed: true })
    return 0
  },
  show: (row) => `${row.id} removed`,
})
