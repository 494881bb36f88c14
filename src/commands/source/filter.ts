import { z } from 'zod'
import { faultOfRule, filterReason } from '../../article/filter-rules.ts'
import { DoseError } from '../../errors.ts'
import type { FilterRule } from '../../model.ts'
import { command } from '../command.ts'
import { path, withPath } from '../path.ts'
import { findSource, TARGET } from './target.ts'

/** Articles looked at to tell what rules would do. */
const TRIED = 500
/** Rules of one source: each is tried on every article that comes. */
const RULES_MAX = 100

const rule = z
  .string()
  .trim()
  .refine((text) => faultOfRule(text) === null, {
    error: ({ input }) => faultOfRule(String(input)) ?? '',
  })

export const filter = command({
  name: 'source filter',
  summary: 'Show or change the rules that keep articles of a source out.',
  input: z.object({
    target: z.string().describe(TARGET),
    path,
    block: rule.optional().describe('Keep out what meets it: `title: webinar`, `url: /pattern/`'),
    keep: rule.optional().describe('Keep out what meets no rule like this one'),
    remove: z.string().trim().optional().describe('A rule to take away'),
    dryRun: z
      .boolean()
      .default(false)
      .describe('Change nothing; tell which of its newest articles the rules would keep out'),
  }),
  positional: ['target'],
  changes: true,
  prepare: withPath('target'),
  async run({ target, path, block, keep, remove, dryRun }, { deps, out }) {
    const { store, clock, filters } = deps
    const source = await findSource(deps, target, path)
    const added = [
      ...(block === undefined ? [] : [{ action: 'block' as const, rule: block }]),
      ...(keep === undefined ? [] : [{ action: 'keep' as const, rule: keep }]),
    ]
    const before = await store.filters.of(source.id)
    if (before.length + added.length > RULES_MAX)
      throw new DoseError('USAGE', `source ${source.id}: more than ${RULES_MAX} rules.`)
    if (dryRun) {
      const rules = [...filters, ...planned(before, added, remove)]
      for (const article of await store.articles.newest(source.id, TRIED)) {
        const reason = filterReason(article, rules)
        if (reason) out({ row: 'article', id: article.id, title: article.title, reason })
      }
      return 0
    }
    if (remove !== undefined && !(await store.filters.remove(source.id, remove)))
      throw new DoseError('NOT_FOUND', `rule ${remove} of source ${source.id}`)
    for (const one of added) await store.filters.add(source.id, one, clock.now())
    for (const one of [...filters, ...(await store.filters.of(source.id))])
      out({ row: 'rule', ...one })
    return 0
  },
  show: (row) =>
    row.row === 'rule'
      ? `${row.action}\t${row.rule}\t(${row.of})`
      : `${row.id}\t${row.title}\t${row.reason}`,
})

/** The rules of a source as they would be. */
function planned(
  before: readonly FilterRule[],
  added: readonly Pick<FilterRule, 'action' | 'rule'>[],
  removed: string | undefined,
): FilterRule[] {
  const left = before.filter((one) => one.rule !== removed)
  return [...left, ...added.map((one) => ({ ...one, of: 'its source' }))]
}
