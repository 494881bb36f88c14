import { AsyncLocalStorage } from 'node:async_hooks'
import { createHash } from 'node:crypto'
import { fetch } from 'undici'

/** Spans wait this long for company. */
const FLUSH_MS = 2_000
const SPANS_AT_ONCE = 512
/** What a receiver that is away may cost in memory; beyond it the newest are lost. */
const SPANS_KEPT = 4_096
const PATIENCE_MS = 10_000
/** What receivers take of one span, by the specification of OpenTelemetry. */
const LINKS_MAX = 128

/** In OTLP's numbers. */
const CONSUMER = 5
const ERROR = 2

/** One run of a stage; its span's id follows from it, so that it can be named later. */
export type RunOf = {
  readonly stage: string
  readonly id: string
  readonly version: number
  readonly attempt: number
  readonly trace: string
  readonly queuedAt: string
}

export type Span = {
  readonly run: RunOf
  /** The span that asked for this one. */
  readonly parent: string | undefined
  readonly attributes: Readonly<Record<string, string | number>>
}

export type Traces = {
  /** Runs `work` within a span; what it enqueues becomes the span's children. */
  span<T>(span: Span, work: () => Promise<T>): Promise<T>
  /** Names the runs, of whatever traces, that came together in the span that runs here. */
  link(find: () => Promise<readonly RunOf[]>): Promise<void>
  /** Sends what waits. */
  close(): Promise<void>
}

export type TraceOptions = {
  /** Base of an OTLP/HTTP receiver. */
  readonly endpoint: string
  /** `name=value,name=value`, values percent-encoded. */
  readonly headers: string
  readonly service: string
  onError(error: unknown): void
}

type Running = { readonly id: string; links: readonly RunOf[] }

const running = new AsyncLocalStorage<Running>()

/** The span that runs here; none where nothing is traced. */
export const runningSpan = (): string | undefined => running.getStore()?.id

export const noTraces: Traces = {
  span: (_span, work) => work(),
  async link() {},
  async close() {},
}

type Finished = ReturnType<typeof finished>

/** Sends spans to an OpenTelemetry receiver, as OTLP in JSON. Trouble there never reaches the work. */
export function createTraces({ endpoint, headers, service, onError }: TraceOptions): Traces {
  const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`
  const sent = { 'content-type': 'application/json', ...parseHeaders(headers) }
  let waiting: Finished[] = []
  let lost = 0
  let sending = Promise.resolve()
  const post = async (spans: readonly Finished[]) => {
    const answer = await fetch(url, {
      method: 'POST',
      headers: sent,
      body: JSON.stringify(envelope(service, spans)),
      redirect: 'manual',
      signal: AbortSignal.timeout(PATIENCE_MS),
    })
    await answer.body?.cancel()
    if (!answer.ok) throw new Error(`${url} answered ${answer.status}`)
  }
  const flush = () => {
    const all = waiting
    if (lost > 0) onError(new Error(`${lost} spans came while ${SPANS_KEPT} waited`))
    waiting = []
    lost = 0
    sending = sending.then(async () => {
      for (let start = 0; start < all.length; start += SPANS_AT_ONCE)
        await post(all.slice(start, start + SPANS_AT_ONCE))
    })
    sending = sending.catch(onError)
    return sending
  }
  let busy = false
  const timer = setInterval(() => {
    if (busy || waiting.length === 0) return
    busy = true
    flush().finally(() => {
      busy = false
    })
  }, FLUSH_MS)
  timer.unref()
  return {
    async span(span, work) {
      const here: Running = { id: spanIdOf(span.run), links: [] }
      const startMs = Date.now()
      let error: unknown
      try {
        return await running.run(here, work)
      } catch (cause) {
        error = cause
        throw cause
      } finally {
        if (waiting.length < SPANS_KEPT) waiting.push(finished(span, here, startMs, error))
        else lost++
      }
    },
    async link(find) {
      const here = running.getStore()
      if (here) here.links = (await find()).slice(0, LINKS_MAX)
    },
    async close() {
      clearInterval(timer)
      await flush()
    },
  }
}

function finished({ run, ...span }: Span, { id, links }: Running, startMs: number, error: unknown) {
  return {
    traceId: traceIdOf(run.trace),
    spanId: id,
    ...(span.parent && { parentSpanId: span.parent }),
    links: links.map((one) => ({ traceId: traceIdOf(one.trace), spanId: spanIdOf(one) })),
    name: run.stage,
    kind: CONSUMER,
    startTimeUnixNano: nanosOf(startMs),
    endTimeUnixNano: nanosOf(Date.now()),
    attributes: attributesOf({ ...span.attributes, 'dose.trace': run.trace }),
    ...(error !== undefined && {
      status: { code: ERROR, message: error instanceof Error ? error.message : String(error) },
    }),
  }
}

/** A UUID without its dashes is a trace id of OpenTelemetry. */
function traceIdOf(trace: string): string {
  const hex = trace.replaceAll('-', '').toLowerCase()
  return /^[0-9a-f]{32}$/.test(hex)
    ? hex
    : createHash('sha256').update(trace).digest('hex').slice(0, 32)
}

const spanIdOf = ({ stage, id, version, attempt, trace, queuedAt }: RunOf): string =>
  createHash('sha256')
    .update([stage, id, version, attempt, trace, queuedAt].join(' '))
    .digest('hex')
    .slice(0, 16)

const nanosOf = (ms: number): string => `${ms}000000`

const attributesOf = (values: Readonly<Record<string, string | number>>) =>
  Object.entries(values).map(([key, value]) => ({
    key,
    value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value },
  }))

const envelope = (service: string, spans: readonly Finished[]) => ({
  resourceSpans: [
    {
      resource: { attributes: attributesOf({ 'service.name': service }) },
      scopeSpans: [{ scope: { name: 'daily-dose' }, spans }],
    },
  ],
})

function parseHeaders(text: string): Record<string, string> {
  const pairs = text.split(',').filter((pair) => pair.includes('='))
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=')
      return [pair.slice(0, at).trim(), decodeURIComponent(pair.slice(at + 1).trim())]
    }),
  )
}
