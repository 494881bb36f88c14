import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { afterEach, expect, test } from 'vitest'
import { NEWS, publish, run } from '../support/news.ts'
import { openTestApp, type TestApp } from '../support/setup.ts'

type Span = {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly links: readonly { traceId: string; spanId: string }[]
  readonly attributes: readonly { key: string; value: { stringValue?: string } }[]
}

let app: TestApp | undefined
const spans: Span[] = []
const receiver = createServer(async (request, response) => {
  const body = (await json(request)) as {
    resourceSpans: { scopeSpans: { spans: Span[] }[] }[]
  }
  if (request.url === '/v1/traces')
    spans.push(...body.resourceSpans.flatMap((one) => one.scopeSpans.flatMap((two) => two.spans)))
  response.end('{}')
})
afterEach(async () => {
  await app?.close()
  receiver.close()
})

test('the way of an article from its fetch to the inbox is one trace', async () => {
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  const { port } = receiver.address() as AddressInfo
  app = await openTestApp({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` })
  const { digest, sourceId } = await publish(app, NEWS, ['ann@reader.example'])
  await run(app, digest)
  const [article] = await app.deps.store.articles.newest(sourceId, 1)
  await app.close()
  app = undefined

  const named = (name: string) => spans.filter((span) => span.name === name)
  const scored = named('score').find((span) =>
    span.attributes.some(
      ({ key, value }) => key === 'dose.row' && value.stringValue === article?.id,
    ),
  )
  const way = [scored]
  for (let at = scored; at?.parentSpanId; way.push(at))
    at = spans.find(({ spanId }) => spanId === at?.parentSpanId)
  expect(way.map((span) => span?.name)).toEqual(['score', 'ingest', 'fetch'])
  const [trace] = new Set(way.map((span) => span?.traceId))
  // Where the clock rings for it, the edition's span leads to those of its articles by these links.
  const { traceId, spanId } = scored as Span
  expect(named('compose').flatMap(({ links }) => links)).toContainEqual({ traceId, spanId })
  for (const stage of ['fetch', 'ingest', 'score', 'compose', 'deliver'])
    expect(named(stage).map(({ traceId }) => traceId)).toContain(trace)
})
