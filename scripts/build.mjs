// Compiles src/ to dist/ for the package: Node strips no types under node_modules. What the sources
// read beside them, templates and migrations, is copied.

import { spawnSync } from 'node:child_process'
import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const dist = join(root, 'dist')
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')

rmSync(dist, { recursive: true, force: true })
const args = [tsc, '-p', join(root, 'tsconfig.build.json')]
// npm pack prints its own JSON on stdout.
const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: ['ignore', 2, 2] })
if (status !== 0) process.exit(1)
for (const folder of ['templates', 'store/migrations'])
  cpSync(join(root, 'src', folder), join(dist, folder), { recursive: true })
