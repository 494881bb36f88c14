import { DoseError } from '../../errors.ts'
import type { Member } from '../../model.ts'
import type { Explanation } from '../../story/rank.ts'
import { loadCandidates, withArticles } from '../../workers/candidates.ts'
import { command } from '../command.ts'
import { brief, findStory, storyKey } from './find.ts'

const DAY_MS = 86_400_000

type Explained = {
  readonly explanation: Explanation | null
  readonly printed: number
  readonly members: readonly Member[]
}

export const why = command({
  name: 'story why',
  summary: 'Explain the rank of a story among those of its last day, part by part.',
  input: storyKey,
  positional: ['id'],
  changes: false,
  async run({ id }, { deps, out }) {
    const story = await findStory(deps, id)
    const to = story.last_seen_at
    const span = { from: new Date(Date.parse(to) - DAY_MS).toISOString(), to }
    const groups = await loadCandidates({ kind: 'dated', span, day: span }, deps)
    const found = await deps.threads.run<Explained>('explain', {
      id,
      stories: await withArticles([...groups], deps),
      now: to,
      timeZone: 'UTC',
      topics: [],
      taxonomy: deps.taxonomy,
    })
    if (!found.explanation)
      throw new DoseError('NOT_FOUND', `story ${id} among those of ${to.slice(0, 10)}`)
    const members = found.members.map(({ article, role }) => ({ ...brief(article), role }))
    out({ headline: story.headline, ...found.explanation, printed: found.printed, members })
    return 0
  },
  show: (row) => {
    const told = row as unknown as Explanation & {
      printed: number
      headline: string
      members: { provider: string; role: string }[]
    }
    const parts = told.parts.map(
      ({ name, value, note }) =>
        `  ${value.toFixed(2).padStart(8)}  ${name}${note ? ` (${note})` : ''}`,
    )
    const { rival, short } = told
    return [
      `${told.headline}`,
      `  place ${told.place} of ${told.of}, score ${told.score.toFixed(2)} =`,
      ...parts,
      rival
        ? `  closest rival: place ${rival.place}, ${rival.headline} (${rival.gap > 0 ? '+' : ''}${rival.gap.toFixed(2)})`
        : '  no rival',
      told.printed === told.place
        ? '  an edition would print it there'
        : `  an edition would print it ${told.printed}.: stories alike, of one topic or provider are spread`,
      short ? `  ${short.by.toFixed(2)} short of the top ${short.places}` : '  among the top',
      ...told.without.map(({ name, place }) => `  without ${name}: place ${place}`),
      ...told.members.map(({ provider, role }) => `  ${role.padEnd(4)} ${provider}`),
    ].join('\n')
  },
})
