// `npm run soak`: the test of the killed senders with many kills, on every set-up this machine has, and
// a sender stopped for a minute. Prints figures and seeds. `npm run soak -- --kills 50 --setup redis`.

import { spawnSync } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { parseArgs } from 'node:util'

const root = join(import.meta.dirname, '..')
const PATH = [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter)
const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    setup: { type: 'string', multiple: true, default: ['pglite', 'postgres', 'redis'] },
    'stop-seconds': { type: 'string', default: '60' },
  },
})

for (const setup of values.setup) {
  const { status } = spawnSync(
    'vitest',
    ['run', '--project', setup, 'test/kills.store.test.ts', '--maxWorkers=1'],
    {
      cwd: root,
      stdio: 'inherit',
      env: {
        ...process.env,
        PATH,
        DOSE_KILLS: values.kills,
        DOSE_STOP_SECONDS: values['stop-seconds'],
      },
      shell: process.platform === 'win32',
    },
  )
  if (status !== 0) process.exitCode = 1
}
