/**
 * Messages a second to an SMTP sink in its own process, over five connections, signed with DKIM:
 * the deliver stage with its ledger, beside nodemailer's pool that composes and signs the same
 * messages and keeps no ledger.
 *
 *     DATABASE_URL=postgres://…/empty node bench/speed/deliver.ts [--readers 10000] [--choices 1000]
 *
 * The database must be an empty one; it is filled. Ours renders every choice as it meets it; the peer
 * gets issues that are rendered already. Each runs in a process of its own, ours with the flags of
 * `bin/dose`; printed are messages a second by the clock and by the processor of that process, its
 * peak memory, and the database's size.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { devNull, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { sql } from 'kysely'
import { createTransport } from 'nodemailer'
import { loadConfig } from '../../src/config.ts'
import { buildMessage } from '../../src/delivery/message.ts'
import { fillPersonal } from '../../src/edition/personal.ts'
import { createRenderer } from '../../src/edition/render.ts'
import { selectIssue } from '../../src/edition/select.ts'
import { readTemplates } from '../../src/io/templates.ts'
import { openApp } from '../../src/main.ts'
import type { Edition, Rendered } from '../../src/model.ts'
import { deliver, deliveryChunks } from '../../src/workers/deliver.ts'
import { startWorkers } from '../../src/workers/run.ts'
import { handTo } from '../../src/workers/stage.ts'
import { makeEdition } from '../../test/support/edition.ts'
import { benchPool, topicsOf } from './choices.ts'

type Result = { readonly seconds: number; readonly cpuSeconds: number; readonly peakMb: number }
type Told = Partial<Result> & { readonly port?: number; readonly messages?: number }

/** What `bin/dose` is started with. */
const DOSE_FLAGS = ['--max-semi-space-size=2', '--heap-growing-percent=80']
const CONNECTIONS = 5
const SIZE = 12
const FROM = { name: 'Morning Dose', address: 'dose@news.example' }

const { values } = parseArgs({
  options: {
    readers: { type: 'string', default: '10000' },
    choices: { type: 'string', default: '1000' },
    part: { type: 'string' },
    url: { type: 'string' },
    key: { type: 'string' },
  },
})
const readers = Number(values.readers)
const choices = Number(values.choices)

if (values.part === 'ours') process.send?.(await sendOurs())
else if (values.part === 'peer') process.send?.(await sendPeers())
else await compare()

async function fill(): Promise<void> {
  const app = await openApp(configOf('smtp://127.0.0.1:9'), { command: 'bench' })
  const { store, clock } = app.deps
  await store.digests.put({ name: 'Bench', schedule: '0 7 * * *', timeZone: 'UTC' }, clock.now())
  const digest = await store.digests.find('Bench')
  if (!digest) throw new Error('the digest was not stored')
  const sets = Array.from({ length: choices }, (_, n) => topicsOf(n, choices).join(','))
  await sql`insert into dose.subscriber (id, email, email_key, created_at)
    select 'r' || n, 'r' || n || '@reader.example', 'r' || n || '@reader.example', now()
    from generate_series(1, ${readers}::int) n`.execute(store.db)
  await sql`insert into dose.subscription
      (id, subscriber_id, digest_id, state, topics, consent, created_at)
    select 's' || n, 'r' || n, ${digest.id}, 'confirmed',
      string_to_array((${sets}::text[])[n % ${choices}::int + 1], ','), 'in a measure', now()
    from generate_series(1, ${readers}::int) n`.execute(store.db)
  const now = clock.now()
  const sample = makeEdition()
  const span = { from: sample.span.from, to: now }
  const making = { dated: true, deliver: true, atOnce: true, size: SIZE }
  const slot = { digestId: digest.id, date: now.slice(0, 10), slot: 0, span }
  const { id } = await store.editions.open(slot, making, now)
  const { subject, preheader, counters } = sample
  const content = { span, dated: true, log: null, told: [], subject, preheader, counters }
  const plan = { hour: null, timeZone: null, paces: ['daily'], dueAt: now }
  await store.editions.freeze(id, { ...content, pool: benchPool(), hash: 'h', frozenAt: now }, [
    plan,
  ])
  await app.close()
}

function configOf(smtp: string) {
  const settings = {
    DATABASE_URL: process.env.DATABASE_URL,
    DATA_DIR: mkdtempSync(join(tmpdir(), 'dose-deliver-')),
    SMTP_URL: smtp,
    PUBLIC_URL: 'https://news.example',
    LOG_LEVEL: 'error',
    ...(values.key && { DKIM_DOMAIN: 'news.example', DKIM_SELECTOR: 's', DKIM_KEY: values.key }),
  }
  process.on('exit', () => rmSync(settings.DATA_DIR, { recursive: true, force: true }))
  return loadConfig(settings, devNull).config
}

async function sendOurs(): Promise<Result> {
  const app = await openApp(configOf(values.url ?? ''), { command: 'bench' })
  const { store, queues, clock } = app.deps
  const [edition] = await store.editions.list(1)
  if (!edition) throw new Error('no edition')
  const stop = stopwatch()
  startWorkers(app.deps, ['deliver'])
  await handTo(deliver, await deliveryChunks(store, edition.id, clock.now()), 'bench', queues)
  for (;;) {
    await sleep(500)
    if ((await store.editions.get(edition.id))?.state === 'sent') break
  }
  const result = stop()
  const counts = await store.deliveries.counts(edition.id)
  if (counts.accepted !== readers)
    throw new Error(`not all was accepted: ${JSON.stringify(counts)}`)
  await app.close()
  return result
}

async function sendPeers(): Promise<Result> {
  const templates = new URL('../../src/templates', import.meta.url).pathname
  const renderer = createRenderer(await readTemplates(templates))
  const edition: Edition = { ...makeEdition(), pool: benchPool() }
  const issues: Rendered[] = []
  for (let n = 0; n < choices; n++) {
    const issue = selectIssue(edition.pool, { topics: topicsOf(n, choices) }, SIZE)
    if (issue) issues.push(renderer.mail({ edition, issue, postal: '' }))
  }
  const { hostname, port } = new URL(values.url ?? '')
  const transport = createTransport({
    pool: true,
    host: hostname,
    port: Number(port),
    maxConnections: CONNECTIONS,
    maxMessages: 100,
    dkim: {
      domainName: 'news.example',
      keySelector: 's',
      privateKey: values.key ?? '',
    },
  })
  const stop = stopwatch()
  let next = 0
  const lane = async () => {
    while (next < readers) {
      const n = next++
      await transport.sendMail(messageOf(issues[n % issues.length] as Rendered, n))
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS * 4 }, lane))
  const result = stop()
  transport.close()
  return result
}

function messageOf(rendered: Rendered, n: number) {
  const unsubscribeUrl = `https://news.example/u/${'x'.repeat(60)}${n}`
  const address = `r${n}@reader.example`
  const message = buildMessage({
    rendered: fillPersonal(rendered, {
      address,
      reason: 'You get Bench because you signed up: in a measure.',
      viewUrl: 'https://news.example/editions/e42',
      preferencesUrl: unsubscribeUrl,
      unsubscribeUrl,
      leanUrl: (storyId, lean) => `https://news.example/l/${'x'.repeat(100)}${storyId}${lean}`,
    }),
    editionId: 'e42',
    deliveryId: `v${n}`,
    digest: { name: 'Bench', slug: 'Bench' },
    from: FROM,
    to: { name: '', address },
    unsubscribeUrl,
    date: '2026-11-20T06:00:00.000Z',
  })
  const { headers, date, ...mail } = message
  return {
    ...mail,
    headers: { ...headers },
    date: new Date(date),
    encoding: 'quoted-printable' as const,
  }
}

function stopwatch(): () => Result {
  const [start, cpu] = [performance.now(), process.cpuUsage()]
  return () => {
    const { user, system } = process.cpuUsage(cpu)
    return {
      seconds: (performance.now() - start) / 1_000,
      cpuSeconds: (user + system) / 1_000_000,
      peakMb: process.resourceUsage().maxRSS / 1_024,
    }
  }
}

async function compare(): Promise<void> {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2_048 })
  const key = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const sink = fork(new URL('deliver-sink.ts', import.meta.url))
  const { port } = await answer(sink)
  const args = ['--readers', values.readers, '--choices', values.choices, `--key=${key}`]
  const url = ['--url', `smtp://127.0.0.1:${port}`]
  await fill()
  const ours = await runApart([...args, ...url, '--part', 'ours'], DOSE_FLAGS)
  const peer = await runApart([...args, ...url, '--part', 'peer'])
  sink.send('how many?')
  const { messages } = await answer(sink)
  sink.disconnect()
  console.log(
    `${readers} readers, ${choices} choices, ${CONNECTIONS} connections; sink took ${messages}`,
  )
  tell('daily-dose', ours)
  tell('nodemailer', peer)
  const byCpu = peer.cpuSeconds / ours.cpuSeconds
  console.log(
    `ratio ${(peer.seconds / ours.seconds).toFixed(2)} by the clock, ${byCpu.toFixed(2)} by the processor`,
  )
  const app = await openApp(configOf('smtp://127.0.0.1:9'), { command: 'bench' })
  const { rows } = await sql<{ bytes: number }>`
    select pg_database_size(current_database()) as bytes`.execute(app.deps.store.db)
  console.log(`database ${((rows[0]?.bytes ?? 0) / 1_048_576).toFixed(0)} MB`)
  await app.close()
}

function tell(name: string, { seconds, cpuSeconds, peakMb }: Result): void {
  const perSecond = (readers / seconds).toFixed(0)
  const perCpuSecond = (readers / cpuSeconds).toFixed(0)
  console.log(
    `${name.padEnd(12)} ${perSecond} messages/s, ${perCpuSecond} per second of processor, peak ${peakMb.toFixed(0)} MB`,
  )
}

async function runApart(
  args: readonly string[],
  execArgv: readonly string[] = [],
): Promise<Result> {
  const child = fork(import.meta.filename, [...args], { execArgv: [...execArgv] })
  const told = await answer(child)
  await once(child, 'exit')
  const { seconds, cpuSeconds, peakMb } = told
  if (seconds === undefined || cpuSeconds === undefined || peakMb === undefined)
    throw new Error('a part gave no result')
  return { seconds, cpuSeconds, peakMb }
}

async function answer(child: ChildProcess): Promise<Told> {
  const failed = once(child, 'exit').then(() => {
    throw new Error('a part ended early')
  })
  const [told] = (await Promise.race([once(child, 'message'), failed])) as [Told]
  failed.catch(() => undefined)
  return told
}
