import type { Deps } from '../../workers/stage.ts'
import { holdingsOf, inboxSteps } from './article.ts'
import { runStep, type Step, wayStep, type Xray } from './step.ts'

const ARTICLES = 40

/** Its articles, where it was told, and what stages did to it. */
export async function xrayStory(id: string, deps: Deps): Promise<Xray | null> {
  const { store } = deps
  const story = await store.stories.get((await store.decisions.whereTo(id)) ?? id)
  if (!story) return null
  const members = await store.stories.members(story.id)
  const articles = await store.articles.many(members.slice(0, ARTICLES))
  const holdings = await holdingsOf(story.id, null, deps)
  const summarised = story.summarised_version >= story.version
  const steps: Step[] = [
    ...articles.map((article) =>
      wayStep(
        {
          step: 'article',
          at: article.firstSeenAt,
          outcome: article.duplicateOf ? 'copy' : 'own',
          detail: `${article.provider.name}: ${article.title}`,
        },
        article.id,
      ),
    ),
    wayStep({
      step: 'summary',
      at: null,
      outcome: summarised ? 'done' : 'waiting',
      detail: `version ${story.summarised_version} of ${story.version}`,
    }),
    ...(await inboxSteps(holdings, deps)),
    ...(await store.ways.runs([story.id])).map(runStep),
  ]
  const told = holdings.map(({ digest, date }) => `${digest} of ${date}`)
  return {
    kind: 'story',
    id: story.id,
    title: story.headline || story.id,
    verdict: `${members.length} articles; ${told.length > 0 ? `told by ${told.join(', ')}` : 'no edition has told it'}.`,
    steps,
  }
}
