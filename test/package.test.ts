import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const run = promisify(execFile)
/** Installing without the tools takes this long at most on a slow line. */
const INSTALL_MS = 240_000

const folder = mkdtempSync(join(tmpdir(), 'dose-package-'))
const dose = join(folder, 'node_modules', '.bin', 'dose')
const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
let packed: readonly string[] = []

beforeAll(async () => {
  const pack = ['pack', '--json', '--pack-destination', folder]
  const { stdout } = await run('npm', pack, { maxBuffer: 10_000_000 })
  const [{ filename, files }] = JSON.parse(stdout) as [Packed]
  packed = files.map(({ path }) => path)
  writeFileSync(join(folder, 'package.json'), '{"private":true}')
  const install = ['install', '--omit=dev', '--no-audit', '--no-fund', join(folder, filename)]
  await run('npm', install, { cwd: folder })
}, INSTALL_MS)
afterAll(() => rmSync(folder, { recursive: true, force: true }), INSTALL_MS)

type Packed = { readonly filename: string; readonly files: readonly { readonly path: string }[] }

describe('the packed tarball', () => {
  test('holds what was compiled and what it reads, and nothing else', () => {
    const wanted = ['dist/cli.js', 'dist/templates/mail.hbs', 'bin/dose', 'config/topics.yaml']
    expect(packed).toEqual(expect.arrayContaining([...wanted, 'LICENSE', 'package.json']))
    expect(packed.filter((path) => /^(src|test|bench|scripts|data)\//.test(path))).toEqual([])
    expect(packed.filter((path) => /local\.yaml|\.env$(?<!example\.env)/.test(path))).toEqual([])
  })

  test('installs as a command that finds everything well', async () => {
    const { stdout, stderr } = await run(dose, ['doctor', '--json'], { cwd: folder, env: env() })
    const rows = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { status: string })
    expect(rows.length).toBeGreaterThan(3)
    expect(rows.filter(({ status }) => status === 'fail')).toEqual([])
    expect(stderr).toBe('')
  })

  test('runs its filters, and prints nothing but their lines', async () => {
    writeFileSync(join(folder, 'a.md'), '---\ntitle: Ferry back\n---\nThe ferry runs again.\n')
    const args = ['filter', 'frontmatter', 'a.md']
    const { stdout } = await run(dose, args, { cwd: folder, env: env() })
    expect(JSON.parse(stdout)).toMatchObject({ title: 'Ferry back', text: 'The ferry runs again.' })
  })

  test('tells its version', async () => {
    const { stdout } = await run(dose, ['--version'], { cwd: folder, env: env() })
    expect(stdout.trim()).toBe(version)
  })
})

/** The system's own Node in front, not the one this suite runs on. */
function env(): NodeJS.ProcessEnv {
  const path = (process.env.PATH ?? '').split(':').filter((dir) => !dir.includes('node_modules'))
  return {
    ...process.env,
    PATH: path.join(':'),
    DATA_DIR: join(folder, 'data'),
    LOG_LEVEL: 'error',
  }
}
