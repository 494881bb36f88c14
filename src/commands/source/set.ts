import { z } from 'zod'
import { DoseError } from '../../errors.ts'
import type { Access } from '../../store/access.ts'
import type { Source, SourceChange } from '../../store/sources.ts'
import { difference, showChanged } from '../changes.ts'
import { command } from '../command.ts'
import { nameList, shownName, wholeNumber } from '../inputs.ts'
import { accessInputs, mergeAccess, readAccess } from './access.ts'
import { interval } from './interval.ts'
import { findSource, TARGET } from './target.ts'

/** The word that takes all topics away. */
const NO_TOPICS = 'none'

export const set = command({
  name: 'source set',
  summary: 'Change a source and print what has changed; repeating changes nothing.',
  input: z.object({
    target: z.string().describe(TARGET),
    name: shownName.optional().describe('Name shown to readers'),
    topics: nameList
      .optional()
      .describe('Topics of everything it brings, comma-separated; `none` for none'),
    authority: wholeNumber(0, 100).optional().describe('How much it counts, 0-100'),
    interval: interval.optional().describe('How often it is read: 30m, 2h, 1d'),
    state: z
      .enum(['active', 'paused'])
      .optional()
      .describe('`paused` reads it no more; `active` reads it again, also one that was gone'),
    ...accessInputs,
  }),
  positional: ['target'],
  changes: true,
  prepare: readAccess,
  async run({ target, ...given }, { deps, out, record }) {
    const { store, clock } = deps
    const source = await findSource(deps, target)
    const before = await store.access.of(source).catch(unreadable(given))
    const merged = mergeAccess(before, given)
    if ('fault' in merged) throw new DoseError('USAGE', `${merged.fault}.`)
    const isNew = JSON.stringify(merged.access) !== JSON.stringify(before)
    const change: SourceChange = {
      ...(given.name !== undefined && { name: given.name }),
      ...(given.topics && { topics: isNone(given.topics) ? [] : given.topics }),
      ...(given.authority !== undefined && { authority: given.authority }),
      ...(given.interval !== undefined && { intervalSeconds: given.interval }),
      ...(given.state !== undefined && given.state !== source.state && { state: given.state }),
      ...(isNew && { secrets: await store.access.seal(source.id, merged.access) }),
    }
    const changed = {
      ...difference(shownOf(source), { ...shownOf(source), ...shownOf(change) }),
      ...(isNew && { access: { from: parts(before), to: parts(merged.access) } }),
    }
    if (Object.keys(changed).length > 0) await store.sources.change(source.id, change, clock.now())
    record({ id: source.id, changed })
    out({ id: source.id, name: change.name ?? source.name, changed, added: false })
    return 0
  },
  show: showChanged,
})

const isNone = (topics: readonly string[]) => topics.length === 1 && topics[0] === NO_TOPICS

/** Log-ins that cannot be opened any more are forgotten when new ones are given. */
const unreadable =
  (given: Readonly<Record<string, unknown>>) =>
  (error: unknown): Access => {
    const isGiven = Object.keys(accessInputs).some((key) => given[key] !== undefined)
    if (error instanceof DoseError && error.code === 'SECRETS_UNREADABLE' && isGiven)
      return { headers: {}, proxy: null }
    throw error
  }

/** What may be shown of a source or of a change of one. */
function shownOf(of: Source | SourceChange): Readonly<Record<string, unknown>> {
  const seconds =
    'intervalSeconds' in of
      ? of.intervalSeconds
      : 'interval_seconds' in of
        ? of.interval_seconds
        : undefined
  const { name, topics, authority, state } = of
  const all = { name, topics, authority, intervalSeconds: seconds, state }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}

/** That there is something, never what. */
function parts({ headers, proxy }: Access): readonly string[] {
  const named = { authorization: 'log-in', cookie: 'cookie' } as Readonly<Record<string, string>>
  const words = Object.keys(headers).map((name) => named[name] ?? `header ${name}`)
  return proxy === null ? words : [...words, 'proxy']
}
