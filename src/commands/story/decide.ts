import { z } from 'zod'
import { DoseError } from '../../errors.ts'
import type { Decision } from '../../store/decisions.ts'
import type { Asked } from '../../store/tables.ts'
import { cluster } from '../../workers/cluster.ts'
import { handTo, WAKE } from '../../workers/stage.ts'
import { type Context, columns, command } from '../command.ts'
import { findDigest } from '../digest.ts'
import { nameList, wholeNumber } from '../inputs.ts'

/** Time between two looks at whether the cluster stage has taken a decision up. */
const LOOK_MS = 100

/** Asks for a decision and waits until the log has it. */
async function decide(
  kind: Decision['kind'],
  asked: Partial<Asked>,
  { deps, out, undo: back }: Context,
) {
  const { store, queues, clock } = deps
  const id = await store.decisions.ask(kind, asked, clock.now())
  if (kind !== 'undo') back('story undo', { decision: id })
  await handTo(cluster, [WAKE], id, queues)
  for (let taken = false; !taken; ) {
    taken = (await store.decisions.get(id))?.seq !== null
    if (!taken) await new Promise((resume) => setTimeout(resume, LOOK_MS))
  }
  out({ decision: id, kind, ...asked })
  return 0
}

/** @throws {DoseError} NOT_FOUND where nothing is left of it. */
async function findStory({ deps }: Context, key: string): Promise<string> {
  const story = await deps.store.decisions.whereTo(key)
  if (story === null) throw new DoseError('NOT_FOUND', `story ${key}`)
  return story
}

/** By id or URL. @throws {DoseError} NOT_FOUND */
async function findArticle({ deps }: Context, key: string) {
  const article = await deps.store.articles.find(key)
  if (!article) throw new DoseError('NOT_FOUND', `article ${key}`)
  return article
}

const storyId = z.string().min(1)

export const merge = command({
  name: 'story merge',
  summary: 'Make two stories one, for good: the second becomes part of the first.',
  input: z.object({
    into: storyId.describe('Id of the story that stays'),
    from: storyId.describe('Id of the story that becomes part of it'),
  }),
  positional: ['into', 'from'],
  changes: true,
  needs: 'editor',
  works: true,
  async run({ into, from }, context) {
    const stories = [await findStory(context, into), await findStory(context, from)]
    if (stories[0] === stories[1])
      throw new DoseError('USAGE', `${from} is part of ${into} already.`)
    return decide('merge', { stories }, context)
  },
  show: columns('decision', 'kind', 'stories'),
})

export const split = command({
  name: 'story split',
  summary: 'Take articles out of a story, for good: they make a story of their own.',
  input: z.object({
    story: storyId.describe('Id of the story'),
    articles: nameList.describe('Ids or URLs of articles, with spaces or commas between them'),
  }),
  positional: ['story', 'articles'],
  changes: true,
  needs: 'editor',
  works: true,
  async run({ story, articles }, context) {
    const id = await findStory(context, story)
    const found = await Promise.all(articles.map((key) => findArticle(context, key)))
    const stranger = found.find(({ story_id }) => story_id !== id)
    if (stranger) throw new DoseError('USAGE', `${stranger.url} is not in story ${id}.`)
    return decide('split', { stories: [id], articles: found.map((one) => one.id) }, context)
  },
  show: columns('decision', 'kind', 'stories', 'articles'),
})

export const pin = command({
  name: 'story pin',
  summary: 'Put an article into a story, for good.',
  input: z.object({
    article: z.string().min(1).describe('Id or URL of the article'),
    story: storyId.describe('Id of the story'),
  }),
  positional: ['article', 'story'],
  changes: true,
  needs: 'editor',
  works: true,
  async run({ article, story }, context) {
    const { id } = await findArticle(context, article)
    return decide('pin', { stories: [await findStory(context, story)], articles: [id] }, context)
  },
  show: columns('decision', 'kind', 'stories', 'articles'),
})

export const mute = command({
  name: 'story mute',
  summary: 'Tell a story no more, for good: in one digest, or in any.',
  input: z.object({
    story: storyId.describe('Id of the story'),
    digest: z.string().optional().describe('Name of the one digest that does without it'),
  }),
  positional: ['story'],
  changes: true,
  needs: 'editor',
  works: true,
  async run({ story, digest: name }, context) {
    const digest = name ? (await findDigest(context.deps, name)).id : null
    const stories = [await findStory(context, story)]
    return decide('mute', { stories, ...(digest && { digest }) }, context)
  },
  show: columns('decision', 'kind', 'stories'),
})

export const headline = command({
  name: 'story headline',
  summary: 'Choose the headline of a story, for good: the title of one of its articles.',
  input: z.object({
    story: storyId.describe('Id of the story'),
    article: z.string().min(1).describe('Id or URL of the article whose title it gets'),
  }),
  positional: ['story', 'article'],
  changes: true,
  needs: 'editor',
  works: true,
  async run({ story, article }, context) {
    const id = await findStory(context, story)
    const found = await findArticle(context, article)
    if (found.story_id !== id) throw new DoseError('USAGE', `${found.url} is not in story ${id}.`)
    return decide('headline', { stories: [id], articles: [found.id] }, context)
  },
  show: columns('decision', 'kind', 'stories', 'articles'),
})

export const undo = command({
  name: 'story undo',
  summary: 'Take a decision back: its articles go where they were and may be moved again.',
  input: z.object({ decision: z.string().min(1).describe('Id of the decision') }),
  positional: ['decision'],
  changes: true,
  needs: 'editor',
  works: true,
  async run({ decision }, context) {
    const found = await context.deps.store.decisions.get(decision)
    if (!found || found.kind === 'removal' || found.kind === 'undo')
      throw new DoseError('NOT_FOUND', `decision ${decision}`)
    if (found.undone_by !== null)
      throw new DoseError('USAGE', `${decision} was taken back already.`)
    return decide('undo', { decision }, context)
  },
  show: columns('decision', 'kind'),
})

export const decisions = command({
  name: 'story decisions',
  summary: 'List what was decided about stories, the newest first.',
  input: z.object({ limit: wholeNumber(1, 10_000).default(50).describe('How many') }),
  positional: [],
  changes: false,
  async run({ limit }, { deps, out }) {
    for (const { id, kind, asked, at, seq, undone_by } of await deps.store.decisions.list(limit))
      out({ id, at, kind, ...asked, state: stateOf(seq, undone_by) })
    return 0
  },
  show: columns('id', 'at', 'kind', 'stories', 'articles', 'state'),
})

function stateOf(seq: number | null, undoneBy: string | null): 'waiting' | 'holds' | 'undone' {
  if (undoneBy !== null) return 'undone'
  return seq === null ? 'waiting' : 'holds'
}
