import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'

const PURE = ['article', 'story', 'edition', 'delivery', 'upkeep']
const WORDS = ['model.ts', 'errors.ts']
const SETTINGS = [...WORDS, 'config.ts']

/** Who may import whom, in the direction of the data. What lies directly in src/ sees everything. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  text: [],
  article: ['text', ...WORDS],
  story: ['text', ...WORDS],
  edition: ['text', ...WORDS],
  delivery: ['text', ...WORDS],
  upkeep: ['text', ...WORDS],
  io: SETTINGS,
  store: SETTINGS,
  workers: [...SETTINGS, 'text', ...PURE, 'io', 'store'],
  // `dose filter` is a stage alone: the pure part of it, with lines instead of rows around it.
  commands: [...SETTINGS, 'text', ...PURE, 'io', 'store', 'workers'],
  web: [
    ...[...SETTINGS, 'edition', 'delivery', 'upkeep', 'io', 'store'],
    ...['workers/pipeline.ts', 'workers/stage.ts'],
  ],
}

/** What a function of its arguments has no use for. Hashing is the one built-in that is pure. */
const EFFECT =
  /\bawait |\basync |config\.ts'|Date\.now|new Date\(\)|Math\.random|performance\.|process\.|setTimeout|from 'node:(?!crypto')/

const files = globSync('src/*/**/*.ts').filter((file) => !file.endsWith('.d.ts'))

/** The paths, relative to src/, that a file imports, whichever way it says so. */
function importsOf(file: string): string[] {
  const imports = /(?:from|import)\s*\(?\s*'(\.[^']*)'/g
  return [...readFileSync(file, 'utf8').matchAll(imports)].map(([, path = '']) =>
    relative('src', join(dirname(file), path)).replaceAll('\\', '/'),
  )
}

function isAllowed(path: string, row: readonly string[]): boolean {
  return row.includes(path) || row.includes(path.split('/')[0] as string)
}

test('every folder has a row', () => {
  const folders = new Set(files.map((file) => file.split('/')[1]))
  expect(files.length).toBeGreaterThan(0)
  expect([...folders].filter((folder) => !((folder as string) in MAY_IMPORT))).toEqual([])
})

describe('imports', () => {
  test.each(files)('%s keeps to its row', (file) => {
    const folder = file.split('/')[1] as string
    const row = [folder, ...(MAY_IMPORT[folder] ?? [])]
    expect(importsOf(file).filter((path) => !isAllowed(path, row))).toEqual([])
  })
})

describe('purity', () => {
  const pure = files.filter((file) => ['text', ...PURE].includes(file.split('/')[1] as string))
  test.each(pure)('%s is a function of its arguments', (file) => {
    const found = EFFECT.exec(withoutComments(readFileSync(file, 'utf8')))
    expect(found?.[0]).toBeUndefined()
  })
})

/** A comment may well speak of `process.` or of waiting. */
function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
}
