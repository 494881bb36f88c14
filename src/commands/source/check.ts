import { z } from 'zod'
import { DoseError } from '../../errors.ts'
import { command, type Row } from '../command.ts'
import { accessInputs, mergeAccess, readAccess, takeLogin } from './access.ts'
import { listInputs, listRules } from './list-rules.ts'
import { faultOf, lookAt } from './look.ts'
import { absolute, isUrl } from './target.ts'

export const check = command({
  name: 'source check',
  summary: 'Read a source once and show its items and all that is odd about it; nothing is saved.',
  input: z.object({
    target: z.string().min(1).describe('URL of a feed, list or page, or path of a folder'),
    kind: z.enum(['feed', 'folder', 'list']).optional().describe('Told from the target by default'),
    ...listInputs,
    ...accessInputs,
  }),
  positional: ['target'],
  changes: false,
  needs: 'operator',
  prepare: async (input) => readAccess({ ...input, target: absolute(input.target) }),
  async run({ target: given, kind: told, ...options }, { deps, out }) {
    const { target: url, access: own } = takeLogin(given)
    const merged = mergeAccess(own, options)
    if ('fault' in merged) throw new DoseError('USAGE', `${merged.fault}.`)
    const kind = told ?? (options.item ? 'list' : isUrl(url) ? 'feed' : 'folder')
    const rules = kind === 'list' ? listRules(options) : null
    const look = await lookAt({ kind, url, access: merged.access, rules }, deps)
    const { answer, title, total, hubs } = look
    out({
      row: 'source',
      url,
      kind: look.kind ?? kind,
      title,
      total,
      hubs,
      ...(answer && { answer }),
    })
    for (const [i, item] of look.items.entries()) out({ row: 'item', n: i + 1, ...item })
    for (const finding of look.findings) out({ row: 'finding', ...finding })
    for (const feed of look.feeds) out({ row: 'feed', ...feed })
    return faultOf(look) === null ? 0 : 1
  },
  show: showRow,
})

const LEVELS: Readonly<Record<string, string>> = { fault: 'FAULT', warning: 'warn', note: 'note' }

function showRow(row: Row): string {
  if (row.row === 'item') {
    const facts = [
      row.publishedAt ?? 'no date',
      row.author ?? 'no author',
      `${row.words} words`,
      row.text,
    ]
    return `${String(row.n).padStart(2)}. ${row.title}\n    ${facts.join(' · ')}\n    ${row.url}`
  }
  if (row.row === 'finding') return `${LEVELS[String(row.level)]}\t${row.says}`
  if (row.row === 'feed')
    return `feed\tdose source add ${row.url}${row.title ? `   # ${row.title}` : ''}`
  const answer = row.answer as { status: number; bytes: number; ms: number } | undefined
  const told = answer ? `, ${answer.status}, ${answer.bytes} bytes in ${answer.ms} ms` : ''
  return `${row.title ?? row.url}: ${row.kind}, ${row.total} items${told}`
}
