import { z } from 'zod'
import { command } from '../command.ts'
import { path, withPath } from '../path.ts'
import { findSource, TARGET, type Target } from './target.ts'

export const remove = command({
  name: 'source remove',
  summary: 'Remove a source and its articles.',
  input: z.object({ target: z.string().describe(TARGET), path }),
  positional: ['target'],
  changes: true,
  prepare: withPath('target'),
  async run({ target, path }: Target, { deps, out }) {
    const source = await findSource(deps, target, path)
    await deps.store.sources.remove(source.id)
    out({ id: source.id, removed: true })
    return 0
  },
  show: (row) => `${row.id} removed`,
})
