import { parseOpml } from 'feedsmith'
import { z } from 'zod'
import { DoseError } from '../../errors.ts'
import { command } from '../command.ts'
import { readText } from '../text-file.ts'
import { firstInterval, nameOf } from './target.ts'

export const importOpml = command({
  name: 'source import',
  summary: 'Add every feed of an OPML file; feeds that cannot be used are listed with the reason.',
  input: z.object({
    file: z.string().describe('OPML file'),
    content: z
      .string()
      .optional()
      .describe('Content of the file; read from `file` by the command line'),
  }),
  positional: ['file'],
  changes: true,
  prepare: async (input) => ({ ...input, content: await readText(input.file) }),
  async run({ file, content = '' }, { deps, out, note }) {
    let added = 0
    const skipped: { url: string; reason: string }[] = []
    for (const { url, title } of readOutlines(content, file)) {
      if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
        skipped.push({ url, reason: 'no http(s) address' })
        continue
      }
      const source = {
        kind: 'feed',
        url,
        name: title,
        topics: [],
        intervalSeconds: firstInterval(url),
      } as const
      const result = await deps.store.sources.add(source, deps.clock.now())
      if (result.added) added++
      else skipped.push({ url, reason: 'known already' })
    }
    for (const { url, reason } of skipped) note(`${url || '(no address)'}: ${reason}`)
    out({ added, skipped })
    return skipped.some(({ reason }) => reason !== 'known already') ? 1 : 0
  },
  show: (row) => `${row.added} added, ${(row.skipped as unknown[]).length} skipped`,
})

type Outline = { text?: string; title?: string; xmlUrl?: string; outlines?: Outline[] }

/** Every outline that names a feed, folders opened. */
function readOutlines(content: string, file: string): { url: string; title: string }[] {
  let outlines: Outline[]
  try {
    outlines = (parseOpml(content) as { body?: { outlines?: Outline[] } }).body?.outlines ?? []
  } catch (error) {
    throw new DoseError('USAGE', `${file}: not OPML (${String(error)}).`, { cause: error })
  }
  const flat = (nodes: readonly Outline[], depth: number): Outline[] =>
    depth > 10 ? [] : nodes.flatMap((node) => [node, ...flat(node.outlines ?? [], depth + 1)])
  return flat(outlines, 0)
    .filter(({ xmlUrl }) => xmlUrl !== undefined)
    .map(({ xmlUrl = '', title, text }) => ({
      url: xmlUrl.trim(),
      title: title ?? text ?? nameOf(xmlUrl),
    }))
}
