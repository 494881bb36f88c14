import { execFileSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { devNull } from 'node:os'
import { describe, expect, test } from 'vitest'
import { commands } from '../src/commands/commands.ts'
import { loadConfig, type SettingName, settingNames } from '../src/config.ts'
import { errorCodes } from '../src/errors.ts'
import { stageNames } from '../src/workers/pipeline.ts'

const pages = globSync(['README.md', 'docs/**/*.md']).map((file) => readFileSync(file, 'utf8'))
const words = new Set(pages.join('\n').match(/[\w-]+/g) ?? [])
const unknownTo = (names: readonly string[]) => names.filter((name) => !words.has(name))

const filterNames = ['feed', 'frontmatter', 'extract', 'score', 'rules', 'cluster', 'summarise']

describe('README and docs', () => {
  test('name every setting', () => expect(unknownTo(settingNames)).toEqual([]))
  test('name every error code', () => expect(unknownTo(errorCodes)).toEqual([]))
  test('name every stage', () => expect(unknownTo(stageNames)).toEqual([]))

  test('name every command', () => {
    const text = pages.join('\n').replace(/\s+/g, ' ')
    const names = [...listCommands(), ...filterNames.map((name) => `filter ${name}`)]
    expect(names.filter((name) => !text.includes(`dose ${name}`))).toEqual([])
  })

  test('link to files there are', () => {
    const files = globSync(['README.md', 'CONTRIBUTING.md', 'docs/**/*.md'])
    const broken = files.flatMap((file) =>
      linksOf(file)
        .filter((path) => globSync(path).length === 0)
        .map((path) => `${file}: ${path}`),
    )
    expect(broken).toEqual([])
  })
})

describe('config/example.env', () => {
  /** `# NAME=value` is a default or an example. */
  const lines = [
    ...readFileSync('config/example.env', 'utf8').matchAll(/^# ([A-Z][A-Z_]+)=(.*)$/gm),
  ].map(([, name = '', value = '']) => ({ name, value }))
  const given = Object.fromEntries(lines.map(({ name, value }) => [name, value]))
  const defaults = loadConfig({}, devNull).config

  test('has every setting once, and no other', () => {
    expect(lines.map(({ name }) => name).sort()).toEqual([...settingNames].sort())
  })

  test('has values that would do', () => {
    expect(() => loadConfig(given, devNull)).not.toThrow()
  })

  const withDefault = settingNames.filter((name) => isSet(defaults[name]))
  test.each(withDefault)('%s has its default', (name: SettingName) => {
    expect(loadConfig(given, devNull).config[name]).toEqual(defaults[name])
  })
})

function isSet(value: unknown): boolean {
  return value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0)
}

/** Every command: those of rows from their table, the rest from what `dose --help` lists. */
function listCommands(): string[] {
  const ofRows = commands.map(({ name }) => name)
  const nouns = ofRows.map((name) => name.split(' ')[0])
  const help = execFileSync(process.execPath, ['bin/dose', '--help'], { encoding: 'utf8' })
  const listed = [...help.matchAll(/^ {2}([a-z]+)\b/gm)].map(([, name = '']) => name)
  return [...ofRows, ...listed.filter((name) => name !== 'help' && !nouns.includes(name))]
}

/** Relative links of a page as paths from the root, without their anchors. */
function linksOf(file: string): string[] {
  const folder = file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : '.'
  return [...readFileSync(file, 'utf8').matchAll(/\]\((?!\w+:|#)([^)#\s]+)[^)]*\)/g)].map(
    ([, path = '']) => new URL(path, `file:///${folder}/`).pathname.slice(1),
  )
}
