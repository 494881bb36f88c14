import { z } from 'zod'
import { addressKey, readAddress, readDomain } from '../delivery/address.ts'
import { isTimeZone } from '../delivery/zone.ts'
import { DoseError } from '../errors.ts'
import type { Taxonomy } from '../story/topics.ts'
import { columns, command } from './command.ts'
import { findDigest } from './digest.ts'
import { nameList, requireTopics, shownName, shownText, wholeNumber } from './inputs.ts'
import { segmentInput, segmentOf } from './segment.ts'

/** Why an address was not enrolled, and that this is meant. */
export const REFUSED = {
  suppressed:
    'the address is suppressed (bounced, complained or deleted); it is not written to again',
  unsubscribed: 'the reader has unsubscribed; only the reader can sign up again',
} as const

export const add = command({
  name: 'subscriber add',
  summary: 'Subscribe one address to a digest.',
  input: z.object({
    email: z.string().describe('Address'),
    digest: z.string().describe('Name of the digest'),
    name: shownName.optional().describe('Name of the reader'),
    consent: shownText.default('added by the operator').describe('When and where they agreed'),
    topics: nameList.optional().describe('Topics wanted, comma-separated; `all` by default'),
    hour: wholeNumber(0, 23).optional().describe('Hour of the day they read'),
    timezone: z.string().optional().describe('Their IANA time zone'),
    pace: z.enum(['daily', 'weekdays', 'weekly']).optional().describe('How often'),
    more: nameList.optional().describe('Topics they want more of; with --less in place of before'),
    less: nameList.optional().describe('Topics they want less of'),
    mute: nameList.optional().describe('Domains of which nothing is shown; `none` takes it back'),
  }),
  positional: ['email'],
  changes: true,
  async run({ email, digest: name, timezone, topics, more, less, mute, ...rest }, { deps, out }) {
    const digest = await findDigest(deps, name)
    const read = readAddress(email)
    if (read.fault !== undefined) throw new DoseError('USAGE', `${email}: ${read.fault}.`)
    if (timezone !== undefined && !isTimeZone(timezone))
      throw new DoseError(
        'USAGE',
        `--timezone ${timezone}: no such time zone; write e.g. Europe/Zurich.`,
      )
    const enrolment = {
      ...rest,
      topics: topics && requireTopics(topics, deps.taxonomy),
      timeZone: timezone,
      weights: weightsOf(more, less, deps.taxonomy),
      muted: mute && (mute[0] === 'none' ? [] : mute.map(domainOf)),
      email: read.address,
      emailKey: addressKey(read.address),
    }
    const result = await deps.store.subscribers.enrol(digest.id, enrolment, deps.clock.now())
    if (result === 'suppressed' || result === 'unsubscribed')
      throw new DoseError('USAGE', `${read.address}: ${REFUSED[result]}.`)
    out({ email: read.address, digest: digest.name, result })
    return 0
  },
  show: columns('email', 'digest', 'result'),
})

function domainOf(given: string): string {
  const domain = readDomain(given)
  if (domain !== null) return domain
  throw new DoseError('USAGE', `--mute ${given}: no domain; write e.g. paper.example, or none.`)
}

/** One step for each; `all` in place of topics takes the wishes back. */
function weightsOf(
  more: readonly string[] | undefined,
  less: readonly string[] | undefined,
  taxonomy: Taxonomy,
): Record<string, number> | undefined {
  if (more === undefined && less === undefined) return undefined
  return Object.fromEntries([
    ...requireTopics(more ?? [], taxonomy).map((topic) => [topic, 1]),
    ...requireTopics(less ?? [], taxonomy).map((topic) => [topic, -1]),
  ])
}

export const list = command({
  name: 'subscriber list',
  summary: 'List the subscriptions.',
  input: z.object({
    digest: z.string().optional().describe('Name of one digest'),
    ...segmentInput,
    state: z
      .enum(['confirmed', 'paused', 'unsubscribed'])
      .optional()
      .describe('Only subscriptions in this state'),
  }),
  positional: [],
  changes: false,
  async run({ digest: name, ...segment }, { deps, out }) {
    const digest = name ? await findDigest(deps, name) : null
    const wanted = segmentOf(segment, deps.taxonomy)
    for await (const subscription of deps.store.subscribers.each(digest?.id, wanted)) {
      const {
        time_zone: timezone,
        created_at: _,
        consent: __,
        email_key: ___,
        ...row
      } = subscription
      await out({ ...row, timezone })
    }
    return 0
  },
  show: columns('email', 'digest', 'state', 'topics', 'hour', 'timezone', 'pace', 'suppressed'),
})

export const remove = command({
  name: 'subscriber remove',
  summary: 'End the subscriptions of an address, or the one to a digest.',
  input: z.object({
    email: z.string().describe('Address'),
    digest: z.string().optional().describe('Name of one digest'),
  }),
  positional: ['email'],
  changes: true,
  async run({ email, digest: name }, { deps, out }) {
    const digest = name ? await findDigest(deps, name) : null
    const ended = await deps.store.subscribers.unsubscribe(addressKey(email.trim()), digest?.id)
    if (ended === 0) throw new DoseError('NOT_FOUND', `a running subscription of ${email}`)
    out({ email, ended })
    return 0
  },
  show: (row) => `${row.ended} ended`,
})
