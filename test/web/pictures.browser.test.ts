import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { drawSampleImage } from '../../src/io/sample-image.ts'
import { intakeOf } from '../../src/serve.ts'
import { createServer } from '../../src/web/server.ts'
import { chromiumPath, launchChromium } from '../support/chromium.ts'
import { NEWS, type Note, publish, run } from '../support/news.ts'
import { type Origin, startOrigin } from '../support/origin.ts'
import { openTestApp, type TestApp } from '../support/setup.ts'

const START_MS = 90_000
const PICTURE = '/tarn-bridge.png'

describe.skipIf(chromiumPath === null)('pictures in a real browser', () => {
  let app: TestApp
  let origin: Origin
  let server: Awaited<ReturnType<typeof createServer>>
  let browser: Browser
  let url: string
  let path: string
  beforeAll(async () => {
    origin = await startOrigin()
    origin.on(PICTURE, (response) =>
      response
        .writeHead(200, { 'content-type': 'image/png', 'set-cookie': 'who=reader' })
        .end(drawSampleImage('bridge')),
    )
    app = await openTestApp({ ALLOW_PRIVATE_HOSTS: '127.0.0.1' })
    const images = `images: [{ url: "${origin.url(PICTURE)}", width: 640, height: 320, title: "The Tarn bridge" }]`
    const news = NEWS.map(
      (note): Note => (note.file.startsWith('bridge') ? { ...note, more: images } : note),
    )
    const { digest } = await publish(app, news, [])
    path = `/editions/${(await run(app, digest)).editionId}`
    const deps = app.deps
    server = await createServer({
      ...{ deps, operations: [], outbox: null, intake: intakeOf(deps) },
      ...{ adminPassword: 'a long walk in the rain', apiToken: 'token-of-a-test-0123456789' },
    })
    url = await server.listen({ host: '127.0.0.1', port: 0 })
    browser = await launchChromium()
  }, START_MS)
  afterAll(async () => {
    await browser?.close()
    await server?.close()
    await app?.close()
    await origin?.close()
  })

  test('opening an edition shows its picture and calls nobody but this server', async () => {
    const tab = await (await browser.newContext()).newPage()
    const called: string[] = []
    tab.on('request', (request) => called.push(new URL(request.url()).origin))
    await tab.goto(url + path, { waitUntil: 'networkidle' })
    const picture = tab.locator('img')
    expect(await picture.getAttribute('alt')).toBe('The Tarn bridge')
    expect(
      await picture.evaluate(
        (image) => (image as unknown as { naturalWidth: number }).naturalWidth,
      ),
    ).toBe(640)
    expect(new Set(called)).toEqual(new Set([url]))
    await tab.reload({ waitUntil: 'networkidle' })
    expect(origin.requests.filter((request) => request.path === PICTURE)).toHaveLength(1)
    await tab.context().close()
  })

  test('it is passed on as a picture and nothing else; a take-down ends that', async () => {
    const { body } = await server.inject({ url: path })
    const src = /<img src="(\/i\/[^"]+)"/.exec(body)?.[1] ?? ''
    const { headers, statusCode } = await server.inject({ url: src })
    expect(statusCode).toBe(200)
    expect(headers).toMatchObject({
      'content-type': 'image/png',
      'content-security-policy': "default-src 'none'; base-uri 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'cache-control': 'public, max-age=604800',
    })
    expect(headers['set-cookie']).toBeUndefined()
    const forged = src.replace(/^\/i\/./, (start) => (start === '/i/A' ? '/i/B' : '/i/A'))
    expect((await server.inject({ url: forged })).statusCode).toBe(404)

    const { store, clock } = app.deps
    const [, encoded = ''] = src.split('/').slice(2)
    const [articleId = ''] = Buffer.from(encoded, 'base64url').toString().split('\n')
    const takedown = { kind: 'article', target: articleId, name: 'x', reason: 'asked' } as const
    await store.takedowns.add(takedown, clock.now())
    expect((await server.inject({ url: src })).statusCode).toBe(410)
    expect((await server.inject({ url: path })).body).not.toContain(src)
    expect(await store.rights.mayShowPicture('a-nobody')).toBe(false)
  })
})
