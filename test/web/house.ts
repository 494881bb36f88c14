import { join } from 'node:path'
import { z } from 'zod'
import { signToken } from '../../src/delivery/token.ts'
import { fillPersonal } from '../../src/edition/personal.ts'
import { DoseError } from '../../src/errors.ts'
import { openFirstDoor } from '../../src/first-admin.ts'
import { createOutbox } from '../../src/io/outbox.ts'
import type { AppOptions } from '../../src/main.ts'
import type { Card } from '../../src/model.ts'
import { intakeOf, operationsOf } from '../../src/serve.ts'
import type { Operation } from '../../src/web/operation.ts'
import { createServer } from '../../src/web/server.ts'
import { makeEdition, makeIssue, POOL } from '../support/edition.ts'
import { outgoing } from '../support/message.ts'
import { openTestApp } from '../support/setup.ts'

export const PASSWORD = 'a long walk in the rain'
export const TOKEN = 'token-of-a-test-0123456789'
export const OUTSIDE = '203.0.113.9'

/** Where requests come from: this machine, as its user types the address, or somewhere else. */
export const HERE = { remoteAddress: '127.0.0.1', headers: { host: 'localhost:3000' } } as const
export const THERE = { remoteAddress: OUTSIDE, headers: { host: 'dose.example' } } as const

const quiet = {
  tellsKey: false,
  confirm: async () => null,
  show: (row: object) => JSON.stringify(row),
}

/** Operations that do what an operation can: tell, fail in a known way, fail in an unknown one. */
const OPERATIONS: readonly Operation[] = [
  {
    ...quiet,
    name: 'echo say',
    summary: 'Says a word so many times',
    changes: false,
    needs: 'viewer',
    schema: z.object({ word: z.string().describe('What to say'), times: z.number().default(1) }),
    async confirm(input) {
      const { word, times } = input as { word: string; times: number }
      return times > 1 ? `Say ${word} ${times} times?` : null
    },
    show: ({ n, word }) => `${n}: ${word}`,
    async run(input, { row, note }) {
      const { word, times } = input as { word: string; times: number }
      note('speaking')
      for (let n = 1; n <= times; n++) row({ n, word })
      return times > 2 ? 1 : 0
    },
  },
  {
    ...quiet,
    name: 'echo lose',
    summary: 'Finds nothing',
    changes: true,
    needs: 'operator',
    schema: z.object({}),
    async run() {
      throw new DoseError('NOT_FOUND', 'echo "x"')
    },
  },
  {
    ...quiet,
    name: 'echo break',
    summary: 'Breaks after a row',
    changes: true,
    needs: 'operator',
    schema: z.object({}),
    async run(_input, { row }) {
      row({ n: 1 })
      throw new TypeError('a slip in /srv/secret/place.ts')
    },
  },
]

/**
 * A served house: one digest with three editions, one reader, one mail in the outbox. Its operations
 * are those above, or all commands.
 */
export async function openHouse(
  settings: Readonly<Record<string, string>> = {},
  real = false,
  own: Partial<AppOptions> = {},
) {
  const app = await openTestApp(settings, own)
  const dir = app.deps.config.DATA_DIR
  const outbox = join(dir, 'outbox')
  const intake = intakeOf(app.deps)
  const options = { deps: app.deps, intake, adminPassword: PASSWORD, apiToken: TOKEN, outbox }
  await openFirstDoor(PASSWORD, app.deps)
  const server = await createServer({
    ...options,
    operations: real ? operationsOf(app.deps) : OPERATIONS,
  })
  const store = app.deps.store

  const addDigest = async (name: string) => {
    const choices = { name, schedule: '0 7 * * *', timeZone: 'Europe/Zurich' }
    return (await store.digests.put(choices, '2026-11-01T00:00:00.000Z')).after
  }

  /** Frozen as of seven in the morning of `date`; a draft when `pool` is `null`. */
  const addEdition = async (
    digestId: string,
    date: string,
    pool: readonly Card[] | null = POOL,
  ) => {
    const sample = makeEdition()
    const at = `${date}T06:00:00.000Z`
    const span = { from: sample.span.from, to: at }
    const making = { dated: false, deliver: true, atOnce: true, size: 12 }
    const { id } = await store.editions.open({ digestId, date, slot: 0, span }, making, at)
    const { subject, preheader, counters } = sample
    const content = {
      ...{ span, dated: false, log: null, told: [] },
      ...{ subject: `${subject} ${date}`, preheader, counters, hash: `h${date}` },
    }
    if (pool) await store.editions.freeze(id, { ...content, pool, frozenAt: at }, [])
    return id
  }

  /** The stories of a pool, each with a page of its own. */
  const addStories = async (pool: readonly Card[] = POOL) => {
    const at = '2026-11-20T05:00:00.000Z'
    for (const card of pool) {
      const page = { card, summary: [], sections: [], timeline: card.citations }
      const seen = { first_seen_at: at, last_seen_at: at }
      await store.db
        .insertInto('story')
        .values({ id: card.storyId, version: 1, page: JSON.stringify(page), ...seen })
        .execute()
    }
  }

  const addReader = async (digestId: string, email: string) => {
    const who = { email, emailKey: email, consent: 'signed up at the fair' }
    await store.subscribers.enrol(digestId, who, '2026-11-02T00:00:00.000Z')
    const row = (await store.subscribers.list(digestId)).find((one) => one.email === email)
    const id = row?.id ?? ''
    return { id, token: signToken(await store.settings.signingSecret(), 'unsubscribe', id) }
  }

  const addMail = async (to: string, script = '') => {
    const mail = renderMail(app.deps.renderer, to)
    const out = outgoing(to, { rendered: { ...mail, html: mail.html + script } })
    await createOutbox(outbox).send(out, async () => true)
    return `/outbox/${out.editionId}/${out.deliveryId}`
  }

  return {
    app,
    server,
    store,
    dir,
    options,
    addDigest,
    addEdition,
    addStories,
    addReader,
    addMail,
    async close() {
      await server.close()
      await app.close()
    },
  }
}

export type House = Awaited<ReturnType<typeof openHouse>>

function renderMail(renderer: House['app']['deps']['renderer'], address: string) {
  const rendered = renderer.mail({
    edition: makeEdition(),
    issue: makeIssue(),
    postal: '4 Quay Street',
  })
  const url = 'https://dose.example/'
  const urls = { viewUrl: url, preferencesUrl: url, unsubscribeUrl: url, leanUrl: () => url }
  return fillPersonal(rendered, { address, reason: 'You signed up at the fair.', ...urls })
}
