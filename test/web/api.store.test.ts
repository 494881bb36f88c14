import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer as createPlainServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  callRemote,
  readServerFile,
  removeServerFile,
  writeServerFile,
} from '../../src/io/remote.ts'
import { HERE, type House, openHouse, THERE, TOKEN } from './house.ts'

const FRESH_FOLDER_MS = 60_000

let house: House
let url: string
beforeAll(async () => {
  house = await openHouse()
  url = await house.server.listen({ host: '127.0.0.1', port: 0 })
}, FRESH_FOLDER_MS)
afterAll(() => house?.close())

const call = (path: string, payload: object | string, type = 'application/json') =>
  house.server.inject({
    method: 'POST',
    url: path,
    ...THERE,
    headers: { ...THERE.headers, authorization: `Bearer ${TOKEN}`, 'content-type': type },
    payload,
  })

const linesOf = (body: string) =>
  body
    .split('\n')
    .filter(Boolean)
    .map((line): unknown => JSON.parse(line))

describe('operations', () => {
  test('rows and notes come a line each, the exit code last', async () => {
    const { statusCode, headers, body } = await call('/api/echo/say', { word: 'hö', times: 3 })
    expect([statusCode, headers['content-type']]).toEqual([200, 'application/x-ndjson'])
    expect(linesOf(body)).toEqual([
      { note: 'speaking' },
      { row: { n: 1, word: 'hö' } },
      { row: { n: 2, word: 'hö' } },
      { row: { n: 3, word: 'hö' } },
      { exit: 1 },
    ])
  })

  const WRONG = [
    { name: 'a missing field', payload: {}, status: 400, says: /USAGE echo say:[\s\S]*word/ },
    { name: 'a wrong type', payload: { word: 7 }, status: 400, says: /USAGE[\s\S]*string/ },
    { name: 'no object', payload: '[1]', status: 400, says: /USAGE/ },
  ]
  test.each(WRONG)('$name is refused, and where is said', async ({ payload, status, says }) => {
    const { statusCode, body } = await call('/api/echo/say', payload)
    expect(statusCode).toBe(status)
    const [first, last] = linesOf(body) as [{ error: { message: string } }, object]
    expect(first.error.message).toMatch(says)
    expect(last).toEqual({ exit: 2 })
  })

  const MALFORMED = [
    { name: 'broken JSON', payload: '{"word":', type: 'application/json', status: 400 },
    { name: 'another type', payload: 'word: x', type: 'text/yaml', status: 415 },
    {
      name: 'a poisoned object',
      payload: '{"__proto__":{"word":"x"}}',
      type: 'application/json',
      status: 400,
    },
  ]
  test.each(MALFORMED)('$name is refused', async ({ payload, type, status }) => {
    expect((await call('/api/echo/say', payload, type)).statusCode).toBe(status)
  })

  test('a named failure comes with its code, and its kind as HTTP status', async () => {
    const { statusCode, body } = await call('/api/echo/lose', {})
    expect(statusCode).toBe(404)
    expect(linesOf(body)).toEqual([
      { error: { code: 'NOT_FOUND', message: expect.stringContaining('echo "x"'), exit: 1 } },
      { exit: 1 },
    ])
  })

  test('a slip of ours ends the answer without a stack', async () => {
    const { body } = await call('/api/echo/break', {})
    expect(linesOf(body).at(-1)).toEqual({ exit: 1 })
    expect(body).toContain('"INTERNAL"')
    expect(body).not.toMatch(/ {4}at |api\.test/)
  })
})

describe('the document', () => {
  type Node = { readonly [key: string]: unknown }
  const refsIn = (node: unknown): string[] =>
    Object.entries((node ?? {}) as Node).flatMap(([key, value]) =>
      key === '$ref' ? [String(value)] : typeof value === 'object' ? refsIn(value) : [],
    )

  test('is OpenAPI 3.1: paths, parameters, names and references agree', async () => {
    const document = (await house.server.inject({ url: '/openapi.json', ...THERE })).json()
    expect(document.openapi).toMatch(/^3\.1\.\d$/)
    expect(document.info).toMatchObject({ title: expect.any(String), version: expect.any(String) })
    const operations = Object.entries(
      document.paths as Record<string, Record<string, Node>>,
    ).flatMap(([path, ways]) => Object.values(ways).map((way): [string, Node] => [path, way]))
    for (const [path, way] of operations) {
      const named = ((way.parameters ?? []) as { name: string; in: string }[]).map(
        ({ name }) => name,
      )
      expect(named).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))
      expect(Object.keys(way.responses as Node).length).toBeGreaterThan(0)
      for (const scheme of way.security as Node[])
        for (const name of Object.keys(scheme))
          expect(document.components.securitySchemes).toHaveProperty(name)
    }
    const ids = operations.map(([, way]) => way.operationId)
    expect(new Set(ids).size).toBe(ids.length)
    for (const ref of refsIn(document))
      expect(document).toHaveProperty(ref.replace('#/', '').split('/'))
  })

  test('tells what an operation takes', async () => {
    const document = (await house.server.inject({ url: '/openapi.json', ...THERE })).json()
    const { schema } = document.paths['/api/echo/say'].post.requestBody.content['application/json']
    expect(schema).toMatchObject({
      type: 'object',
      required: ['word'],
      properties: { word: { type: 'string', description: 'What to say' }, times: { default: 1 } },
    })
  })
})

describe('health and figures', () => {
  test('a well server says so', async () => {
    const { statusCode, body } = await house.server.inject({ url: '/healthz', ...THERE })
    expect(statusCode).toBe(200)
    expect(JSON.parse(body)).toEqual({
      status: 'ok',
      checks: {
        database: 'ok',
        queues: 'ok',
        disk: 'ok',
        clock: 'ok',
        mail: 'ok',
        lastEdition: null,
      },
    })
  })

  test('figures have a help line, a type and numbers', async () => {
    const digest = await house.addDigest('Harbour Morning')
    await house.addEdition(digest.id, '2026-11-20')
    const { body, headers } = await house.server.inject({ url: '/metrics', ...HERE })
    expect(headers['content-type']).toContain('version=0.0.4')
    expect(body).toContain('dose_queue_jobs{stage="deliver",state="waiting"} 0')
    expect(body).toContain('dose_articles 0')
    expect(body).toContain(
      `dose_last_edition_timestamp_seconds ${Date.UTC(2026, 10, 20, 6) / 1_000}`,
    )
    const named = new Set([...body.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name))
    for (const line of body
      .trim()
      .split('\n')
      .filter((text) => !text.startsWith('#'))) {
      expect(line).toMatch(/^\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? -?\d+(\.\d+)?(e[-+]?\d+)?$/)
      expect(named).toContain(/^\w+/.exec(line)?.[0])
    }
  })

  test('every figure that the dashboard for Grafana asks for is there', async () => {
    const { body } = await house.server.inject({ url: '/metrics', ...HERE })
    const known = new Set([...body.matchAll(/^# TYPE (\w+) /gm)].map(([, name]) => name))
    const asked = readFileSync('docs/grafana.json', 'utf8').match(/\b(?:dose|process|nodejs)_\w+/g)
    expect((asked ?? []).length).toBeGreaterThan(20)
    expect((asked ?? []).filter((name) => !known.has(name))).toEqual([])
  })
})

describe('commands as clients', () => {
  const listen = () => {
    const rows: unknown[] = []
    const notes: string[] = []
    return {
      rows,
      notes,
      row: (row: unknown) => void rows.push(row),
      note: (note: string) => void notes.push(note),
    }
  }

  test('the file is its owner’s alone, and leads to the server', async () => {
    await writeServerFile(house.dir, { url, token: TOKEN })
    expect((await stat(join(house.dir, 'server.json'))).mode & 0o777).toBe(0o600)
    expect(await readServerFile(house.dir)).toEqual({ url, token: TOKEN })
    await removeServerFile(house.dir)
    expect(await readServerFile(house.dir)).toBeNull()
  })

  test('an operation is called, heard and its exit code returned', async () => {
    const heard = listen()
    const exit = await callRemote({ url, token: TOKEN }, 'echo say', { word: 'a', times: 3 }, heard)
    expect(exit).toBe(1)
    expect(heard.rows).toHaveLength(3)
    expect(heard.notes).toEqual(['speaking'])
  })

  test('what it threw is thrown here', async () => {
    const server = { url, token: TOKEN }
    await expect(callRemote(server, 'echo lose', {}, listen())).rejects.toMatchObject({
      code: 'NOT_FOUND',
      exit: 1,
      message: expect.stringMatching(/^NOT_FOUND echo "x" — /),
    })
    await expect(callRemote(server, 'echo say', {}, listen())).rejects.toMatchObject({
      code: 'USAGE',
      exit: 2,
    })
    await expect(callRemote(server, 'echo break', {}, listen())).rejects.toThrow('a slip')
    await expect(callRemote({ url, token: 'wrong' }, 'echo say', {}, listen())).rejects.toThrow(
      'for scripts a token',
    )
  })

  test.each([
    { name: 'nothing', content: '' },
    { name: 'half a file', content: '{"url":"http://127.0.0.1:1' },
    { name: 'a server that is gone', content: '{"url":"http://127.0.0.1:1","token":"x"}' },
  ])('$name leads nowhere', async ({ content }) => {
    const dir = await mkdtemp(join(tmpdir(), 'dose-remote-'))
    await writeFile(join(dir, 'server.json'), content)
    expect(await readServerFile(dir)).toBeNull()
    expect(await readFile(join(dir, 'server.json'), 'utf8')).toBe(content)
    await rm(dir, { recursive: true })
  })

  test('neither a server of somebody else nor one that hangs gets the token', async () => {
    const seen: unknown[] = []
    const other = createPlainServer((request, response) => {
      seen.push(request.headers.authorization)
      if (hangs) return
      response.setHeader('content-type', 'application/json').end('{"status":"up"}')
    })
    let hangs = false
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const dir = await mkdtemp(join(tmpdir(), 'dose-remote-'))
    await writeServerFile(dir, {
      url: `http://127.0.0.1:${(other.address() as AddressInfo).port}`,
      token: TOKEN,
    })
    expect(await readServerFile(dir)).toBeNull()
    hangs = true
    expect(await readServerFile(dir)).toBeNull()
    expect(seen).toEqual([undefined, undefined])
    other.closeAllConnections()
    other.close()
    await rm(dir, { recursive: true })
  })

  test('an answer that is cut off is no success', async () => {
    const cutters = [
      (push: (text: string) => void, cut: () => void) => {
        push('{"row":{"n":1}}\n')
        sleep(20).then(cut)
      },
      (push: (text: string) => void, _cut: () => void, end: () => void) => {
        push('{"row":{"n":1}}\n')
        end()
      },
      (push: (text: string) => void, _cut: () => void, end: () => void) => {
        push('<h1>It works!</h1>')
        end()
      },
    ]
    for (const cutter of cutters) {
      const other = createPlainServer((_request, response) => {
        cutter(
          (text) => response.write(text),
          () => response.destroy(),
          () => response.end(),
        )
      })
      await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
      const server = {
        url: `http://127.0.0.1:${(other.address() as AddressInfo).port}`,
        token: TOKEN,
      }
      await expect(callRemote(server, 'echo say', {}, listen())).rejects.toMatchObject({
        code: 'SERVER_LOST',
        exit: 3,
      })
      other.close()
    }
  })
})
