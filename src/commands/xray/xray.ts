import { z } from 'zod'
import { DoseError } from '../../errors.ts'
import type { Deps } from '../../workers/stage.ts'
import { columns, command } from '../command.ts'
import { path, withPath } from '../path.ts'
import { xrayArticle } from './article.ts'
import { xrayEdition } from './edition.ts'
import { xrayDelivery, xrayReader } from './reader.ts'
import { xraySource, xrayTrace } from './source.ts'
import type { Xray } from './step.ts'
import { xrayStory } from './story.ts'

const LONGEST_KEY = 2_000

export const xray = command({
  name: 'xray',
  summary: 'Look through one thing, from source to inbox: where it stands, where it stopped, why.',
  input: z.object({
    key: z
      .string()
      .trim()
      .min(1)
      .max(LONGEST_KEY)
      .describe('An id, a URL, a file, the name of a source, the address of a reader, or a trace'),
    path,
    kind: z
      .enum(['article', 'story'])
      .optional()
      .describe('Which is meant: a story has the id of its first article'),
  }),
  positional: ['key'],
  changes: false,
  prepare: withPath('key'),
  async run({ key, path, kind }, { deps, out }) {
    const found = await lookThrough(key, path, kind, deps)
    if (!found) throw new DoseError('NOT_FOUND', `anything by the name of ${key}`)
    const { steps, ...head } = found
    out({ part: 'head', ...head })
    for (const step of steps) out(step)
    return 0
  },
  show: (row) =>
    row.part === 'head'
      ? `${row.kind} ${row.id}: ${row.title}\n${row.verdict}`
      : columns('step', 'at', 'outcome', 'detail')(row),
})

/** The first that knows the key. Only addresses are readers; the rest is told by where it is found. */
async function lookThrough(
  key: string,
  path: string | undefined,
  kind: 'article' | 'story' | undefined,
  deps: Deps,
): Promise<Xray | null> {
  if (/^[^/\s]+@[^/\s]+$/.test(key)) return xrayReader(key, deps)
  if (kind === 'story') return xrayStory(key, deps)
  return (
    (await xrayArticle(key, path, deps)) ??
    (await xrayStory(key, deps)) ??
    (await xrayEdition(key, deps)) ??
    (await xrayDelivery(key, deps)) ??
    (await xrayTrace(key, deps)) ??
    (await xraySource(key, path, deps)) ??
    readerById(key, deps)
  )
}

/** A page links to a reader by id, so that no address stands in its URL. */
async function readerById(id: string, deps: Deps): Promise<Xray | null> {
  const address = await deps.store.readership.addressOf(id)
  return address === undefined ? null : xrayReader(address, deps)
}
