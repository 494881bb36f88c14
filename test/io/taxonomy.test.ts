import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openTaxonomy, readTaxonomy } from '../../src/io/taxonomy.ts'

const topic = (name: string) => `threshold: 3\ntopics:\n  - name: ${name}\n    match: { word: 2 }\n`
let dir: string
let file: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'dose-topics-'))
  file = join(dir, 'topics.yaml')
  writeFileSync(file, topic('Bridges'))
})
afterEach(() => rmSync(dir, { recursive: true }))

test('a file that is edited is read again; a bad one is complained of once and changes nothing', () => {
  const complaints: string[] = []
  const topics = openTaxonomy((error) => complaints.push(String(error)), { file, lookMs: 0 })
  const names = () => topics().topics.map(({ name }) => name)
  expect(names()).toEqual(['Bridges'])
  writeFileSync(file, topic('Ferries and more'))
  expect(names()).toEqual(['Ferries and more'])
  writeFileSync(file, 'threshold: none\ntopics: []\n')
  expect([names(), names()]).toEqual([['Ferries and more'], ['Ferries and more']])
  expect(complaints).toEqual([expect.stringContaining(`${file}: `)])
  expect(complaints[0]).toContain('threshold')
  rmSync(file)
  expect(names()).toEqual(['Ferries and more'])
  expect(complaints).toHaveLength(2)
  writeFileSync(file, topic('Tunnels'))
  expect(names()).toEqual(['Tunnels'])
})

test.each([
  { name: 'no YAML', text: 'topics: [', says: 'topics.yaml: ' },
  { name: 'a weight that is none', text: topic('x').replace('2', 'much'), says: 'word' },
])('$name is CONFIG_INVALID with file and reason', ({ text, says }) => {
  writeFileSync(file, text)
  expect(() => readTaxonomy(file)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  expect(() => readTaxonomy(file)).toThrow(says)
})
