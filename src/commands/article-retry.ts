import { z } from 'zod'
import { DoseError } from '../errors.ts'
import { pipeline } from '../workers/pipeline.ts'
import { ring, ringForRows } from '../workers/recover.ts'
import type { Key, Stage } from '../workers/stage.ts'
import { wayOf } from './article.ts'
import { columns, command } from './command.ts'
import { path, withPath } from './path.ts'

export const retry = command({
  name: 'article retry',
  summary: 'Run again the stages at which one article stopped, and no others.',
  input: z.object({ key: z.string().describe('Id, URL or file'), path }),
  positional: ['key'],
  changes: true,
  prepare: withPath('key'),
  async run({ key, path }, { deps, out, note }) {
    const way = await wayOf(key, path, deps)
    if (!way) throw new DoseError('NOT_FOUND', `article ${key}`)
    const ids = [way.documentId, way.article?.id, way.article?.story_id].filter((id) => id != null)
    const stopped = new Map<string, { stage: Stage; key: Key }>()
    for (const run of await deps.store.ways.runs(ids)) {
      const stage = pipeline.find(({ name }) => name === run.stage)
      if (!stage) continue
      // The newest run of a stage on a row says how it ended.
      const at = `${run.stage} ${run.row_id}`
      stopped.delete(at)
      if (run.state === 'failed')
        stopped.set(at, { stage, key: { id: run.row_id, version: run.row_version } })
    }
    for (const { stage, key } of stopped.values()) {
      await ring(stage, [key], deps, 'operator')
      out({ stage: stage.name, row: key.id })
    }
    if (stopped.size === 0) note('No stage failed on it; what waits is rung for again.')
    await ringForRows(deps, 'operator')
    return 0
  },
  show: columns('stage', 'row'),
})
