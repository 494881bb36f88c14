import { z } from 'zod'
import { DoseError } from '../../errors.ts'
import type { Access } from '../../store/access.ts'
import type { Source } from '../../store/sources.ts'
import { type Changes, difference, showChanged } from '../changes.ts'
import { command } from '../command.ts'
import { nameList, shownName, wholeNumber } from '../inputs.ts'
import { path, withPath } from '../path.ts'
import { accessInputs, mergeAccess, readAccess } from './access.ts'
import { fullText } from './full-text.ts'
import { interval } from './interval.ts'
import { listInputs, listRules } from './list-rules.ts'
import { findSource, TARGET } from './target.ts'

/** The word that takes all topics away. */
const NO_TOPICS = 'none'

export const set = command({
  name: 'source set',
  summary: 'Change a source and print what has changed; repeating changes nothing.',
  input: z.object({
    target: z.string().describe(TARGET),
    path,
    name: shownName.optional().describe('Name shown to readers'),
    topics: nameList
      .optional()
      .describe('Topics of everything it brings, comma-separated; `none` for none'),
    authority: wholeNumber(0, 100).optional().describe('How much it counts, 0-100'),
    interval: interval.optional().describe('How often it is read: 30m, 2h, 1d, or `auto`'),
    state: z
      .enum(['active', 'paused'])
      .optional()
      .describe('`paused` reads it no more; `active` reads it again, also one that was gone'),
    ...listInputs,
    fullText,
    ...accessInputs,
  }),
  positional: ['target'],
  changes: true,
  prepare: async (input) => readAccess(await withPath('target')(input)),
  async run({ target, path, ...given }, { deps, out, record, undo }) {
    const { store, clock } = deps
    const source = await findSource(deps, target, path)
    const before = await store.access.of(source).catch(unreadable(given))
    const merged = mergeAccess(before, given)
    if ('fault' in merged) throw new DoseError('USAGE', `${merged.fault}.`)
    const hasRules = Object.keys(listInputs).some((key) => key in given)
    if (hasRules && source.kind !== 'list')
      throw new DoseError('USAGE', `${source.url} is no list page; it has no selectors.`)
    const isNew = JSON.stringify(merged.access) !== JSON.stringify(before)
    const change = {
      ...(given.name !== undefined && { name: given.name }),
      ...(given.topics && { topics: isNone(given.topics) ? [] : given.topics }),
      ...(given.authority !== undefined && { authority: given.authority }),
      ...(given.interval !== undefined && { interval: given.interval }),
      ...(given.state !== undefined && given.state !== source.state && { state: given.state }),
      ...(hasRules && { listRules: listRules(given, source.list_rules) }),
      ...(given.fullText !== undefined && { fullText: given.fullText }),
    }
    const changed = {
      ...difference(shownOf(source), { ...shownOf(source), ...change }),
      ...(isNew && { access: { from: parts(before), to: parts(merged.access) } }),
    }
    const secrets = isNew && { secrets: await store.access.seal(source.id, merged.access) }
    if (Object.keys(changed).length > 0)
      await store.sources.change(source.id, { ...change, ...secrets }, clock.now())
    record({ id: source.id, changed })
    const back = wayBack(changed)
    if (back) undo('source set', { target: source.id, ...back })
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

/** What of a source may be changed and shown. */
const shownOf = (source: Source) => ({
  name: source.name,
  topics: source.topics,
  authority: source.authority,
  interval: source.interval_fixed ? source.interval_seconds : ('auto' as const),
  state: source.state,
  fullText: source.full_text,
  listRules: source.list_rules,
})

/** What would set the old values again; `null` where not all of them may be given. */
function wayBack(changed: Changes): Readonly<Record<string, unknown>> | null {
  const old = Object.entries(changed).map(([key, { from }]) => [key, from] as const)
  const may = old.every(([key, from]) => WAYS_BACK.has(key) && from !== 'gone')
  if (old.length === 0 || !may) return null
  return Object.fromEntries(old.map(([key, from]) => [key, typed(from)]))
}

/** Log-ins are not in the audit log, and selectors are several inputs. */
const WAYS_BACK = new Set(['name', 'topics', 'authority', 'interval', 'state', 'fullText'])

/** As somebody would type it. */
function typed(value: unknown): unknown {
  if (typeof value === 'number') return String(value)
  return Array.isArray(value) && value.length === 0 ? NO_TOPICS : value
}

/** That there is something, never what. */
function parts({ headers, proxy }: Access): readonly string[] {
  const named = { authorization: 'log-in', cookie: 'cookie' } as Readonly<Record<string, string>>
  const words = Object.keys(headers).map((name) => named[name] ?? `header ${name}`)
  return proxy === null ? words : [...words, 'proxy']
}
