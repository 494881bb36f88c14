import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { devNull, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { loadConfig, type SettingName } from '../src/config.ts'

const folder = mkdtempSync(join(tmpdir(), 'dose-config-'))
afterAll(() => rmSync(folder, { recursive: true }))

function fromFile(text: string) {
  const file = join(folder, 'local.yaml')
  writeFileSync(file, text)
  return loadConfig({}, file)
}

describe('what `dose config` shows of a secret', () => {
  const KEY = { ALERT_KEY: 'k'.repeat(16) }
  const PG = { DATABASE_URL: 'postgres://h/db' }
  test.each<[SettingName, string, string, object?]>([
    ['DATABASE_URL', 'postgres://dose:walrus@h:5432/db', 'postgres://***@h:5432/db'],
    ['DATABASE_URL', 'postgres://dose@tenant:walrus@h/db', 'postgres://***@h/db'],
    [
      'DATABASE_URL',
      'postgres://h/db?user=u&password=walrus',
      'postgres://h/db?user=u&password=***',
    ],
    ['SMTP_URL', 'smtps://you@x.example:walrus@mail.example', 'smtps://***@mail.example'],
    ['SMTP_URL', 'smtps://you:wal/rus@mail.example?rate=2', 'smtps://***@mail.example?rate=2'],
    [
      'SMTP_URL',
      'smtp://a:walrus@one.example, smtps://b@c:walrus@two.example',
      'smtp://***@one.example, smtps://***@two.example',
    ],
    ['REDIS_URL', 'redis-cluster://u:wal,rus@h1:7000,h2', 'redis-cluster://***@h1:7000,h2', PG],
    ['BOUNCE_IMAP', 'imaps://u%40x.example:walrus@h/In?move=Read', 'imaps://***@h/In?move=Read'],
    [
      'ALERT_WEBHOOK',
      'https://hooks.example/T0/walrus?key=walrus',
      'https://hooks.example/***',
      KEY,
    ],
    ['PUBLIC_URL', 'https://u:walrus@news.example/@us', 'https://***@news.example/@us'],
    ['CONTACT_URL', 'https://social.example/@us', 'https://social.example/@us'],
    ['ADMIN_PASSWORD', 'walrus and carpenter', '(hidden)'],
  ])('%s %s', (name, value, shown, others = {}) => {
    const { rows } = loadConfig({ ...others, [name]: value }, devNull)
    expect(rows.find((row) => row.name === name)?.value).toBe(shown)
  })
})

test.each(['ALERT_WEBHOOK', 'OTEL_EXPORTER_OTLP_ENDPOINT'])(
  '%s with a log-in is refused, without showing it',
  (name) => {
    const env = { [name]: 'https://u:walrus@h.example/x', ALERT_KEY: 'k'.repeat(16) }
    expect(() => loadConfig(env, devNull)).toThrow('no user or password')
    expect(() => loadConfig(env, devNull)).not.toThrow('walrus')
  },
)

describe('a settings file', () => {
  test('that cannot be read is named', () => {
    expect(() => loadConfig({}, tmpdir())).toThrow(
      `CONFIG_INVALID ${tmpdir()}: cannot be read (EISDIR)`,
    )
  })

  test('is read as it is written, as the environment is', () => {
    const { config } = fromFile(
      [
        'ADMIN_PASSWORD: 0123456789 # not 123456789',
        'PORT: 8080',
        'POSTAL_ADDRESS: 10',
        'ALERT_MAIL: [a@x.example, b@x.example]',
        'TRUST_PROXY:\n  - 10.0.0.1',
      ].join('\n'),
    )
    expect(config).toMatchObject({
      ADMIN_PASSWORD: '0123456789',
      PORT: 8080,
      POSTAL_ADDRESS: '10',
      ALERT_MAIL: ['a@x.example', 'b@x.example'],
      TRUST_PROXY: ['10.0.0.1'],
    })
  })

  test('has not set what it leaves empty', () => {
    const { config, rows } = fromFile("POSTAL_ADDRESS:\nSMTP_URL: ''\nCONTACT_URL: null\nPORT: ~\n")
    expect(config).toMatchObject({ POSTAL_ADDRESS: '', CONTACT_URL: '', PORT: 3000 })
    expect(config.SMTP_URL).toBeUndefined()
    expect(rows.filter(({ origin }) => origin !== 'default')).toEqual([])
  })

  test('may be empty', () => {
    expect(fromFile('# nothing yet\n').config.PORT).toBe(3000)
  })

  test.each([
    ['POSTAL_ADDRESS: {street: walrus}', /local\.yaml: POSTAL_ADDRESS: expected text/],
    ['ALERT_MAIL: [[walrus]]', /local\.yaml: ALERT_MAIL: expected text/],
    ['PORT: 1\nADMIN_PASSWORD: wal: walrus', /local\.yaml, line 2: no YAML/],
    ['ADMIN_PASSWORD: "walrus', /line 1: no YAML/],
    ['ADMIN_PASSWORD: !walrus', /line 1: no YAML/],
    ['ADMIN_PASSWORD: *walrus', /local\.yaml: no YAML/],
    ['- walrus', /expected lines of NAME: value/],
    ['PROT: walrus', /unknown setting PROT/],
  ])('%j is refused without showing what it says', (text, fault) => {
    expect(() => fromFile(text)).toThrow(fault)
    expect(() => fromFile(text)).not.toThrow('walrus')
  })
})
