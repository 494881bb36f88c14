import { z } from 'zod'
import { addressKey } from '../delivery/address.ts'
import { parseSubscribers } from '../delivery/csv.ts'
import { HEADER, writeSubscriber } from '../delivery/csv-write.ts'
import type { SubscriberRow } from '../delivery/row.ts'
import type { Pace } from '../model.ts'
import type { Segment } from '../store/subscribers.ts'
import type { Taxonomy } from '../story/topics.ts'
import { command } from './command.ts'
import { findDigest } from './digest.ts'
import { chooseTopics } from './inputs.ts'
import { segmentInput, segmentOf } from './segment.ts'
import { REFUSED } from './subscriber.ts'
import { readText } from './text-file.ts'

export const importCsv = command({
  name: 'subscriber import',
  summary:
    'Subscribe the addresses of a CSV file: email,name?,consent?,topics?,hour?,timezone?,pace?,weights?,muted?',
  input: z.object({
    file: z.string().describe('CSV file'),
    digest: z.string().describe('Name of the digest'),
    confirmed: z
      .boolean()
      .default(false)
      .describe('You vouch for the consent of those without one'),
    ...segmentInput,
    content: z
      .string()
      .optional()
      .describe('Content of the file; read from `file` by the command line'),
  }),
  positional: ['file'],
  changes: true,
  prepare: async (input) => ({ ...input, content: await readText(input.file) }),
  async run({ file, digest: name, confirmed, content = '', ...segment }, { deps, out, note }) {
    const digest = await findDigest(deps, name)
    const wanted = segmentOf(segment, deps.taxonomy)
    const { rows, rejected } = parseSubscribers(content, file, { confirmed })
    const counts = { added: 0, updated: 0, unchanged: 0 }
    let leftOut = 0
    const refused: { line: number; reason: string }[] = [...rejected]
    const stamp = `imported from ${file} on ${deps.clock.now().slice(0, 10)}`
    for (const [i, row] of rows.entries()) {
      const { fault, ...chosen } = byTaxonomy(row, deps.taxonomy)
      if (fault !== undefined) {
        refused.push({ line: row.line, reason: fault })
        continue
      }
      if (!isIn(wanted, { ...row, ...chosen })) {
        leftOut++
        continue
      }
      const given = Object.fromEntries(
        Object.entries({ ...row, ...chosen }).filter(([, value]) => value !== null),
      )
      const result = await deps.store.subscribers.enrol(
        digest.id,
        { consent: stamp, ...given, email: row.email, emailKey: addressKey(row.email) },
        deps.clock.now(),
      )
      if (result === 'suppressed' || result === 'unsubscribed')
        refused.push({ line: row.line, reason: REFUSED[result] })
      else counts[result]++
      if (i % 500 === 499) note(`${i + 1} of ${rows.length} rows.`)
    }
    for (const { line, reason } of refused.sort((a, b) => a.line - b.line))
      note(`${file}:${line}: ${reason}`)
    out({ ...counts, rejected: refused.length, ...(leftOut > 0 && { leftOut }) })
    return refused.length > 0 ? 1 : 0
  },
})

/** What a line does not tell is what a subscription begins with: all topics, every day. */
const isIn = (
  { topic, pace }: Segment,
  row: { readonly topics: readonly string[] | null; readonly pace: Pace | null },
): boolean =>
  (!topic || !row.topics?.length || row.topics.includes(topic)) &&
  (!pace || (row.pace ?? 'daily') === pace)

/** Topics and weights by the names that stories carry. */
function byTaxonomy({ topics, weights }: SubscriberRow, taxonomy: Taxonomy) {
  const wanted = chooseTopics(topics ?? [], taxonomy)
  const steps = Object.entries(weights ?? {})
  const leaned = steps.map(([topic]) => chooseTopics([topic], taxonomy))
  const fault = [wanted, ...leaned].find((chosen) => chosen.fault !== undefined)?.fault
  const names = leaned.map((chosen) => chosen.topics[0] ?? '')
  return {
    fault,
    topics: topics && wanted.topics,
    weights: weights && Object.fromEntries(steps.map(([, n], at) => [names[at], n])),
  }
}

export const exportCsv = command({
  name: 'subscriber export',
  summary: 'Print the running subscriptions of a digest as CSV that subscriber import reads back.',
  input: z.object({
    digest: z.string().describe('Name of the digest'),
    ...segmentInput,
    state: z.enum(['confirmed', 'paused']).optional().describe('Only those in this state'),
  }),
  positional: [],
  changes: false,
  needs: 'operator',
  async run({ digest: name, ...segment }, { deps, out }) {
    const digest = await findDigest(deps, name)
    out({ csv: HEADER })
    const wanted = segmentOf(segment, deps.taxonomy)
    for await (const { time_zone: timeZone, ...row } of deps.store.subscribers.each(
      digest.id,
      wanted,
    ))
      if (['confirmed', 'paused'].includes(row.state) && row.suppressed === null)
        await out({ csv: writeSubscriber({ ...row, timeZone }) })
    return 0
  },
  show: (row) => String(row.csv),
})
