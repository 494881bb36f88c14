import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { findPrograms } from './test/setups/programs.ts'

/**
 * PGlite takes about 500 MB, so that four at once are what a usual machine bears. One more than there are
 * processors: tests wait for pages, clocks and other processes for a good part of their time.
 */
const MOST_WORKERS = 4

const { postgres, redis, chromium, postfix, dovecot, spamassassin } = findPrograms()
const rows = ['test/**/*.store.test.ts']
/** Several processes at once, which a folder does not serve; and what only a folder does. */
const processes = ['test/**/*.processes.test.ts']
const folder = ['test/**/*.folder.test.ts']
/** Takes minutes: in the suite where several processes send, on every set-up by `npm run soak`. */
const kills = ['test/kills.store.test.ts']
/** What must not be disturbed by other tests: run when these have ended. */
const alone = ['test/**/*.alone.test.ts']
const browser = ['test/**/browser.test.ts', 'test/**/*.browser.test.ts']
/** Through a real mail server and a real filter. */
const posted = ['test/**/*.mail.test.ts']
const packed = ['test/package.test.ts']

/**
 * Where the kind of queue changes nothing: PostgreSQL is the same with Redis and without, so that one is enough.
 * The whole road on queues in rows is that of a folder; on PostgreSQL alone `traces` takes it once.
 */
const rowsOnly = [
  'test/pipeline.store.test.ts',
  'test/store/**',
  'test/backup.store.test.ts',
  'test/commands/article.store.test.ts',
  'test/commands/commands.store.test.ts',
  'test/commands/story.store.test.ts',
  'test/house.store.test.ts',
  'test/privacy.store.test.ts',
  'test/warnings.store.test.ts',
  'test/workers/cluster.store.test.ts',
  'test/workers/decisions.store.test.ts',
]
/**
 * Pages, sources and what editors do, where the kind of database changes nothing either. They run on the server
 * with Redis; a folder has the whole road, rows, delivery, and all pages in the browser.
 */
const onServer = [
  'test/web/**',
  'test/commands/source/**',
  'test/workers/page.store.test.ts',
  'test/workers/websub.store.test.ts',
  'test/workers/fetch.store.test.ts',
  'test/workers/read.store.test.ts',
  'test/workers/blind.store.test.ts',
  'test/editing.store.test.ts',
  'test/filters.store.test.ts',
  'test/issues.store.test.ts',
  'test/repeated.store.test.ts',
  'test/stories.store.test.ts',
  'test/takedown.store.test.ts',
  'test/threads.store.test.ts',
  'test/xray.store.test.ts',
]
/** Leaves nothing out, in half as much time again: before a release, and after a change of rows or queues. */
const everywhere = Boolean(process.env.DOSE_EVERYWHERE)

/** The same files three times, once in each set-up of design: the folder, a server, a server and Redis. */
const setups = [
  { name: 'pglite' as const, globalSetup: ['test/setups/pglite.ts'], present: true },
  { name: 'postgres' as const, globalSetup: ['test/setups/postgres.ts'], present: postgres },
  {
    name: 'redis' as const,
    globalSetup: ['test/setups/postgres.ts', 'test/setups/redis.ts'],
    present: postgres && redis,
  },
]

/** What another set-up stands for, if there is one here. */
function leftOut(name: (typeof setups)[number]['name']): readonly string[] {
  if (everywhere || !postgres || !redis || name === 'redis') return []
  return name === 'postgres' ? [...rowsOnly, ...onServer] : onServer
}

const pure = {
  test: {
    name: 'pure',
    isolate: false, // as in the set-ups
    include: ['test/**/*.test.ts'],
    exclude: [...rows, ...processes, ...folder, ...alone, ...browser, ...posted, ...packed],
  },
}
const inSetups = setups
  .filter(({ present }) => present)
  .map(({ name, globalSetup }) => ({
    test: {
      name,
      globalSetup,
      include: [...rows, ...(name === 'pglite' ? folder : processes)],
      exclude: [...leftOut(name), ...(name === 'redis' || process.env.DOSE_KILLS ? [] : kills)],
      provide: { setup: name },
      hookTimeout: 60_000,
      // Files of a worker share what they import, which takes longer than many of them: their state is rows.
      isolate: false,
    },
  }))
const rooms = ['test/web/dashboard.browser.test.ts']
/** All pages on a folder; the rooms of the dashboard, which show and steer jobs, on a server with Redis too. */
const inBrowser = setups
  .filter(({ name, present }) => chromium && present && name !== 'postgres')
  .map(({ name, globalSetup }) => ({
    test: {
      name: name === 'pglite' ? 'browser' : 'browser-redis',
      globalSetup,
      include: name === 'pglite' ? browser : rooms,
      provide: { setup: name },
      testTimeout: 60_000,
    },
  }))
const byPost =
  postfix && dovecot && spamassassin
    ? [
        {
          test: {
            name: 'mail',
            globalSetup: ['test/setups/pglite.ts'],
            include: posted,
            provide: { setup: 'pglite' as const },
            testTimeout: 60_000,
          },
        },
      ]
    : []
const undisturbed = {
  test: {
    name: 'alone',
    globalSetup: ['test/setups/pglite.ts'],
    include: alone,
    provide: { setup: 'pglite' as const },
    maxWorkers: 1,
    sequence: { groupOrder: 1 },
  },
}
const installed = { test: { name: 'package', include: packed, testTimeout: 300_000 } }

/** What the machine lacks is left out here; scripts/test.mjs says so, and forbids it in CI. */
export default defineConfig({
  test: {
    maxWorkers: Math.min(MOST_WORKERS, availableParallelism() + 1),
    testTimeout: 60_000,
    projects: [pure, ...inSetups, ...inBrowser, ...byPost, installed, undisturbed],
  },
})
