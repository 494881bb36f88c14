import { z } from 'zod'
import { PUSH_MAX } from '../article/pushed.ts'
import { DoseError } from '../errors.ts'
import { type PushFault, pushArticles } from '../workers/push.ts'
import { columns, command } from './command.ts'
import { readText } from './text-file.ts'

type Line = { readonly number: number; readonly article: unknown }

export const push = command({
  name: 'article push',
  summary: 'Take in articles of a JSON Lines file: {source, url, title, text or html, …} a line.',
  input: z.object({
    file: z.string().describe('JSON Lines file'),
    content: z
      .string()
      .optional()
      .describe('Content of the file; read from `file` by the command line'),
  }),
  positional: ['file'],
  changes: true,
  prepare: async (input) => ({ ...input, content: await readText(input.file) }),
  async run({ file, content = '' }, { deps, out, note }) {
    const { lines, faults } = readLines(content)
    if (lines.length === 0 && faults.length === 0)
      throw new DoseError('USAGE', `${file}: nothing in it.`)
    const bad = [...faults]
    for (let start = 0; start < lines.length; start += PUSH_MAX)
      bad.push(...(await pushGood(lines.slice(start, start + PUSH_MAX))))
    for (const { line, problem } of bad) note(`${file}:${line}: ${problem}`)
    return bad.length > 0 ? 1 : 0

    /** What is wrong with some keeps none of the others out. */
    async function pushGood(slice: readonly Line[]): Promise<{ line: number; problem: string }[]> {
      if (slice.length === 0) return []
      const result = await pushArticles(
        slice.map(({ article }) => article),
        deps,
      )
      if (result.kind === 'accepted') {
        for (const article of result.articles) out(article)
        return []
      }
      const wrong = new Map(result.faults.map((fault: PushFault) => [fault.index, fault.problem]))
      const rest = await pushGood(slice.filter((_, index) => !wrong.has(index)))
      const ours = [...wrong].map(([index, problem]) => ({
        line: slice[index]?.number ?? 0,
        problem,
      }))
      return [...ours, ...rest]
    }
  },
  show: columns('outcome', 'source', 'url'),
})

function readLines(content: string) {
  const lines: Line[] = []
  const faults: { line: number; problem: string }[] = []
  content.split('\n').forEach((text, i) => {
    if (text.trim() === '') return
    try {
      lines.push({ number: i + 1, article: JSON.parse(text) })
    } catch {
      faults.push({ line: i + 1, problem: 'no JSON' })
    }
  })
  return { lines, faults }
}
