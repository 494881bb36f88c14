import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { NEWS, newsFolder } from './support/news.ts'
import { freshSettings } from './support/setup.ts'

const CLI = join(import.meta.dirname, '../src/cli.ts')
const START_MS = 30_000

let server: ChildProcess | undefined
afterEach(async () => {
  await stop('SIGTERM')
})

async function stop(signal: NodeJS.Signals): Promise<number | null> {
  const child = server
  server = undefined
  if (!child || child.exitCode !== null) return child?.exitCode ?? null
  const exit = new Promise<number | null>((resolve) => child.once('exit', resolve))
  child.kill(signal)
  return exit
}

/** Starts `dose up` on a free port and waits until it says where it is. */
async function up(env: Record<string, string>): Promise<{ said: string; url: string }> {
  const child = spawn(process.execPath, [CLI, 'up'], {
    env: { ...process.env, ...env, PORT: '0', LOG_LEVEL: 'silent' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  server = child
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  await expect.poll(() => said, { timeout: START_MS }).toContain('is up')
  return { said, url: /is up: (\S+)/.exec(said)?.[1] ?? '' }
}

function dose(env: Record<string, string>, ...args: readonly string[]) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [CLI, ...args], {
    env: { ...process.env, ...env },
    encoding: 'utf8',
  })
  return { stdout, stderr, status }
}

describe('dose up', () => {
  test('serves the commands of its folder, and shows the link to its first account once', async () => {
    const env = await freshSettings()
    const { said, url } = await up(env)
    const file = join(env.DATA_DIR as string, 'server.json')
    expect(said).toMatch(/password of the user admin here.*: http:\S+\/admin\/welcome\/\S{43}/)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ url })

    const folder = newsFolder(NEWS, new Date(Date.now() - 3_600_000).toISOString())
    const added = dose(env, 'source', 'add', folder)
    expect(added).toMatchObject({ status: 0, stdout: expect.stringMatching(/^s[a-z0-9]+\n$/) })
    expect(dose(env, 'source', 'add', folder)).toMatchObject({ status: 0, stdout: added.stdout })
    expect(
      dose(env, 'digest', 'add', 'Noon', '--schedule', '0 12 * * *', '--tz', 'Asia/Tokyo').status,
    ).toBe(0)
    expect(dose(env, 'subscriber', 'add', 'ann@reader.example', '--digest', 'Noon').status).toBe(0)
    const ran = dose(env, 'digest', 'run', 'Noon', '--wait')
    expect(ran.status).toBe(0)
    expect(JSON.parse(ran.stdout)).toMatchObject({ stories: 3, counts: { accepted: 1 } })
    expect(await (await fetch(url)).text()).toContain('Tarn bridge')
    const listed = dose(env, 'delivery', 'list', '--edition', 'latest', '--json')
    expect(JSON.parse(listed.stdout)).toMatchObject({
      subscriber: 'ann@reader.example',
      state: 'accepted',
      reason: null,
      messageId: expect.stringMatching(/^<.+@.+>$/),
    })

    expect(await stop('SIGTERM')).toBe(0)
    expect(existsSync(file)).toBe(false)
    expect((await up(env)).said).not.toContain('password')
  }, 120_000)

  test('holds its folder against others, and gives it up when it is killed', async () => {
    const env = await freshSettings()
    await up(env)
    const second = dose({ ...env, PORT: '0' }, 'up')
    expect(second.status).toBe(3)
    expect(second.stderr).toMatch(/DATA_DIR_HELD .* by `dose up` \(pid \d+ on /)
    await stop('SIGKILL')
    expect(dose(env, 'source', 'list')).toMatchObject({ status: 0, stdout: '' })
  }, 120_000)
})

describe('a command that is broken off', () => {
  test.each([
    { signal: 'SIGINT' as const, code: 130 },
    { signal: 'SIGTERM' as const, code: 143 },
  ])(
    'by $signal closes its folder and ends with $code',
    async ({ signal, code }) => {
      const env = await freshSettings()
      // A feed that has not answered yet keeps the run going.
      const open: ServerResponse[] = []
      const feed = createServer((_request, response) => open.push(response)).listen(0, '127.0.0.1')
      await once(feed, 'listening')
      const url = `http://127.0.0.1:${(feed.address() as AddressInfo).port}/feed`
      expect(dose(env, 'source', 'add', url, '--no-check').status).toBe(0)
      expect(dose(env, 'digest', 'add', 'Noon').status).toBe(0)
      const asked = once(feed, 'request')
      const child = spawn(process.execPath, [CLI, 'digest', 'run', 'Noon'], {
        env: { ...process.env, ...env, ALLOW_PRIVATE_HOSTS: '127.0.0.1' },
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      let said = ''
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        said += text
      })
      const exit = once(child, 'exit')
      await asked
      expect(existsSync(join(env.DATA_DIR as string, 'lock.json'))).toBe(true)
      child.kill(signal)
      await expect.poll(() => said).toContain(`${signal}: running work ends`)
      for (const response of open) response.end()
      expect(await exit).toEqual([code, null])
      expect(existsSync(join(env.DATA_DIR as string, 'lock.json'))).toBe(false)
      expect(said).not.toMatch(/Error|^ +at /m)
      feed.close()
    },
    120_000,
  )
})

describe('a command says what is wrong with a setting and how to mend it', () => {
  const server = 'postgres://nobody@127.0.0.1:1/none'
  let settings: Record<string, string>
  beforeAll(async () => {
    settings = await freshSettings()
  })

  test.each([
    [{ REDIS_URL: 'redis://127.0.0.1:6379' }, ['source', 'list'], 2, /DATABASE_URL/],
    [{ DATABASE_URL: server }, ['source', 'list'], 2, /SMTP_URL is missing/],
    [
      { DATABASE_URL: server, SMTP_URL: 'smtp://127.0.0.1:1' },
      ['source', 'list'],
      3,
      /DATABASE_UNREACHABLE 127\.0\.0\.1:1\/none/,
    ],
    [
      { DATA_DIR: CLI },
      ['source', 'list'],
      2,
      /^dose: CONFIG_INVALID DATA_DIR .* is a file; .*\n$/,
    ],
    [
      { DATA_DIR: `${CLI}/x` },
      ['up'],
      2,
      /^dose: CONFIG_INVALID DATA_DIR .* lies in a file; .*\n$/,
    ],
    [
      { DATA_DIR: '/proc/x/y' },
      ['digest', 'list'],
      2,
      /^dose: CONFIG_INVALID DATA_DIR \/proc.*\n$/,
    ],
    [{ PORT: 'http' }, ['config'], 2, /PORT/],
    [{ MAIL_FROM: 'nobody' }, ['source', 'list'], 2, /MAIL_FROM/],
    [{}, ['worker'], 2, /needs DATABASE_URL/],
    [{}, ['digest', 'add', 'x', '--tz', 'Mars/Base'], 2, /--tz Mars\/Base: no such time zone/],
    [{}, ['digest', 'add', 'x', '--schedule', '61 7 * * *'], 2, /--schedule "61 7 \* \* \*"/],
    [
      {},
      ['source', 'add', 'http://127.0.0.1:9/feed'],
      1,
      /SOURCE_REFUSED .*127\.0\.0\.1 is a private address/,
    ],
    [
      {},
      ['source', 'add', 'http://localhost:9/feed'],
      1,
      /localhost resolves to the private address/,
    ],
    [{}, ['source', 'add', '/no/such/folder'], 1, /\/no\/such\/folder/],
    [{}, ['subscriber', 'import', '/no/such.csv', '--digest', 'x'], 2, /\/no\/such\.csv/],
  ])(
    '%j %j → exit %i',
    async (env, args, exit, message) => {
      const { status, stderr } = dose({ ...settings, ...(env as Record<string, string>) }, ...args)
      expect(stderr).toMatch(message)
      expect(status).toBe(exit)
    },
    60_000,
  )
  test('and has stored nothing', () => {
    expect(dose(settings, 'source', 'list').stdout).toBe('')
    expect(dose(settings, 'digest', 'list').stdout).toBe('')
  }, 60_000)
})
