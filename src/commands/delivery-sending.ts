import { z } from 'zod'
import type { Lack, SendingRule } from '../store/sending.ts'
import { deliver, deliveryChunks } from '../workers/deliver.ts'
import { ring } from '../workers/recover.ts'
import type { Deps } from '../workers/stage.ts'
import { columns, command } from './command.ts'
import { findDigest } from './digest.ts'
import { findEdition } from './edition/find.ts'
import { wholeNumber } from './inputs.ts'

const edition = z.string().default('latest').describe('Id of the edition, or `latest`')
/** A week: what is unknown for longer is of no use to its reader. */
const RESEND_HOURS_MAX = 168
const READERS_MAX = 1_000_000
const DAY_MINUTES = 1_440

export const stop = command({
  name: 'delivery stop',
  summary: 'Stop the sending of an edition at once: no body leaves any more.',
  input: z.object({ edition }),
  positional: ['edition'],
  changes: true,
  async run({ edition: key }, { deps, out, undo }) {
    const { id } = await findEdition(deps, key)
    await deps.store.sending.stop(id)
    undo('delivery resume', { edition: id })
    out({ editionId: id, ...(await deps.store.deliveries.counts(id)) })
    return 0
  },
  show: (row) => `${row.editionId} stopped: ${tally(row)}; go on with \`dose delivery resume\``,
})

export const resume = command({
  name: 'delivery resume',
  summary: 'Go on with the sending of an edition that was stopped.',
  input: z.object({
    edition,
    rest: z.boolean().default(false).describe('Let the rest follow the first readers now'),
  }),
  positional: ['edition'],
  changes: true,
  async run({ edition: key, rest }, { deps, out }) {
    const { store, clock } = deps
    const { id } = await findEdition(deps, key)
    await store.sending.resume(id)
    if (rest) await store.sending.releaseRest(id, clock.now())
    await ringFor(id, deps)
    out({ editionId: id, ...(await store.deliveries.counts(id)) })
    return 0
  },
  show: (row) => `${row.editionId} goes on: ${tally(row)}`,
})

export const recall = command({
  name: 'delivery recall',
  summary: 'Call an edition back from readers whom it has not left for yet; no later one tells it.',
  input: z.object({ edition }),
  positional: ['edition'],
  changes: true,
  async run({ edition: key }, { deps, out, record }) {
    const { store, clock } = deps
    const { id } = await findEdition(deps, key)
    const recalled = await store.sending.recall(id, clock.now())
    await store.editions.settle(id)
    record({ recalled })
    out({ editionId: id, recalled, ...(await store.deliveries.counts(id)) })
    return 0
  },
  show: ({ recalled, ...row }) =>
    `${row.editionId}: ${recalled} called back; ${tally(row)}
  The next edition does not make up for it; \`dose delivery resend --missing\` takes the recall back.`,
})

export const resend = command({
  name: 'delivery resend',
  summary:
    'Count the readers an edition did not, or perhaps not, reach; with --yes send it to them.',
  input: z
    .object({
      edition,
      missing: z
        .boolean()
        .default(false)
        .describe('To whom it certainly did not go: bounced though the address is good, recalled'),
      unknown: z.boolean().default(false).describe('Of whom nobody can tell; some get it twice'),
      yes: z.boolean().default(false).describe('Send; without it they are only counted'),
    })
    .refine(({ missing, unknown }) => missing !== unknown, 'give --missing or --unknown'),
  positional: [],
  changes: true,
  async run({ edition: key, unknown, yes }, { deps, out, record }) {
    const { store, clock } = deps
    const { id } = await findEdition(deps, key)
    const lack: Lack = unknown ? 'unknown' : 'missing'
    const readers = yes
      ? await store.sending.resend(id, lack, clock.now())
      : await store.sending.lacking(id, lack, clock.now())
    const toldSince = await store.sending.toldSince(id, lack, clock.now())
    if (yes) await ringFor(id, deps)
    record({ lack, readers, sent: yes })
    out({ editionId: id, lack, readers, toldSince, resent: yes })
    return 0
  },
  show: (row) =>
    [
      row.resent
        ? `${row.editionId}: sent again to ${row.readers} readers`
        : `${row.editionId}: ${row.readers} ${row.lack}; add --yes to send it to them`,
      ...(row.toldSince ? [`  ${row.toldSince} more were told of it by a later edition`] : []),
    ].join('\n'),
})

export const rule = command({
  name: 'delivery rule',
  summary: 'Show or change how the editions of a digest are sent.',
  input: z.object({
    digest: z.string().describe('Name of the digest'),
    unknown: z
      .union([z.literal('hold'), wholeNumber(1, RESEND_HOURS_MAX)])
      .optional()
      .describe('`hold` what is unknown for an operator, or send it again after so many hours'),
    first: z
      .union([z.literal('all'), wholeNumber(1, READERS_MAX)])
      .optional()
      .describe('Readers who get it before the rest, or `all` at once'),
    rest: z
      .union([z.literal('word'), wholeNumber(1, DAY_MINUTES)])
      .optional()
      .describe('Minutes until the rest follow, or at your `word`: `delivery resume --rest`'),
  }),
  positional: ['digest'],
  changes: true,
  async run({ digest: name, unknown, first, rest }, { deps, out }) {
    const digest = await findDigest(deps, name)
    const known = await deps.store.sending.rule(digest.id)
    const changed: SendingRule = {
      resendHours: chosen(unknown, known.resendHours),
      firstReaders: chosen(first, known.firstReaders),
      restMinutes: chosen(rest, known.restMinutes),
    }
    await deps.store.sending.setRule(digest.id, changed)
    out({ digest: digest.name, ...changed })
    return 0
  },
  show: columns('digest', 'resendHours', 'firstReaders', 'restMinutes'),
})

/** A word stands for no number. */
const chosen = (given: number | string | undefined, known: number | null): number | null =>
  given === undefined ? known : typeof given === 'number' ? given : null

async function ringFor(editionId: string, deps: Deps): Promise<void> {
  const keys = await deliveryChunks(deps.store, editionId, deps.clock.now())
  await ring(deliver, keys, deps, 'operator')
}

const tally = ({ editionId: _, ...counts }: Record<string, unknown>): string =>
  Object.entries(counts)
    .map(([state, n]) => `${n} ${state}`)
    .join(', ') || 'no deliveries'
