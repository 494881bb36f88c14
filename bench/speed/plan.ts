/**
 * What freezing an edition costs with very many readers: one statement plans all of them.
 *
 *     DATABASE_URL=postgres://…/empty node --max-semi-space-size=2 --heap-growing-percent=80 bench/speed/plan.ts [--readers 1000000]
 *
 * The database must be an empty one; it is filled with readers of 24 hours, 40 zones and three paces.
 * The flags are those of `bin/dose`. Wanted for a million: 60 s and 300 MB at most.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { devNull, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { sql } from 'kysely'
import { loadConfig } from '../../src/config.ts'
import { openApp } from '../../src/main.ts'
import { planReaders } from '../../src/workers/turns.ts'
import { makeEdition, POOL } from '../../test/support/edition.ts'

const { values } = parseArgs({ options: { readers: { type: 'string', default: '1000000' } } })
const readers = Number(values.readers)

const zones = Intl.supportedValuesOf('timeZone').filter((_, n) => n % 10 === 0)
const folder = mkdtempSync(join(tmpdir(), 'dose-plan-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
const { config } = loadConfig(
  {
    DATABASE_URL: process.env.DATABASE_URL,
    DATA_DIR: folder,
    SMTP_URL: 'smtp://127.0.0.1:9',
    LOG_LEVEL: 'error',
  },
  devNull,
)
const app = await openApp(config, { command: 'bench' })
const { store, clock } = app.deps
await store.digests.put({ name: 'Bench', schedule: '0 7 * * *', timeZone: 'UTC' }, clock.now())
const digest = await store.digests.find('Bench')
if (!digest) throw new Error('the digest was not stored')
await sql`insert into dose.subscriber (id, email, email_key, created_at)
  select 'r' || n, 'r' || n || '@reader.example', 'r' || n || '@reader.example', now()
  from generate_series(1, ${readers}::int) n`.execute(store.db)
await sql`insert into dose.subscription
    (id, subscriber_id, digest_id, state, topics, hour, time_zone, pace, consent, created_at)
  select 's' || n, 'r' || n, ${digest.id}, 'confirmed', '{}', n % 24,
    (${zones}::text[])[n % ${zones.length}::int + 1], 'daily', 'in a measure', now()
  from generate_series(1, ${readers}::int) n`.execute(store.db)
await sql`analyze dose.subscription`.execute(store.db)
await sql`analyze dose.subscriber`.execute(store.db)

const now = clock.now()
const sample = makeEdition()
const span = { from: sample.span.from, to: now }
const making = { dated: false, deliver: true, atOnce: false, size: 12 }
const slot = { digestId: digest.id, date: now.slice(0, 10), slot: 0, span }
const edition = await store.editions.open(slot, making, now)
const before = process.resourceUsage().maxRSS
const start = performance.now()
const plans = await planReaders(store, digest, edition, now)
const { subject, preheader, counters } = sample
const content = { span, dated: false, log: null, told: [], subject, preheader, counters }
await store.editions.freeze(edition.id, { ...content, pool: POOL, hash: 'h', frozenAt: now }, plans)
const seconds = (performance.now() - start) / 1_000
const { planned = 0 } = await store.deliveries.counts(edition.id)
const peak = process.resourceUsage().maxRSS
console.log(
  `${planned} of ${readers} readers in ${plans.length} groups planned in ${seconds.toFixed(1)} s; peak of this process ${(peak / 1_024).toFixed(0)} MB (${(before / 1_024).toFixed(0)} MB before)`,
)
await app.close()
