import { createServer } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { judgeFailure } from '../../src/delivery/bounce.ts'
import type { Mailer } from '../../src/io/mail.ts'
import { createSmtp, type SmtpOptions } from '../../src/io/smtp.ts'
import type { Steward } from '../../src/io/smtp-account.ts'
import { parseSmtpUrls } from '../../src/io/smtp-session.ts'
import { outgoing } from '../support/message.ts'
import { type Behaviour, type Sink, startSink } from '../support/smtp.ts'

const cleanup: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of cleanup.splice(0).reverse()) await end()
})

async function sink(options: Parameters<typeof startSink>[0] = {}): Promise<Sink> {
  const started = await startSink(options)
  cleanup.push(started.close)
  return started
}

function mailer(
  url: string,
  options: Partial<Pick<SmtpOptions, 'connections' | 'limitMs' | 'patienceMs' | 'steward'>> = {},
): Mailer {
  const made = createSmtp({ url, judge: judgeFailure, ...options })
  cleanup.push(made.close)
  return made
}

/** A port where nobody listens. */
async function deadUrl(): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return `smtp://127.0.0.1:${port}`
}

const yes = async () => true

describe('an accepted message', () => {
  test('arrives whole, at its recipient, with its headers', async () => {
    const server = await sink()
    const result = await mailer(server.url).send(outgoing(), yes)
    expect(result).toMatchObject({ kind: 'accepted', reply: expect.stringMatching(/^250/) })
    expect(server.messages).toHaveLength(1)
    const [{ from, to, raw } = { from: '', to: '', raw: '' }] = server.messages
    expect({ from, to }).toEqual({ from: 'dose@news.example', to: 'ann@reader.example' })
    expect(raw).toContain('Subject: Bridge over the Aar reopens')
    expect(raw).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click')
    expect(raw).toContain('\r\n.\r\n..dots at the start of a line')
  })

  test('is committed after the recipient was accepted and before the first byte of the body', async () => {
    const server = await sink()
    const before: string[][] = []
    const beforeBody = async () => {
      await new Promise((resolve) => setTimeout(resolve, 50))
      before.push([...server.events])
      return true
    }
    await mailer(server.url).send(outgoing(), beforeBody)
    expect(before).toEqual([
      ['connect', 'mail dose@news.example', 'rcpt ann@reader.example', 'body'],
    ])
    expect(server.messages).toHaveLength(1)
  })

  test('shares its connection with the next ones, and there are never more than allowed', async () => {
    const server = await sink()
    const smtp = mailer(server.url, { connections: 2 })
    const readers = Array.from({ length: 12 }, (_, n) => `reader${n}@reader.example`)
    const results = await Promise.all(readers.map((to) => smtp.send(outgoing(to), yes)))
    expect(results.map(({ kind }) => kind)).toEqual(readers.map(() => 'accepted'))
    expect(server.messages.map(({ to }) => to).sort()).toEqual([...readers].sort())
    expect(server.events.filter((event) => event === 'connect')).toHaveLength(2)
  })
})

test('a connection serves the next message only when the outcome of the last is written', async () => {
  const server = await sink()
  const smtp = mailer(server.url, { connections: 1 })
  const written = Promise.withResolvers<void>()
  const first = smtp.send(outgoing('a@reader.example'), yes, () => written.promise)
  let asked = false
  const second = smtp.send(outgoing('b@reader.example'), async () => {
    asked = true
    return true
  })
  await expect.poll(() => server.messages.length).toBe(1)
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(asked).toBe(false)
  written.resolve()
  expect((await Promise.all([first, second])).map(({ kind }) => kind)).toEqual([
    'accepted',
    'accepted',
  ])
  expect(asked).toBe(true)
})

test('a connection outlives many refused recipients, and piles nothing up for them', async () => {
  const server = await sink()
  server.behave({ do: 'reply', at: 'rcpt', reply: '550 5.1.1 no such user' })
  const warnings: string[] = []
  const note = ({ name }: Error) => void warnings.push(name)
  process.on('warning', note)
  const smtp = mailer(server.url, { connections: 1 })
  for (let n = 0; n < 14; n++)
    expect(await smtp.send(outgoing(`r${n}@reader.example`), yes)).toMatchObject({
      kind: 'bounced',
    })
  await new Promise((resolve) => setImmediate(resolve)) // warnings come a tick later
  process.off('warning', note)
  expect(warnings).toEqual([])
  expect(server.events.filter((event) => event === 'connect')).toHaveLength(1)
})

test('a sending called off before the body delivers nothing', async () => {
  const server = await sink()
  const smtp = mailer(server.url)
  expect(await smtp.send(outgoing(), async () => false)).toEqual({ kind: 'abandoned' })
  expect(await smtp.send(outgoing('ben@reader.example'), yes)).toMatchObject({ kind: 'accepted' })
  expect(server.messages.map(({ to }) => to)).toEqual(['ben@reader.example'])
  expect(server.bodies).toHaveLength(1)
})

test('what beforeBody throws comes out, and nothing was delivered', async () => {
  const server = await sink()
  const beforeBody = () => Promise.reject(new Error('the ledger is gone'))
  await expect(mailer(server.url).send(outgoing(), beforeBody)).rejects.toThrow(
    'the ledger is gone',
  )
  expect(server.bodies).toHaveLength(0)
})

const misbehaviours: {
  name: string
  behaviour: Behaviour
  result: object
  bodies: number
  asked: number
}[] = [
  {
    name: 'unknown recipient',
    behaviour: { do: 'reply', at: 'rcpt', reply: '550 5.1.1 no such user <ann@reader.example>' },
    result: { kind: 'bounced', code: '5.1.1', hard: true, reason: '550 5.1.1 no such user …' },
    bodies: 0,
    asked: 0,
  },
  {
    name: 'recipient put off',
    behaviour: { do: 'reply', at: 'rcpt', reply: '450 4.2.1 busy' },
    result: { kind: 'deferred', reason: '450 4.2.1 busy' },
    bodies: 0,
    asked: 0,
  },
  {
    name: 'sender refused: our trouble, not the reader’s',
    behaviour: { do: 'reply', at: 'mail', reply: '550 5.7.1 not from you' },
    result: { kind: 'deferred', reason: '550 5.7.1 not from you' },
    bodies: 0,
    asked: 0,
  },
  {
    name: 'body refused for good',
    behaviour: { do: 'reply', at: 'body', reply: '554 5.7.1 looks like spam' },
    result: { kind: 'bounced', code: '5.7.1', hard: false },
    bodies: 1,
    asked: 1,
  },
  {
    name: 'body put off',
    behaviour: { do: 'reply', at: 'body', reply: '451 4.3.0 disk trouble' },
    result: { kind: 'deferred' },
    bodies: 1,
    asked: 1,
  },
  {
    name: 'connection cut at the recipient',
    behaviour: { do: 'drop', at: 'rcpt' },
    result: { kind: 'deferred' },
    bodies: 0,
    asked: 0,
  },
  {
    name: 'connection cut in the body',
    behaviour: { do: 'drop', at: 'in-body' },
    result: { kind: 'unknown' },
    bodies: 0,
    asked: 1,
  },
  {
    name: 'connection cut after the body and before the reply',
    behaviour: { do: 'drop', at: 'after-body' },
    result: { kind: 'unknown' },
    bodies: 1,
    asked: 1,
  },
]

describe('a server that misbehaves', () => {
  test.each(misbehaviours)('$name', async ({ behaviour, result, bodies, asked }) => {
    const server = await sink()
    const smtp = mailer(server.url)
    let times = 0
    const beforeBody = async () => ++times > 0
    server.behave(behaviour)
    expect(await smtp.send(outgoing(), beforeBody)).toMatchObject(result)
    expect(server.messages).toHaveLength(0)
    expect(server.bodies.length).toBeLessThanOrEqual(bodies)
    expect(times).toBe(asked)
    server.behave({ do: 'accept' })
    expect(await smtp.send(outgoing(), yes)).toMatchObject({ kind: 'accepted' })
    expect(server.messages).toHaveLength(1)
  })

  test('greylisting passes at the second try', async () => {
    const server = await sink()
    server.behave({ do: 'greylist' })
    const smtp = mailer(server.url)
    expect(await smtp.send(outgoing(), yes)).toMatchObject({ kind: 'deferred' })
    expect(await smtp.send(outgoing(), yes)).toMatchObject({ kind: 'accepted' })
    expect(server.events.filter((event) => event === 'connect')).toHaveLength(1)
  })

  test.each([
    {
      name: 'silent after the body: it may have arrived',
      at: 'body',
      kind: 'unknown',
      messages: 1,
    },
    { name: 'silent before the body: it has not', at: 'rcpt', kind: 'deferred', messages: 0 },
  ] as const)('$name', async ({ at, kind, messages }) => {
    const server = await sink()
    server.behave({ do: 'slow', at, ms: 60_000 })
    const smtp = mailer(server.url, { limitMs: 300 })
    expect(await smtp.send(outgoing(), yes)).toEqual({ kind, reason: 'no answer in time' })
    expect(server.messages).toHaveLength(messages)
  })

  test('a result waits for a commit that is under way', async () => {
    const server = await sink()
    const order: string[] = []
    const beforeBody = async () => {
      await expect.poll(() => server.events.includes('close'), { timeout: 5_000 }).toBe(true)
      order.push('committed')
      return true
    }
    const result = await mailer(server.url, { limitMs: 500 }).send(outgoing(), beforeBody)
    order.push(result.kind)
    expect(order).toEqual(['committed', 'deferred'])
    expect(server.bodies).toHaveLength(0)
  })

  test('a connection it closed while idle is opened again', async () => {
    // Long enough for a message on a machine with much else to do.
    const server = await sink({ socketTimeout: 1_000 })
    const smtp = mailer(server.url)
    expect(await smtp.send(outgoing(), yes)).toMatchObject({ kind: 'accepted' })
    await expect.poll(() => server.events.includes('close'), { timeout: 5_000 }).toBe(true)
    expect(await smtp.send(outgoing('ben@reader.example'), yes)).toMatchObject({ kind: 'accepted' })
    expect(server.messages).toHaveLength(2)
  })
})

test('a connection that breaks before its next message is replaced, and nothing is sent twice', async () => {
  const server = await sink()
  const smtp = mailer(server.url)
  await smtp.send(outgoing(), yes)
  server.behave({ do: 'drop', at: 'rcpt', once: true })
  expect(await smtp.send(outgoing('ben@reader.example'), yes)).toMatchObject({ kind: 'accepted' })
  expect(server.messages.map(({ to }) => to)).toEqual(['ann@reader.example', 'ben@reader.example'])
})

test('in a crowd of misbehaviours each result tells what the server saw', async () => {
  const server = await sink()
  const smtp = mailer(server.url)
  const crowd = [...misbehaviours.map(({ behaviour }) => behaviour), { do: 'accept' } as const]
  const readers = Array.from({ length: 120 }, (_, n) => `reader${n}@reader.example`)
  for (const [n, to] of readers.entries()) {
    const behaviour = crowd[(n * 7) % crowd.length] as Behaviour
    server.behave(
      behaviour.do === 'reply' && behaviour.at === 'mail' ? { do: 'accept' } : behaviour,
      to,
    )
  }
  const committed = new Set<string>()
  const results = await Promise.all(
    readers.map((to) =>
      smtp.send(outgoing(to), async () => committed.size < committed.add(to).size),
    ),
  )
  for (const [n, to] of readers.entries()) {
    const seen = server.bodies.filter((body) => body.to === to).length
    const taken = server.messages.filter((message) => message.to === to).length
    expect(seen, to).toBeLessThanOrEqual(committed.has(to) ? 1 : 0)
    expect(taken, to).toBe(results[n]?.kind === 'accepted' ? 1 : 0)
    expect(results[n]?.kind, to).not.toBe('abandoned')
  }
}, 30_000)

describe('several servers', () => {
  test('take turns', async () => {
    const [one, two] = [await sink(), await sink()]
    const smtp = mailer(`${one.url}, ${two.url}`)
    for (const to of ['a@reader.example', 'b@reader.example']) await smtp.send(outgoing(to), yes)
    expect([one.messages.length, two.messages.length]).toEqual([1, 1])
  })

  test('take what their weights say, also when all are busy', async () => {
    const [one, two] = [await sink(), await sink()]
    const smtp = mailer(`${one.url}?weight=9, ${two.url}`, { connections: 2 })
    const readers = Array.from({ length: 60 }, (_, n) => `reader${n}@reader.example`)
    await Promise.all(readers.map((to) => smtp.send(outgoing(to), yes)))
    expect([one.messages.length, two.messages.length]).toEqual([54, 6])
  })

  test('stand in for one that is down', async () => {
    const server = await sink()
    const smtp = mailer(`${await deadUrl()},${server.url}`)
    for (const to of ['a@reader.example', 'b@reader.example']) {
      expect(await smtp.send(outgoing(to), yes)).toMatchObject({ kind: 'accepted' })
    }
    expect(server.messages).toHaveLength(2)
  })

  test('have connections of their own: one that is left alone leaves the other no more', async () => {
    const [one, two] = [await sink(), await sink()]
    const paused = one.url.slice('smtp://'.length)
    const steward: Steward = {
      admit: async () => ({ kind: 'given', waitMs: 0 }),
      permit: async (account) =>
        account === paused
          ? { kind: 'busy', retryMs: 1_000, reason: 'paused' }
          : { kind: 'given', waitMs: 0 },
      tell: async () => {},
    }
    const smtp = mailer(`${one.url},${two.url}`, { connections: 2, steward })
    const readers = Array.from({ length: 12 }, (_, n) => `reader${n}@reader.example`)
    const results = await Promise.all(readers.map((to) => smtp.send(outgoing(to), yes)))
    expect(results.map(({ kind }) => kind)).toEqual(readers.map(() => 'accepted'))
    expect(one.events).toEqual([])
    expect(two.messages).toHaveLength(12)
    expect(two.events.filter((event) => event === 'connect')).toHaveLength(2)
  })

  test('do not wait for each other where one takes its time', async () => {
    const [one, two] = [await sink(), await sink()]
    one.behave({ do: 'slow', at: 'body', ms: 60_000 })
    const smtp = mailer(`${one.url},${two.url}`, {
      ...{ connections: 1, limitMs: 2_000, patienceMs: 100 },
    })
    const readers = Array.from({ length: 4 }, (_, n) => `reader${n}@reader.example`)
    const results = await Promise.all(readers.map((to) => smtp.send(outgoing(to), yes)))
    expect(results.map(({ kind }) => kind).sort()).toEqual([
      ...['accepted', 'accepted', 'accepted', 'unknown'],
    ])
  })

  test('whose limit makes mails wait keeps those of the others going', async () => {
    const [one, two] = [await sink(), await sink()]
    const held = one.url.slice('smtp://'.length)
    const steward: Steward = {
      admit: async () => ({ kind: 'given', waitMs: 0 }),
      permit: async (account) => ({ kind: 'given', waitMs: account === held ? 3_000 : 0 }),
      tell: async () => {},
    }
    const smtp = mailer(`${one.url},${two.url}`, { connections: 2, patienceMs: 100, steward })
    const readers = Array.from({ length: 30 }, (_, n) => `reader${n}@reader.example`)
    const results = await Promise.all(readers.map((to) => smtp.send(outgoing(to), yes)))
    expect(results.map(({ kind }) => kind)).toEqual(readers.map(() => 'accepted'))
    expect([one.messages.length, two.messages.length]).toEqual([2, 28])
  })

  test('are not asked again about a recipient that one refused', async () => {
    const [one, two] = [await sink(), await sink()]
    one.behave({ do: 'reply', at: 'rcpt', reply: '550 5.1.1 no such user' })
    const result = await mailer(`${one.url},${two.url}`).send(outgoing(), yes)
    expect(result).toMatchObject({ kind: 'bounced' })
    expect(two.events).toEqual([])
  })
})

describe('TLS and log-in', () => {
  const onAuth: NonNullable<Parameters<typeof startSink>[0]>['onAuth'] = (auth, _session, done) =>
    auth.password === 'right' ? done(null, { user: 'dose' }) : done(new Error('no'))

  test('smtps with a log-in', async () => {
    const server = await sink({ secure: true, authOptional: false, onAuth })
    const url = `smtps://dose:right@127.0.0.1:${server.port}?tls.rejectUnauthorized=false`
    expect(await mailer(url).send(outgoing(), yes)).toMatchObject({ kind: 'accepted' })
  })

  test('a wrong password defers, names the server in verify, and tells no secret', async () => {
    const server = await sink({ secure: true, authOptional: false, onAuth })
    const url = `smtps://dose:wrong@127.0.0.1:${server.port}?tls.rejectUnauthorized=false`
    const smtp = mailer(url)
    expect(await smtp.send(outgoing(), yes)).toMatchObject({ kind: 'deferred' })
    await expect(smtp.verify()).rejects.toThrow(`MAIL_UNREACHABLE 127.0.0.1:${server.port}: 535`)
    await expect(smtp.verify()).rejects.not.toThrow(/wrong/)
  })

  test('a certificate that does not hold is refused', async () => {
    const server = await sink({ secure: true })
    const result = await mailer(`smtps://127.0.0.1:${server.port}`).send(outgoing(), yes)
    expect(result).toMatchObject({
      kind: 'deferred',
      reason: expect.stringMatching(/certificate/i),
    })
  })
})

test('verify passes with a server and names one that is not there', async () => {
  const server = await sink()
  await mailer(server.url).verify()
  const dead = await deadUrl()
  await expect(mailer(dead).verify()).rejects.toThrow(`MAIL_UNREACHABLE ${dead.slice(7)}: `)
})

test('closing lets a running sending end, hangs up, and defers what comes later', async () => {
  const server = await sink()
  server.behave({ do: 'slow', at: 'body', ms: 200 })
  const smtp = mailer(server.url, { connections: 1 })
  const running = smtp.send(outgoing(), yes)
  const queued = smtp.send(outgoing('ben@reader.example'), yes)
  await expect.poll(() => server.events.includes('end')).toBe(true)
  await smtp.close()
  expect(await running).toMatchObject({ kind: 'accepted' })
  expect(await queued).toEqual({ kind: 'deferred', reason: 'the mailer is closed' })
  expect(await smtp.send(outgoing(), yes)).toMatchObject({ kind: 'deferred' })
  await expect.poll(() => server.open()).toBe(0)
})

test.each([
  { name: 'no URL', url: 'mail.example', says: 'SMTP_URL, entry 1' },
  { name: 'another protocol', url: 'smtp://a.example,http://b.example', says: 'SMTP_URL, entry 2' },
  { name: 'nothing', url: ' , ', says: 'SMTP_URL names no server' },
])('SMTP_URL with $name is refused', ({ url, says }) => {
  expect(() => createSmtp({ url, judge: judgeFailure })).toThrow(says)
})

test('SMTP_URL keeps percent-encoded credentials and shows none in its name', () => {
  const [server] = parseSmtpUrls('smtp://us%40er:p%2Fw@mail.example:587?requireTLS=true')
  expect(server).toMatchObject({
    name: 'mail.example:587',
    options: { host: 'mail.example', port: 587, secure: false, requireTLS: true },
    auth: { user: 'us@er', credentials: { user: 'us@er', pass: 'p/w' } },
  })
})
