// Everything that says whether the project is well: form, types, unused code, and the tests in
// every set-up this machine can start. `npm test -- test/text` narrows the tests to a folder.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { findPrograms } from '../test/setups/programs.ts'

const root = join(import.meta.dirname, '..')
const bin = join(root, 'node_modules', '.bin')
/** Tools start on the Node that runs this file, whatever the system has. */
const PATH = [bin, process.env.PATH].join(delimiter)

/** Parts of the suite that need a program of the machine, and what installs it. */
const NEEDS = [
  { program: 'postgres', part: 'the set-ups postgres and redis', install: 'postgresql' },
  { program: 'redis', part: 'the set-up redis', install: 'redis-server' },
  { program: 'chromium', part: 'the tests in a browser', install: 'chromium' },
  { program: 'postfix', part: 'the tests by post (run as root)', install: 'postfix' },
  { program: 'dovecot', part: 'the tests by post (run as root)', install: 'dovecot-imapd' },
  { program: 'spamassassin', part: 'the tests by post', install: 'spamassassin' },
]

const run = (command, args) =>
  spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: { NODE_COMPILE_CACHE: join(tmpdir(), 'dose-compiled'), ...process.env, PATH },
    shell: process.platform === 'win32',
  }).status === 0

/** Passed, failed and skipped tests. A file that cannot be read at all counts as one that failed. */
function count(report) {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = report
  const broken = testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  )
  return {
    passed: numPassedTests,
    failed: numFailedTests + broken.length,
    skipped: numPendingTests + numTodoTests,
  }
}

function runTests() {
  const folder = mkdtempSync(join(tmpdir(), 'dose-report-'))
  const file = join(folder, 'report.json')
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
    const passed = run('vitest', ['run', ...reporters, ...process.argv.slice(2)])
    const counts = count(JSON.parse(readFileSync(file, 'utf8')))
    // An error outside any test ends the run badly although no test failed.
    return passed || counts.failed > 0 ? counts : { ...counts, failed: 1 }
  } catch (error) {
    console.error(`No report of the tests: ${error.message}`)
    return { passed: 0, failed: 1, skipped: 0 }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const checks = [
  { name: 'form (biome ci)', passed: run('biome', ['ci']) },
  { name: 'types (tsc)', passed: run('tsc', []) },
  { name: 'unused code (knip)', passed: run('knip', []) },
]
const { passed, failed, skipped } = runTests()
const broken = checks.filter((check) => !check.passed)
const programs = findPrograms()
const missing = NEEDS.filter(({ program }) => !programs[program])
const mustHaveAll = Boolean(process.env.CI || process.env.DOSE_REQUIRE_ALL)

for (const { name } of broken) console.error(`FAILED: ${name}`)
for (const { program, part, install } of missing)
  console.error(`\n!!! LEFT OUT: ${part}. There is no ${program} here: apt-get install ${install}`)
if (missing.length > 0 && mustHaveAll)
  console.error('\nFAILED: nothing may be left out where CI or DOSE_REQUIRE_ALL is set.')

const failures = failed + broken.length + (mustHaveAll ? missing.length : 0)
console.log(`\n${passed} passed, ${failures} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
process.exitCode = failures > 0 ? 1 : 0
