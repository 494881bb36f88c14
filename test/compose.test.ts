import { execFileSync } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { devNull } from 'node:os'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { loadConfig, requireMailSettings, settingNames } from '../src/config.ts'

type Service = {
  readonly image: string
  readonly build?: string
  readonly command?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean }
  readonly ports?: readonly string[]
  readonly volumes?: readonly string[]
}
type Compose = {
  readonly services: Readonly<Record<string, Service>>
  readonly volumes: Readonly<Record<string, unknown>>
}

const { services, volumes } = parse(readFileSync('docker-compose.yml', 'utf8'), {
  merge: true,
}) as Compose
const own = Object.entries(services).filter(([, { build }]) => build)
const dockerfile = readDockerfile(readFileSync('Dockerfile', 'utf8'))
/** What `dose --help` lists. */
const help = execFileSync(process.execPath, ['bin/dose', '--help'], { encoding: 'utf8' })
const commandNames = [...help.matchAll(/^ {2}([a-z]+)\b/gm)].map(([, name]) => name)
/** Variables of Node's and of the system's that are no settings. */
const NOT_OURS = ['NODE_ENV']

describe('docker-compose.yml', () => {
  test('brings up every process and every server', () => {
    expect(Object.keys(services).sort()).toEqual(
      ['mail', 'postgres', 'scheduler', 'valkey', 'web', 'worker'].sort(),
    )
    expect(own.map(([name, { command }]) => [name, command?.[0]])).toEqual([
      ['web', 'web'],
      ['scheduler', 'scheduler'],
      ['worker', 'worker'],
    ])
  })

  test.each(own)('%s runs a command there is', (_name, { command = [] }) => {
    expect(commandNames).toContain(command[0])
  })

  test.each(own)(
    '%s has settings there are, complete for a server',
    (_name, { environment = {} }) => {
      const settings = fillIn(environment)
      expect(Object.keys(settings).filter((key) => !isSetting(key))).toEqual([])
      const { config } = loadConfig(settings, devNull)
      expect(() => requireMailSettings(config)).not.toThrow()
      expect(config).toMatchObject({ REDIS_URL: expect.stringContaining('valkey') })
    },
  )

  test.each(own)('%s starts when the servers it names are healthy', (_name, service) => {
    const { depends_on = {}, environment = {} } = service
    const hosts = ['DATABASE_URL', 'REDIS_URL', 'SMTP_URL'].map(
      (key) => new URL(fillIn(environment)[key] as string).hostname,
    )
    expect(Object.keys(depends_on).sort()).toEqual(hosts.sort())
    for (const [host, { condition }] of Object.entries(depends_on)) {
      expect(condition).toBe('service_healthy')
      expect(services[host]?.healthcheck?.test?.[0]).toBe('CMD')
    }
  })

  test('queues are neither evicted nor forgotten', () => {
    const { command = [], volumes: mounts } = services.valkey as Service
    expect(command.join(' ')).toContain('--maxmemory-policy noeviction')
    expect(command.join(' ')).toContain('--appendonly yes')
    expect(mounts).toEqual(['valkey:/data'])
  })

  test('what is mounted is declared, and nothing but the loopback is open', () => {
    const all = Object.values(services)
    const mounted = all.flatMap((service) => service.volumes ?? []).map((v) => v.split(':')[0])
    expect(Object.keys(volumes).sort()).toEqual(mounted.sort())
    for (const port of all.flatMap(({ ports = [] }) => ports))
      expect(port).toMatch(/^127\.0\.0\.1:/)
  })

  test('no password is written down', () => {
    const text = readFileSync('docker-compose.yml', 'utf8')
    for (const [, value] of text.matchAll(/^ *(?:\w+_PASSWORD|API_TOKEN): (.*)$/gm))
      expect(value).toMatch(/^\$\{\w+:(?:\?|-\})/)
  })

  test.each(Object.entries(services))('%s is pinned to a version', (_name, { image }) => {
    expect(image).toMatch(/:v?\d+\.\d+/)
  })
})

describe('Dockerfile', () => {
  const valuesOf = (name: string) =>
    dockerfile.filter((line) => line.name === name).map(({ value }) => value)

  test('builds on one pinned Node, new enough for the package', () => {
    const bases = valuesOf('FROM').map((value) => value.split(' ')[0])
    expect(new Set(bases).size).toBe(1)
    expect(bases[0]).toMatch(/^node:24\.\d+\.\d+-slim$/)
  })

  test('copies files there are', () => {
    const sources = valuesOf('COPY')
      .filter((value) => !value.startsWith('--from'))
      .flatMap((value) => value.split(/\s+/).slice(0, -1))
    expect(sources.filter((path) => !existsSync(path))).toEqual([])
    const sent = readFileSync('.dockerignore', 'utf8')
    for (const source of sources) expect(sent.split('\n')).toContain(`!${source}`)
  })

  test('sets settings there are, and runs a command there is', () => {
    const names = valuesOf('ENV').flatMap((value) => value.match(/\b[A-Z_]+(?==)/g) ?? [])
    expect(names.filter((name) => !isSetting(name) && !NOT_OURS.includes(name))).toEqual([])
    expect(valuesOf('ENTRYPOINT')).toEqual(['["dose"]'])
    const [command] = valuesOf('CMD').map((value) => JSON.parse(value) as string[])
    expect(command).toHaveLength(1)
    expect(commandNames).toContain(command?.[0])
  })

  test('is healthy when the path the server has for it answers', () => {
    const [check = ''] = valuesOf('HEALTHCHECK')
    const [, path = ''] = /127\.0\.0\.1:\$\{[^}]+\}(\/\w+)/.exec(check) ?? []
    const served = globSync('src/web/**/*.ts').map((file) => readFileSync(file, 'utf8'))
    expect(path).toBe('/healthz')
    expect(served.some((text) => text.includes(`'${path}'`))).toBe(true)
  })

  test('listens on the port that is exposed and published', () => {
    const { PORT } = loadConfig({}, devNull).config
    expect(valuesOf('EXPOSE')).toEqual([String(PORT)])
    expect(services.web?.ports?.[0]).toMatch(new RegExp(`:${PORT}$`))
  })

  test('runs as nobody special and keeps its data on a volume', () => {
    expect(valuesOf('USER')).toEqual(['node'])
    expect(valuesOf('VOLUME')).toEqual(['/data'])
    expect(valuesOf('ENV').join(' ')).toContain('DATA_DIR=/data')
  })
})

type Line = { readonly name: string; readonly value: string }

function readDockerfile(text: string): Line[] {
  const joined = text.replace(/^#.*\n/gm, '').replace(/\\\n\s*/g, '')
  return joined
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [name = '', ...rest] = line.split(' ')
      return { name, value: rest.join(' ').trim() }
    })
}

const isSetting = (name: string): boolean => (settingNames as string[]).includes(name)

/** The values as compose would give them, with `a secret` for each that has to be set. */
function fillIn(environment: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [
      name,
      value
        .replace(/\$\{\w+:\?[^}]*\}/g, 'a0secret0of0some0length')
        .replace(/\$\{\w+:-([^}]*)\}/g, '$1'),
    ]),
  )
}
