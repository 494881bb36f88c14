/**
 * Editions to be read, made of a long stream of real articles: one page a day, as a digest would send
 * them one after the other: a story that was told before comes again only with news.
 *
 *     node bench/quality/editions.ts --data PATH --out FOLDER [--from DAY] [--days N] [--size N]
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { makePreheader, makeSubject } from '../../src/edition/subject.ts'
import { readTaxonomy } from '../../src/io/taxonomy.ts'
import { createMemory } from './memory.ts'
import { print } from './paper.ts'
import { makeDays, readLines } from './stream.ts'

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    out: { type: 'string' },
    from: { type: 'string', default: '0' },
    days: { type: 'string', default: '20' },
    size: { type: 'string', default: '20' },
  },
})
const { data, out } = values
if (data === undefined || out === undefined) {
  throw new Error('usage: editions.ts --data PATH --out FOLDER [--from DAY] [--days N] [--size N]')
}
const [from, size] = [Number(values.from), Number(values.size)]
const lines = readLines(data, 'stream', 'articles-12k.jsonl.gz')
const days = makeDays(lines, from, Number(values.days))
const taxonomy = readTaxonomy()
mkdirSync(out, { recursive: true })
/** As the digest does: none of the last seven subjects is used again. */
const RECENT_SUBJECTS = 7
const subjects: string[] = []
const memory = createMemory()
days.forEach(({ now, stories }, i) => {
  const known = memory.recall(stories)
  const { page, issue, pool } = print(known, now, size, taxonomy)
  memory.remember(pool, size, now, known)
  const subject = issue ? makeSubject(issue, subjects.slice(-RECENT_SUBJECTS)) : ''
  subjects.push(subject)
  const preheader = issue ? makePreheader(issue, subject) : ''
  const name = `${String(from + i + 1).padStart(2, '0')}.md`
  writeFileSync(
    join(out, name),
    `# Day ${from + i + 1}: ${stories.length} stories\n\n${subject}\n${preheader}\n\n${page}`,
  )
})
const longest = Math.max(...subjects.map((subject) => subject.length))
const cut = subjects.filter((subject) => subject.endsWith('…')).length
console.log(
  `${subjects.length} subjects, ${new Set(subjects).size} different, ${cut} cut, the longest of ${longest} characters`,
)
