import { setTimeout as sleep } from 'node:timers/promises'
import type { NodemailerError } from 'nodemailer'
import { DoseError } from '../errors.ts'
import type { DkimSigner } from './dkim.ts'
import type { Mailer, SendResult } from './mail.ts'
import { composeMime } from './mime.ts'
import { createTurns, type Permit, type Steward, strikesOf } from './smtp-account.ts'
import { gateBody } from './smtp-body.ts'
import { createSmtpPool, type Lease, type SmtpPool } from './smtp-pool.ts'
import { openSession, parseSmtpUrls, type SmtpServer } from './smtp-session.ts'

/** How a sending failed, as far as the server said. */
type SmtpFailure = {
  readonly code: string | null
  readonly replyCode: number | null
  readonly command: string | null
  readonly text: string
  readonly bodyBegun: boolean
}

export type SmtpOptions = {
  /** The setting SMTP_URL: one or more servers, see `parseSmtpUrls`. */
  readonly url: string
  /** What a failure means for the delivery. */
  readonly judge: (
    failure: SmtpFailure,
  ) => Extract<SendResult, { kind: 'deferred' | 'bounced' | 'unknown' }>
  /** Connections at one time to each server, whatever the others do; 5 unless told. */
  readonly connections?: number
  /** Signs what leaves; without it nothing is signed here. */
  readonly sign?: DkimSigner | undefined
  /** Keeps limits and pauses; without it there are none. */
  readonly steward?: Steward
  /** Within this each sending has a result, 15 minutes unless told: ten are the server's to answer. */
  readonly limitMs?: number
  /** So long a mail waits for the server whose turn it is, 5 seconds unless told, before any will do. */
  readonly patienceMs?: number
}

const CONNECTIONS = 5
const LIMIT_MS = 900_000
const PATIENCE_MS = 5_000
/** Where a mail lost its patience nobody waits for so long, if there is another server. */
const IMPATIENT_MS = 60_000
const VERIFY_MS = 60_000

/** What is kept of a reply; a server may send a megabyte. */
const REPLY_CHARS_MAX = 500

const asItIs: DkimSigner = async (bytes) => bytes

type Sending = {
  readonly from: string
  readonly to: string
  readonly bytes: Buffer
  readonly beforeBody: () => Promise<boolean>
  readonly signal: AbortSignal
}

/** A server with the sessions that are open with it. */
type Pooled = {
  readonly server: SmtpServer
  readonly weight: number
  readonly pool: SmtpPool
  /** Until then, by the clock of the process, it is not waited for as long as another may have room. */
  impatientUntil: number
}

type Attempt = {
  readonly result: SendResult
  /** The server failed before it judged recipient or message: another may do better. */
  readonly isServerDown: boolean
  /** It failed on a session from an earlier message, which it may simply have closed. */
  readonly isStale: boolean
  /** Nodemailer's name of the failure. */
  readonly code: string | null
}

/** Writes a result down, and gives it back. */
type Settle = (result: SendResult) => Promise<SendResult>

const ABANDONED: Attempt = {
  result: { kind: 'abandoned' },
  isServerDown: false,
  isStale: false,
  code: null,
}
const FREE: Permit = { kind: 'given', waitMs: 0 }

const postponed = ({ reason, retryMs }: Extract<Permit, { kind: 'busy' }>): SendResult => ({
  kind: 'postponed',
  reason,
  retryMs,
})

const domainOf = (address: string): string =>
  address.slice(address.lastIndexOf('@') + 1).toLowerCase()

/**
 * A mailer over SMTP. Servers take turns; one that fails before it has judged the recipient is
 * passed over for the next. The body is sent at most once per sending, whatever happens.
 *
 * @throws {DoseError} CONFIG_INVALID when `url` names no server
 */
export function createSmtp(options: SmtpOptions): Mailer {
  const { judge, connections = CONNECTIONS, limitMs = LIMIT_MS, sign = asItIs } = options
  const { steward, patienceMs = PATIENCE_MS } = options
  const servers = parseSmtpUrls(options.url)
  if (servers.length === 0) throw new DoseError('CONFIG_INVALID', 'SMTP_URL names no server')
  const pooled = servers.map((server): Pooled => {
    const impatientUntil = servers.length > 1 ? 0 : Number.POSITIVE_INFINITY
    return {
      server,
      weight: server.weight,
      pool: createSmtpPool(server, connections),
      impatientUntil,
    }
  })
  const turns = createTurns(pooled)

  async function attempt(pool: SmtpPool, sending: Sending): Promise<Attempt> {
    const { from, to, bytes, signal } = sending
    const body = gateBody(bytes, sending.beforeBody)
    let lease: Lease | null = null
    try {
      lease = await pool.lend(signal)
      const answer = lease.session.transmit(from, to, bytes.length, body.stream)
      const reply = await Promise.race([answer, aborted(signal)])
      pool.keep(lease)
      return {
        result: { kind: 'accepted', reply: reply.slice(0, REPLY_CHARS_MAX) },
        isServerDown: false,
        isStale: false,
        code: null,
      }
    } catch (error) {
      body.stream.destroy()
      if (lease !== null) await giveBack(pool, lease, error, signal)
      const { asked, shut, begun } = await body.settle()
      if (shut) return ABANDONED
      const failure = failureOf(error, begun)
      const isServerDown = !asked && !signal.aborted && isBeforeRecipient(failure)
      const isStale = isServerDown && lease !== null && lease.used > 0 && isSilent(failure)
      return { result: judge(failure), isServerDown, isStale, code: failure.code }
    }
  }

  /** A refused envelope leaves a session usable once it is reset; anything else ends it. */
  async function giveBack(
    pool: SmtpPool,
    lease: Lease,
    error: unknown,
    signal: AbortSignal,
  ): Promise<void> {
    const { code, replyCode } = failureOf(error, false)
    const isUsable = code === 'EENVELOPE' && replyCode !== null && replyCode !== 421
    if (!isUsable) return lease.session.destroy()
    try {
      await Promise.race([lease.session.reset(), aborted(signal)])
      pool.keep(lease)
    } catch {
      lease.session.destroy()
    }
  }

  /** One server, if its account has room; once more where it had closed an idle session. */
  async function tryServer({ server, pool }: Pooled, sending: Sending): Promise<Attempt> {
    const { name, limit } = server
    const permit = (await steward?.permit(name, limit)) ?? FREE
    if (permit.kind === 'busy') return { ...ABANDONED, result: postponed(permit) }
    if (permit.waitMs > 0) await sleep(permit.waitMs, undefined, { signal: sending.signal })
    let tried = await attempt(pool, sending)
    if (tried.isStale) {
      pool.forget()
      tried = await attempt(pool, sending)
    }
    const { result, isServerDown, code } = tried
    const strikes = strikesOf(result, isServerDown, code)
    if (strikes !== null)
      await steward?.tell(name, strikes, 'reason' in result ? result.reason : '')
    return tried
  }

  /** The servers in turn, until one has an answer; it is settled while its connection is still ours. */
  async function attempts(sending: Sending, settle: Settle): Promise<SendResult> {
    let last: SendResult | null = null
    for await (const one of entered(turns(), patienceMs, sending.signal)) {
      if (one instanceof Error) {
        last ??= judge(failureOf(one, false))
        break
      }
      try {
        const { result, isServerDown } = await tryServer(one, sending)
        if (!isServerDown && result.kind !== 'postponed') return await settle(result)
        if (last === null || isServerDown) last = result // a failure says more than a lack of room
      } finally {
        one.pool.leave()
      }
    }
    return settle(last ?? { kind: 'deferred', reason: 'no server' })
  }

  return {
    async send({ message, returnPath }, beforeBody, onResult) {
      const limit = new AbortController()
      const timer = setTimeout(() => limit.abort(new Error('no answer in time')), limitMs)
      const settle: Settle = async (result) => {
        await onResult?.(result)
        return result
      }
      try {
        const permit = (await steward?.admit(domainOf(message.to.address))) ?? FREE
        if (permit.kind === 'busy') return await settle(postponed(permit))
        const bytes = await sign(composeMime(message))
        if (permit.waitMs > 0) await sleep(permit.waitMs)
        const { from, to } = message
        const envelope = { from: returnPath ?? from.address, to: to.address }
        return await attempts({ ...envelope, bytes, beforeBody, signal: limit.signal }, settle)
      } finally {
        clearTimeout(timer)
      }
    },
    async verify() {
      for (const server of servers) {
        try {
          const session = await openSession(server, AbortSignal.timeout(VERIFY_MS))
          session.quit()
        } catch (cause) {
          const subject = `${server.name}: ${failureOf(cause, false).text}`
          throw new DoseError('MAIL_UNREACHABLE', subject, { cause })
        }
      }
    },
    async close() {
      await Promise.all(pooled.map(({ pool }) => pool.close()))
    },
  }
}

/**
 * Servers, each entered: by their turns those that have room at once or soon, then the others as soon as one has.
 * So weights hold while all are busy, and one that is slow, held back or silent stops none of the mails that others
 * could take. An error ends it: there will be no room.
 */
async function* entered(
  servers: Iterable<Pooled>,
  patienceMs: number,
  signal: AbortSignal,
): AsyncGenerator<Pooled | Error> {
  const full = new Set<Pooled>()
  for (const one of servers) {
    if (one.pool.enterNow() || (await entersSoon(one, patienceMs, signal))) yield one
    else full.add(one)
  }
  while (full.size > 0) {
    const one = await enterFirst([...full], signal)
    yield one
    if (one instanceof Error) return
    full.delete(one)
  }
}

/** Waits its turn for a while, unless others did so lately for nothing. @returns whether it came. */
async function entersSoon(one: Pooled, patienceMs: number, signal: AbortSignal): Promise<boolean> {
  if (performance.now() < one.impatientUntil) return false
  const patience = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)])
  return one.pool.enter(patience).then(
    () => true,
    () => {
      if (!signal.aborted) one.impatientUntil = performance.now() + IMPATIENT_MS
      return false
    },
  )
}

/** Made once: an error for each mail would be a picture of the stack for each. */
const ROOM_ELSEWHERE = new Error('another server had room')

/** Waits for room with any of several servers, and gives up the waits for the others. */
async function enterFirst(
  servers: readonly Pooled[],
  signal: AbortSignal,
): Promise<Pooled | Error> {
  const waits = new AbortController()
  const either = servers.length === 1 ? signal : AbortSignal.any([signal, waits.signal])
  const entries = servers.map((one) => one.pool.enter(either).then(() => one))
  try {
    const first = await Promise.any(entries)
    for (const entry of entries)
      entry.then(
        (one) => one === first || one.pool.leave(),
        () => undefined,
      )
    return first
  } catch (error) {
    const [reason] = (error as AggregateError).errors
    return reason instanceof Error ? reason : new Error(String(reason))
  } finally {
    waits.abort(ROOM_ELSEWHERE)
  }
}

/** Neither recipient nor message has been judged: unreachable, log-in or MAIL FROM refused. */
function isBeforeRecipient({ code, command }: SmtpFailure): boolean {
  return code === 'EENVELOPE' ? command === 'MAIL FROM' : code !== 'EMESSAGE'
}

function isSilent({ replyCode }: SmtpFailure): boolean {
  return replyCode === null || replyCode === 421
}

function failureOf(error: unknown, bodyBegun: boolean): SmtpFailure {
  const { code, responseCode, response, command, message } = error as Partial<NodemailerError>
  return {
    code: typeof code === 'string' ? code : null,
    replyCode: responseCode ?? null,
    command: command ?? null,
    text: (response || message || String(error)).slice(0, REPLY_CHARS_MAX),
    bodyBegun,
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
