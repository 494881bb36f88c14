import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Log } from '../src/io/log.ts'
import { openTemplates } from '../src/templates.ts'

let folder: string
let warnings: unknown[]
const log = { warn: (_: string, detail: unknown) => warnings.push(detail) } as unknown as Log

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dose-templates-'))
  mkdirSync(join(folder, 'partials'))
  warnings = []
})
afterEach(() => rmSync(folder, { recursive: true }))

test('those of a folder win, the others stay, and one of another release is warned of', async () => {
  writeFileSync(join(folder, 'partials/mail-section.hbs'), '<tr><td>{{title}}</td></tr>')
  writeFileSync(join(folder, 'notes.md'), 'not a template')
  const { all, own } = await openTemplates(folder, log)
  expect(Object.keys(own)).toEqual(['partials/mail-section'])
  expect(all['partials/mail-section']).toBe('<tr><td>{{title}}</td></tr>')
  expect(all.mail).toContain('<!DOCTYPE html>')
  expect(warnings).toMatchObject([{ file: 'partials/mail-section.hbs' }])
})

test('a faulty one ends the start with its file and line', async () => {
  writeFileSync(join(folder, 'mail.hbs'), '<h1>{{digestName}}</h1>\n{{#if issue}}\n')
  await expect(openTemplates(folder, log)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringMatching(/TEMPLATES_DIR:\nmail\.hbs:\d+: Parse error/),
  })
})

test('a folder that is not there is named', async () => {
  await expect(openTemplates(join(folder, 'no'), log)).rejects.toThrow(/TEMPLATES_DIR: .*ENOENT/)
})
