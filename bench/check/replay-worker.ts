/** Works the queues of an installation beside another process, at the time that one tells it. */
import { loadConfig } from '../../src/config.ts'
import { openApp } from '../../src/main.ts'
import { startWorkers } from '../../src/workers/run.ts'

let now = new Date(0).toISOString()
const { config } = loadConfig(process.env)
const app = await openApp(config, { command: 'bench', clock: { now: () => now } })
process.on('message', (told: string) => {
  now = told
  process.send?.(told)
})
process.on('disconnect', () => void app.close().then(() => process.exit()))
startWorkers(app.deps)
process.send?.('ready')
