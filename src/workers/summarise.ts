import { endsOf } from '../story/ends.ts'
import { domainsOf } from './candidates.ts'
import type { Stage } from './stage.ts'
import type { Assembled, AssembleInput } from './thread.ts'

/** Gives a story its headline, topics and cited sentences. */
export const summarise: Stage = {
  name: 'summarise',
  does: 'summarises a story',
  takes: 'story',
  gives: 'nothing',
  concurrency: 2,

  async run(key, { store, threads, clock, taxonomy }) {
    const row = await store.stories.get(key.id)
    if (!row || row.version !== key.version) return []
    const chosen = await store.decisions.headlineOf(key.id)
    const headlines = chosen === null ? [] : [chosen]
    const articles = await store.articles.many(
      endsOf(await store.stories.members(key.id), headlines),
    )
    const lines = await store.lines.repeated(domainsOf(articles))
    const repeated = [...lines.values()].flat()
    const now = clock.now()
    const input: AssembleInput = { id: key.id, articles, now, taxonomy, repeated, headlines }
    const told = articles.length === 0 ? null : await threads.run<Assembled>('assembleStory', input)
    await store.stories.saveSummary(key, told?.story ?? null, told ?? {})
    return []
  },

  async giveUp(key, _error, { store }) {
    await store.stories.saveSummary(key, null)
  },
}
