import { join } from 'node:path'
import { z } from 'zod'
import { parseMailbox } from '../delivery/mailbox.ts'
import { listArchives } from '../io/archive.ts'
import { freeBytes } from '../io/disk.ts'
import type { Deps } from '../workers/stage.ts'
import { backupFolder } from './backup.ts'
import { columns, command, type Row } from './command.ts'

type Finding = { readonly status: 'ok' | 'warn' | 'fail'; readonly detail: string }

/** Below this much free space a warning, then a failure: an edition is small, texts add up. */
const SPACE_WARN_BYTES = 2 * 1_024 ** 3
const SPACE_FAIL_BYTES = 200 * 1_024 ** 2
const GIB = 1_024 ** 3

/** What is looked at, in order. A check that throws has failed with what it threw. */
const CHECKS: Readonly<Record<string, (deps: Deps) => Promise<Finding>>> = {
  settings: async ({ config }) => checkSettings(config),
  rows: async ({ store }) => {
    const n = await store.articles.count()
    const limit =
      store.kind === 'pglite'
        ? '; PGlite survives a killed process but not a power cut: keep the nightly back-ups'
        : ''
    return { status: 'ok', detail: `${store.kind}, ${n} articles${limit}` }
  },
  queues: async ({ queues }) => {
    const counts = await Promise.all(queues.list().map((queue) => queues.counts(queue.name)))
    const failed = counts.reduce((sum, count) => sum + count.failed, 0)
    const detail = `${counts.length} queues on ${queues.kind}, ${failed} failed jobs`
    return { status: failed > 0 ? 'warn' : 'ok', detail }
  },
  mail: async ({ mailer, config }) => {
    await mailer.verify()
    return { status: 'ok', detail: config.SMTP_URL ? 'the mail server answers' : 'outbox folder' }
  },
  sending: async ({ store, clock }) => {
    const paused = await store.quota.paused()
    const halted = await store.sending.halted(clock.now())
    const told = [
      ...paused.map(({ name, until, reason }) => `${name} is paused until ${until}: ${reason}`),
      ...halted.map(({ editionId, left, reason }) => `${editionId}, ${left} readers: ${reason}`),
    ]
    if (told.length === 0) return { status: 'ok', detail: 'nothing is held back' }
    return { status: paused.length > 0 ? 'fail' : 'warn', detail: told.join('; ') }
  },
  disk: async ({ config }) => {
    const free = await freeBytes(config.DATA_DIR)
    const status = free < SPACE_FAIL_BYTES ? 'fail' : free < SPACE_WARN_BYTES ? 'warn' : 'ok'
    return { status, detail: `${(free / GIB).toFixed(1)} GiB free at ${config.DATA_DIR}` }
  },
  sources: async ({ store }) => {
    const sources = await store.sources.list()
    const failing = sources.filter(({ failures }) => failures > 0)
    if (sources.length === 0)
      return { status: 'warn', detail: 'none; add one with `dose source add URL`' }
    const told = failing.map(({ name, last_error }) => `${name}: ${last_error}`).join('; ')
    return {
      status: failing.length > 0 ? 'warn' : 'ok',
      detail: `${sources.length} sources, ${failing.length} failing${told && ` (${told})`}`,
    }
  },
  backups: async (deps) => {
    const last = (await listArchives(backupFolder(deps))).at(-1)
    if (last) return { status: 'ok', detail: join(backupFolder(deps), last) }
    return { status: 'warn', detail: 'none yet; `dose up` writes one a night, `dose backup` now' }
  },
}

export const doctor = command({
  name: 'doctor',
  summary: 'Check settings, rows, queues, mail, disk, sources and back-ups, and say what to fix.',
  input: z.object({}),
  positional: [],
  changes: false,
  async run(_input, { deps, out }) {
    let failures = 0
    for (const [check, look] of Object.entries(CHECKS)) {
      const finding = await look(deps).catch(
        (error: unknown): Finding => ({
          status: 'fail',
          detail: error instanceof Error ? error.message : String(error),
        }),
      )
      if (finding.status === 'fail') failures++
      out({ check, ...finding } satisfies Row)
    }
    return failures > 0 ? 1 : 0
  },
  show: columns('status', 'check', 'detail'),
})

function checkSettings(config: Deps['config']): Finding {
  parseMailbox(config.MAIL_FROM, 'MAIL_FROM')
  const missing = [
    config.SMTP_URL && !config.PUBLIC_URL ? 'PUBLIC_URL (links in mails)' : '',
    config.SMTP_URL && !config.POSTAL_ADDRESS ? 'POSTAL_ADDRESS (most countries demand one)' : '',
    config.CONTACT_URL ? '' : 'CONTACT_URL (told to the sites we read)',
  ].filter(Boolean)
  if (missing.length === 0) return { status: 'ok', detail: 'complete' }
  return { status: 'warn', detail: `not set: ${missing.join(', ')}` }
}
