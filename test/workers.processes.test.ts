import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { startWorkers } from '../src/workers/run.ts'
import { addDigest, addFolder, type Note, newsFolder, run } from './support/news.ts'
import { openTestApp, type TestApp } from './support/setup.ts'

const CLI = join(import.meta.dirname, '../src/cli.ts')
const EVENTS = 40
const PROVIDERS = ['valley.example', 'coast.example', 'hills.example']
const MINUTES = 3

const apps: TestApp[] = []
const children: ChildProcess[] = []
afterEach(async () => {
  for (const child of children.splice(0)) await ended(child, 'SIGTERM')
  for (const app of apps.splice(0)) await app.close()
})

/** Forty events, each told by three providers in words that no other event uses. */
const NOTES: readonly Note[] = Array.from({ length: EVENTS }, (_, event) =>
  PROVIDERS.map((domain, teller) => tell(event, teller, domain)),
).flat()

function tell(event: number, teller: number, domain: string): Note {
  const word = (n: number) =>
    `${'bdfgklmnprst'[event % 12]}${'aeiou'[n % 5]}${'lmnrstvz'[(event >> 2) % 8]}${'aeiou'[(event + n) % 5]}${'bdgkmnt'[(n + event) % 7]}${event}x${n}`
  const line = (from: number) => Array.from({ length: 9 }, (_, i) => word(from + i)).join(' ')
  const title = `Report ${word(0)} ${word(1)} ${word(2)}`
  return {
    file: `event-${event}-${teller}.md`,
    title,
    domain,
    body: `The ${line(0)} opened. It ${line(teller)} again, said ${line(2)}.`,
  }
}

async function open(): Promise<TestApp> {
  const app = await openTestApp()
  apps.push(app)
  return app
}

function startWorker(app: TestApp): ChildProcess {
  const child = spawn(process.execPath, [CLI, 'worker'], {
    env: { ...process.env, ...app.settings },
    stdio: 'ignore',
  })
  children.push(child)
  return child
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.kill(signal)
  await exit
}

async function stories(app: TestApp): Promise<string[]> {
  const rows = await app.deps.store.stories.partition()
  return rows.map(({ url, story_id }) => `${url} ${story_id}`)
}

test(
  'two workers of which one is killed make the stories that one worker makes, and lose nothing',
  async () => {
    const at = new Date(Date.now() - 3_600_000).toISOString()
    const folder = newsFolder(NOTES, at)

    const one = await open()
    startWorkers(one.deps)
    await addFolder(one, folder)
    await run(one, await addDigest(one))

    const two = await open()
    const [first] = [startWorker(two), startWorker(two)]
    await addFolder(two, folder)
    const digest = await addDigest(two)
    const running = run(two, digest)
    await expect
      .poll(async () => (await two.deps.store.articles.count()) > NOTES.length / 4, {
        timeout: 60_000,
      })
      .toBe(true)
    await ended(first as ChildProcess, 'SIGKILL')
    await running

    expect(await stories(two)).toEqual(await stories(one))
    expect(await stories(two)).toHaveLength(NOTES.length)
    expect(new Set((await stories(two)).map((line) => line.split(' ')[1])).size).toBe(EVENTS)
  },
  MINUTES * 60_000,
)
