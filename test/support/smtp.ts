import type { AddressInfo } from 'node:net'
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server'

/** What the sink does with one message. `reply` is a code with text: `451 4.7.1 come back later`. */
export type Behaviour =
  | { readonly do: 'accept' }
  /** Answers MAIL FROM, RCPT TO or the body with this reply. */
  | { readonly do: 'reply'; readonly at: 'mail' | 'rcpt' | 'body'; readonly reply: string }
  /** Cuts the connection: at RCPT TO, when the first body bytes came, or after the last. */
  | {
      readonly do: 'drop'
      readonly at: 'rcpt' | 'in-body' | 'after-body'
      readonly once?: boolean
    }
  /** Puts off the first attempt of a recipient and takes the next. */
  | { readonly do: 'greylist' }
  /** Answers at this step only after `ms`. */
  | { readonly do: 'slow'; readonly at: 'rcpt' | 'body'; readonly ms: number }
  /** Cuts every connection it has when a body is whole, as a server that dies does. */
  | { readonly do: 'die' }
  /** Decides at each RCPT TO, by the recipient and how often it was named before. */
  | { readonly do: 'roll'; readonly roll: (to: string, times: number) => Behaviour }

type Received = {
  readonly from: string
  readonly to: string
  readonly raw: string
  /** Said 250 to, refused, or whole and without an answer. */
  readonly outcome: 'accepted' | 'refused' | 'silent'
}

/** An SMTP server on loopback that keeps what it is sent and misbehaves on command. */
export type Sink = {
  readonly port: number
  readonly url: string
  /** Messages it said 250 to, in order. */
  readonly messages: Received[]
  /** Whole bodies it saw, whatever it answered or did not. */
  readonly bodies: Received[]
  /** Every step in order: `connect`, `mail a@…`, `rcpt b@…`, `body`, `end`, `close`. */
  readonly events: string[]
  /** How it treats a recipient from now on; without an address, everybody. */
  behave(behaviour: Behaviour, to?: string): void
  /** Connections open now. */
  open(): number
  close(): Promise<void>
}

type Hooks = Pick<SMTPServerOptions, 'onConnect' | 'onMailFrom' | 'onRcptTo' | 'onData' | 'onClose'>

/** @param options of smtp-server, such as `secure` or `onAuth`; log-in and TLS are off unless given */
export async function startSink(options: SMTPServerOptions = {}): Promise<Sink> {
  const state = new SinkState()
  const server = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    logger: false,
    closeTimeout: 100,
    ...(options.onAuth || options.secure ? {} : { disabledCommands: ['AUTH', 'STARTTLS'] }),
    ...hooks(
      state,
      (session) => cut(server, session),
      () => {
        for (const connection of server.connections) connection._socket.destroy()
      },
    ),
    ...options,
  })
  server.on('error', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo
  return {
    port,
    url: `${options.secure ? 'smtps' : 'smtp'}://127.0.0.1:${port}`,
    messages: state.messages,
    bodies: state.bodies,
    events: state.events,
    behave: (behaviour, to = '*') => state.behaviours.set(to, behaviour),
    open: () => server.connections.size,
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}

class SinkState {
  readonly messages: Received[] = []
  readonly bodies: Received[] = []
  readonly events: string[] = []
  readonly behaviours = new Map<string, Behaviour>()
  readonly greylisted = new Set<string>()
  readonly named = new Map<string, number>()
  readonly rolled = new Map<string, Behaviour>()

  for(to: string): Behaviour {
    const behaviour = this.behaviours.get(to) ?? this.behaviours.get('*') ?? { do: 'accept' }
    return behaviour.do === 'roll' ? (this.rolled.get(to) ?? { do: 'accept' }) : behaviour
  }

  /** At RCPT TO: what is decided now counts for the body too. */
  decide(to: string): Behaviour {
    const times = this.named.get(to) ?? 0
    this.named.set(to, times + 1)
    const behaviour = this.behaviours.get('*')
    if (behaviour?.do === 'roll') this.rolled.set(to, behaviour.roll(to, times))
    return this.for(to)
  }
}

function outcomeOf(behaviour: Behaviour): Received['outcome'] {
  if (behaviour.do === 'drop' || behaviour.do === 'die') return 'silent'
  return behaviour.do === 'reply' ? 'refused' : 'accepted'
}

function hooks(
  state: SinkState,
  drop: (session: SMTPServerSession) => void,
  dropAll: () => void,
): Hooks {
  return {
    onConnect(_session, done) {
      state.events.push('connect')
      done()
    },
    onMailFrom({ address }, _session, done) {
      state.events.push(`mail ${address}`)
      const behaviour = state.for('*')
      done(behaviour.do === 'reply' && behaviour.at === 'mail' ? replied(behaviour.reply) : null)
    },
    onRcptTo({ address }, session, done) {
      state.events.push(`rcpt ${address}`)
      const behaviour = state.decide(address)
      if (behaviour.do === 'drop' && behaviour.at === 'rcpt') {
        if (behaviour.once) state.behaviours.clear()
        return drop(session)
      }
      if (behaviour.do === 'slow' && behaviour.at === 'rcpt')
        return void setTimeout(done, behaviour.ms)
      if (behaviour.do === 'greylist' && !state.greylisted.has(address)) {
        state.greylisted.add(address)
        return done(replied('451 4.7.1 greylisted, come back later'))
      }
      done(behaviour.do === 'reply' && behaviour.at === 'rcpt' ? replied(behaviour.reply) : null)
    },
    onData(stream, session, done) {
      const from = session.envelope.mailFrom ? session.envelope.mailFrom.address : ''
      const to = session.envelope.rcptTo[0]?.address ?? ''
      const behaviour = state.for(to)
      const chunks: Buffer[] = []
      state.events.push('body')
      stream.on('data', (chunk: Buffer) => {
        chunks.push(chunk)
        if (behaviour.do === 'drop' && behaviour.at === 'in-body') drop(session)
      })
      stream.on('end', () => {
        const raw = Buffer.concat(chunks).toString()
        const outcome = outcomeOf(behaviour)
        const received: Received = { from, to, raw, outcome }
        state.events.push('end')
        state.bodies.push(received)
        if (behaviour.do === 'drop') return drop(session)
        if (behaviour.do === 'die') return dropAll()
        if (behaviour.do === 'reply') return done(replied(behaviour.reply))
        state.messages.push(received)
        if (behaviour.do === 'slow') return void setTimeout(done, behaviour.ms)
        done()
      })
    },
    onClose() {
      state.events.push('close')
    },
  }
}

/** An error that smtp-server answers with: `550 5.1.1 no such user`. */
function replied(reply: string): Error {
  return Object.assign(new Error(reply.slice(4)), { responseCode: Number(reply.slice(0, 3)) })
}

function cut(server: SMTPServer, session: SMTPServerSession): void {
  for (const connection of server.connections) {
    if (connection.session.id === session.id) connection._socket.destroy()
  }
}
