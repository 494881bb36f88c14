/**
 * Editions to be read, made of a long stream of real articles: one page a day.
 *
 *     node bench/quality/editions.ts --data PATH --out FOLDER [--days N] [--size N]
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { makePreheader, makeSubject } from '../../src/edition/subject.ts'
import { readTaxonomy } from '../../src/io/taxonomy.ts'
import { print } from './paper.ts'
import { makeDays, readLines } from './stream.ts'

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    out: { type: 'string' },
    days: { type: 'string', default: '20' },
    size: { type: 'string', default: '20' },
  },
})
const { data, out } = values
if (data === undefined || out === undefined) {
  throw new Error('usage: editions.ts --data PATH --out FOLDER [--days N] [--size N]')
}
const days = makeDays(readLines(data, 'stream', 'articles-12k.jsonl.gz'), 0, Number(values.days))
const taxonomy = readTaxonomy()
mkdirSync(out, { recursive: true })
/** As the digest does: none of the last seven subjects is used again. */
const RECENT_SUBJECTS = 7
const subjects: string[] = []
days.forEach(({ now, stories }, i) => {
  const { page, issue } = print(stories, now, Number(values.size), taxonomy)
  const subject = issue ? makeSubject(issue, subjects.slice(-RECENT_SUBJECTS)) : ''
  subjects.push(subject)
  const preheader = issue ? makePreheader(issue, subject) : ''
  const name = `${String(i + 1).padStart(2, '0')}.md`
  writeFileSync(
    join(out, name),
    `# Day ${i + 1}: ${stories.length} stories\n\n${subject}\n${preheader}\n\n${page}`,
  )
})
const longest = Math.max(...subjects.map((subject) => subject.length))
const cut = subjects.filter((subject) => subject.endsWith('…')).length
console.log(
  `${subjects.length} subjects, ${new Set(subjects).size} different, ${cut} cut, the longest of ${longest} characters`,
)
