import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createHttp } from '../../src/io/http.ts'
import { createPictures, type PictureLimits } from '../../src/io/pictures.ts'
import { drawSampleImage } from '../../src/io/sample-image.ts'
import { type Origin, startOrigin } from '../support/origin.ts'

const PNG = drawSampleImage('bridge')
const SHOWN = { type: 'image/png', bytes: new Uint8Array(PNG) }
const MINUTE_MS = 60_000

let origin: Origin
let http: ReturnType<typeof createHttp>
let dir: string
let now: number
beforeEach(async () => {
  origin = await startOrigin()
  http = createHttp({ allowPrivateHosts: ['127.0.0.1'], userAgent: 'DailyDose' })
  dir = mkdtempSync(join(tmpdir(), 'dose-pictures-'))
  now = Date.parse('2026-11-20T06:00:00.000Z')
})
afterEach(async () => {
  await http.close()
  await origin.close()
  rmSync(dir, { recursive: true, force: true })
})

const open = (limits: Partial<PictureLimits> = {}) =>
  createPictures({ dir, http, limits, clock: { now: () => new Date(now).toISOString() } })
const serve = (path: string, body: Buffer | string, type = 'image/png') =>
  origin.on(path, (response) => response.writeHead(200, { 'content-type': type }).end(body))
const asked = (path: string) => origin.requests.filter((request) => request.path === path)

describe('createPictures', () => {
  test('a picture is asked for once, without a cookie or a referrer, and kept', async () => {
    serve('/a.png', PNG)
    const pictures = open()
    const all = await Promise.all([1, 2, 3].map(() => pictures.get(origin.url('/a.png'))))
    const kept = await open().get(origin.url('/a.png'))
    for (const one of [...all, kept])
      expect(typeof one === 'object' && { ...one, bytes: new Uint8Array(one.bytes) }).toEqual(SHOWN)
    expect(asked('/a.png')).toHaveLength(1)
    expect(asked('/a.png')[0]?.headers.cookie).toBeUndefined()
    expect(asked('/a.png')[0]?.headers.referer).toBeUndefined()
  })

  test('it is what its bytes say, whatever its host says', async () => {
    serve('/a', PNG, 'text/html')
    serve('/b.png', '<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>')
    expect(await open().get(origin.url('/a'))).toMatchObject({ type: 'image/png' })
    expect(await open().get(origin.url('/b.png'))).toBe('none')
  })

  test('too many bytes or pixels, or none at all, are no picture; the failure stands a while', async () => {
    serve('/a.png', PNG)
    expect(await open({ bytes: 100 }).get(origin.url('/a.png'))).toBe('none')
    expect(await open({ pixels: 1_000 }).get(origin.url('/a.png'))).toBe('none')
    const pictures = open()
    expect(await pictures.get(origin.url('/missing'))).toBe('none')
    expect(await pictures.get(origin.url('/missing'))).toBe('none')
    expect(asked('/missing')).toHaveLength(1)
    serve('/missing', PNG)
    now += 11 * MINUTE_MS
    expect(await pictures.get(origin.url('/missing'))).toMatchObject({ type: 'image/png' })
    expect(readdirSync(dir)).toHaveLength(1)
  })

  test('robots.txt is obeyed', async () => {
    origin.on('/robots.txt', (response) => response.end('User-agent: *\nDisallow: /a.png'))
    serve('/a.png', PNG)
    expect(await open().get(origin.url('/a.png'))).toBe('none')
    expect(asked('/a.png')).toHaveLength(0)
  })

  test('an old picture is asked for anew', async () => {
    serve('/a.png', PNG)
    const pictures = open({ keepMs: MINUTE_MS })
    await pictures.get(origin.url('/a.png'))
    now += 2 * MINUTE_MS
    await pictures.get(origin.url('/a.png'))
    expect(asked('/a.png')).toHaveLength(2)
  })

  test('the folder keeps to its bound: the oldest go', async () => {
    const pictures = open({ folderBytes: 3.5 * PNG.length })
    for (const name of ['a', 'b', 'c', 'd']) {
      serve(`/${name}`, PNG)
      await pictures.get(origin.url(`/${name}`))
      now += MINUTE_MS
    }
    expect(readdirSync(dir)).toHaveLength(2)
    await pictures.get(origin.url('/d'))
    await pictures.get(origin.url('/a'))
    expect(asked('/d')).toHaveLength(1)
    expect(asked('/a')).toHaveLength(2)
  })

  test('beyond so many fetches at once one is told to come later', async () => {
    const answers: (() => void)[] = []
    origin.on('/slow', (response) => answers.push(() => response.writeHead(200).end(PNG)))
    const pictures = open({ fetches: 1 })
    const first = pictures.get(origin.url('/slow'))
    while (answers.length === 0) await new Promise((resume) => setTimeout(resume, 5))
    expect(await pictures.get(origin.url('/other'))).toBe('later')
    answers[0]?.()
    expect(await first).toMatchObject({ type: 'image/png' })
  })
})
