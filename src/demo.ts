import { join, resolve } from 'node:path'
import { findDigest } from './commands/digest.ts'
import { loadConfig } from './config.ts'
import { localDate } from './delivery/zone.ts'
import { serveSampleFeeds, writeSampleFolder } from './io/sample.ts'
import { ALL, freePort, type Served, serve, untilStopped } from './serve.ts'
import { runDigest } from './workers/digest-run.ts'
import type { Deps } from './workers/stage.ts'

const FOLDER = './data/demo'
const FIRST_PORT = 3000
/** Fixed, so that the pictures of an edition are still there after a restart. */
const FEEDS_PORT = 3100
const DIGEST = 'Daily Dose of AI'
const HOUR_MS = 3_600_000
const READERS = [
  { email: 'ada@reader.example', name: 'Ada', topics: undefined },
  { email: 'ben@reader.example', name: 'Ben', topics: ['Chips & Infrastructure', 'Policy & Law'] },
] as const

/**
 * The whole road on invented news: sources served from this machine, real queues, an edition in
 * the browser and mails in an outbox. A second start finds everything there.
 */
export async function demo(
  global: { readonly config?: string },
  options: { readonly exit?: boolean },
  say: (line: string) => void,
): Promise<number> {
  const dir = resolve(process.env.DATA_DIR ?? FOLDER)
  const env = {
    ...process.env,
    DATA_DIR: dir,
    DATABASE_URL: '',
    REDIS_URL: '',
    SMTP_URL: '',
    PORT: process.env.PORT || String(await freePort(FIRST_PORT)),
    ALLOW_PRIVATE_HOSTS: '127.0.0.1',
    HOST_REQUESTS_PER_MINUTE: '6000', // all its feeds come from this machine
    LOG_LEVEL: process.env.LOG_LEVEL ?? 'warn',
    POSTAL_ADDRESS: process.env.POSTAL_ADDRESS ?? 'Daily Dose, 1 Sample Street, Exampleton',
  }
  const { config } = loadConfig(env, global.config)
  say('Starting; the first time takes a few seconds.')
  const served = await serve(config, ALL, { command: 'demo' }, say)
  try {
    const feeds = await makeDemo(served.app.deps, dir, say)
    tell(served, say)
    if (!options.exit) return await untilStopped(served, say).finally(() => feeds.close())
    await feeds.close()
    await served.stop()
    return 0
  } catch (error) {
    await served.stop()
    throw error
  }
}

/**
 * Invented news, and the edition of it with its readers, unless they are there.
 *
 * @returns the server of the news: close it.
 */
export async function makeDemo(deps: Deps, dir: string, say: (line: string) => void) {
  const feeds = await startFeeds(deps, dir)
  await makeEdition(deps, say)
  return feeds
}

/** News dated from the first start on: a second start reads what it has already. */
async function startFeeds({ store, clock }: Deps, dir: string) {
  const { value: now } = await store.settings.once('demo_started', () => clock.now())
  const feeds = await serveSampleFeeds(now, await freePort(FEEDS_PORT))
  const folder = join(dir, 'articles')
  await writeSampleFolder(folder, now)
  const sources = [
    ...feeds.feeds.map(({ name, url }) => ({
      kind: 'feed' as const,
      url,
      name,
      intervalSeconds: 3_600,
    })),
    { kind: 'folder' as const, url: folder, name: 'Sample articles', intervalSeconds: 300 },
  ]
  for (const source of sources) await store.sources.add({ ...source, topics: [] }, clock.now())
  return feeds
}

async function makeEdition(deps: Deps, say: (line: string) => void): Promise<void> {
  const { store, clock } = deps
  if (await store.digests.find(DIGEST)) return
  await store.digests.put(
    { name: DIGEST, schedule: '0 7 * * *', timeZone: localZone() },
    clock.now(),
  )
  const digest = await findDigest(deps, DIGEST)
  await store.digests.setOpen(digest.id, true)
  for (const { email, name, topics } of READERS)
    await store.subscribers.enrol(
      digest.id,
      { email, emailKey: email, name, topics, consent: 'part of the demo' },
      clock.now(),
    )
  const yesterday = localDate(
    new Date(Date.parse(clock.now()) - 24 * HOUR_MS).toISOString(),
    digest.timeZone,
  )
  await runDigest({ digest, date: yesterday, deliver: true }, deps, say)
  await runDigest({ digest, date: null, deliver: true }, deps, say)
}

const localZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone

function tell(served: Served, say: (line: string) => void): void {
  for (const [what, path] of [
    ['The edition', '/'],
    ['Mails sent', '/outbox'],
    ['Dashboard', '/admin'],
  ])
    say(`${`${what}:`.padEnd(14)}${served.url}${path}`)
  say('Ctrl-C stops it. `npm run demo` again goes on where it stopped.')
}
