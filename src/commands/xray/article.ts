import type { Holding } from '../../store/ways.ts'
import type { Deps } from '../../workers/stage.ts'
import { type Way, wayOf } from '../article.ts'
import { runStep, type Step, tallied, trouble, wayStep, type Xray } from './step.ts'

/** Editions whose inboxes are counted. */
const EDITIONS = 10

/** From the source to the inboxes. */
export async function xrayArticle(
  key: string,
  path: string | undefined,
  deps: Deps,
): Promise<Xray | null> {
  const way = await wayOf(key, path, deps)
  if (!way) return null
  const storyId = way.article?.story_id ?? null
  const holdings = await holdingsOf(storyId, way.article?.id ?? null, deps)
  const source = way.sourceId ? await deps.store.sources.get(way.sourceId) : undefined
  const ids = [way.documentId, way.article?.id, storyId].filter((id) => id != null)
  const steps: Step[] = [
    ...(source
      ? [
          wayStep(
            { step: 'source', at: source.fetched_at, outcome: source.state, detail: source.name },
            source.id,
          ),
        ]
      : []),
    ...way.rows.map((row) => wayStep(row, row.step === 'story' ? storyId : null)),
    ...(await inboxSteps(holdings, deps)),
    ...(await deps.store.ways.runs(ids)).map(runStep),
  ]
  return {
    kind: 'article',
    id: way.article?.id ?? way.documentId ?? key,
    title: way.article?.title ?? key,
    verdict: verdictOf(way, steps, holdings),
    steps,
  }
}

export async function holdingsOf(
  storyId: string | null,
  articleId: string | null,
  { store }: Deps,
): Promise<Holding[]> {
  const former = storyId ? await store.ways.formerIds(storyId) : []
  const names = storyId ? [storyId, ...former] : []
  return store.ways.holdings(names, articleId, EDITIONS)
}

/** How many inboxes each edition reached that tells it. */
export async function inboxSteps(holdings: readonly Holding[], { store }: Deps): Promise<Step[]> {
  const steps: Step[] = []
  for (const holding of holdings) {
    const { editionId, digest, date, state, frozenAt, rank, poolSize, size } = holding
    const counts = await store.deliveries.counts(editionId)
    const place = `rank ${rank} of ${poolSize} with ${sumOf(holding)}; ${size} are shown to a reader of all topics`
    const sent = tallied(counts) || 'no deliveries'
    const row = { step: `inboxes of ${digest}, ${date}`, at: frozenAt, outcome: state }
    steps.push(wayStep({ ...row, detail: `${place}; ${sent}` }, editionId))
  }
  return steps
}

/** `61.20 = coverage 40 + heat 22.2 − old 1`: why it stands there. */
function sumOf({ score, parts }: Holding): string {
  const terms = parts
    .filter(({ value }) => value !== 0)
    .map(({ name, value }, i) => {
      const sign = value < 0 ? (i === 0 ? '−' : ' − ') : i === 0 ? '' : ' + '
      return `${sign}${name} ${Math.abs(value)}`
    })
  return `${score}${terms.length > 0 ? ` = ${terms.join('')}` : ''}`
}

function verdictOf({ article }: Way, steps: readonly Step[], holdings: readonly Holding[]): string {
  if (!article)
    return `It became no article: ${steps.findLast(({ step }) => step === 'ingest')?.detail ?? 'it waits to be ingested'}.`
  const stopped = trouble(steps)
  if (holdings.length > 0) {
    const [newest] = holdings
    const cited = newest?.cited ? 'cited' : 'told from other articles'
    return `It is in ${holdings.length === EDITIONS ? 'many editions' : `${holdings.length} edition${holdings.length === 1 ? '' : 's'}`}, the newest that of ${newest?.date}, where its story is ${cited}.`
  }
  if (stopped)
    return `It stopped at ${stopped.step}: ${stopped.outcome}${stopped.detail ? `, ${stopped.detail}` : ''}.`
  return 'It is in a story, and no edition has told it.'
}
