import { resolve } from 'node:path'
import { z } from 'zod'
import { DoseError } from './errors.ts'
import { withoutPassword } from './io/redis-url.ts'
import { USER_ROLES, type UserRole } from './model.ts'
import { readSettingsFile } from './settings-file.ts'

const list = z
  .string()
  .default('')
  .transform((value) => value.split(',').map((entry) => entry.trim()))
  .transform((entries) => entries.filter((entry) => entry !== ''))

/** `22-7 Europe/Zurich`; on the clock of UTC where no zone is named. */
const quietHours = z
  .string()
  .regex(/^([01]?\d|2[0-3])-([01]?\d|2[0-3])( \S+)?$/, 'expected hours such as 22-7 Europe/Zurich')
  .transform((text) => {
    const [, from, to, timeZone = 'UTC'] = /^(\d+)-(\d+)(?: (\S+))?$/.exec(text) ?? []
    return { from: Number(from), to: Number(to), timeZone }
  })
  .refine(({ timeZone }) => isZone(timeZone), 'no such time zone')

function isZone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }))
  } catch {
    return false
  }
}

/** `groups=editors:editor`; a value may hold colons, since roles hold none. */
const roleRule = z
  .string()
  .regex(
    new RegExp(`^[^=]+=.+:(${USER_ROLES.join('|')})$`),
    `expected claim=value:role, with a role of ${USER_ROLES.join(', ')}`,
  )
  .transform((text) => {
    const [, claim = '', value = '', role] = /^([^=]+)=(.+):(\w+)$/.exec(text) ?? []
    return { claim, value, role: role as UserRole }
  })

const database = z.url({ protocol: /^postgres(ql)?$/, error: 'expected postgres://user@host/db' })
const redis = z
  .string()
  .regex(/^(rediss?|redis-cluster|redis-sentinel):\/\/\S+$/, 'expected redis://host:6379')

const NO_LOGIN = 'no user or password may stand before the host'
/** `fetch` refuses a URL with one, in an error that shows the password. */
const hasNoLogin = (url: string): boolean => !LOGIN.test(url)
/** From `://` to the `@` before the host. */
const LOGIN = /:\/\/[^/?#\s]*@/

/** As it is told: which folder it is depends on where one stands. */
const DEFAULT_FOLDER = './data'

function isPercentEncoded(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}

/** Every setting: its meaning, then its form and default. `config/example.env` says the same. */
const Settings = z
  .object({
    /** Folder of everything the default set-up writes: rows, queues, outbox, back-ups. */
    DATA_DIR: z
      .string()
      .min(1)
      .default(DEFAULT_FOLDER)
      .transform((path) => resolve(path)),
    /** PostgreSQL 15 or later. Absent: PGlite in DATA_DIR. */
    DATABASE_URL: database.optional(),
    /** Redis or Valkey for the queues. Absent: the queues are kept with the rows. */
    REDIS_URL: redis.optional(),
    /** One or several SMTP servers, comma-separated. Absent: mail becomes files in an outbox. */
    SMTP_URL: z
      .string()
      .regex(/^smtps?:\/\/[^\s,]+(,\s*smtps?:\/\/[^\s,]+)*$/, 'expected smtp://host:25')
      .optional(),
    /** Sender of every digest that names none: `Name <address>`. */
    MAIL_FROM: z.string().default('Daily Dose <daily-dose@localhost.localdomain>'),
    /** Domain that signs mails with DKIM: that of MAIL_FROM or one above it. Absent: unsigned. */
    DKIM_DOMAIN: z.string().optional(),
    /** Where its public key stands: DKIM_SELECTOR._domainkey.DKIM_DOMAIN. */
    DKIM_SELECTOR: z.string().optional(),
    /** Its private key: a file in PEM, or the PEM itself with `\n` for line breaks. */
    DKIM_KEY: z.string().optional(),
    /**
     * Domain of the addresses to which bounces, complaints and unsubscriptions by mail come; its mail
     * reaches us. Absent: bounces go to the sender of the digest.
     */
    BOUNCE_DOMAIN: z
      .string()
      .regex(
        /^(?=.{1,190}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$/i,
        'expected a domain',
      )
      .transform((domain) => domain.toLowerCase())
      .optional(),
    /** Where a mail server of ours takes them in, for nobody else: host:port. Absent: none listens. */
    BOUNCE_LISTEN: z
      .string()
      .regex(/^(\[[0-9a-f:.]+\]|[^\s:[\]]+):\d{1,5}$/i, 'expected host:port')
      .optional(),
    /** File of the certificate chain with which it offers STARTTLS, in PEM. Absent: no TLS. */
    BOUNCE_TLS_CERT: z.string().min(1).optional(),
    /** File of its private key, in PEM. */
    BOUNCE_TLS_KEY: z.string().min(1).optional(),
    /**
     * A folder of a mail server in which these arrive: it is looked into every five minutes. What was
     * read is marked as seen, or moved. Absent: none is looked into.
     */
    BOUNCE_IMAP: z
      .string()
      .regex(
        /^imaps?:\/\/[^\s:@/]+:[^\s:@/]+@(\[[0-9a-f:.]+\]|[^\s:@/?[\]]+)(:\d{1,5})?(\/[^\s?#]*)?(\?(&?(move=[^\s&#]+|tls\.rejectUnauthorized=false))+)?$/i,
        'expected imaps://user:password@host/folder, with %40 for an @ in the name',
      )
      .refine(isPercentEncoded, 'a part is not UTF-8, percent-encoded')
      .optional(),
    /** Messages a minute to one domain of recipients, by all processes together. Absent: no limit. */
    DOMAIN_PER_MINUTE: z.coerce.number().min(1).max(1_000_000).optional(),
    /** Seconds until a mail that was put off is tried again; each further wait is twice as long. */
    RETRY_SECONDS: z.coerce.number().int().min(1).max(3_600).default(300),
    /** The sender's postal address; many countries demand one in every newsletter. */
    POSTAL_ADDRESS: z.string().default(''),
    /** Where readers reach this server; links in mails begin with it. */
    PUBLIC_URL: z
      .url({ protocol: /^https?$/, error: 'expected http://… or https://…' })
      .transform((url) => url.replace(/\/+$/, ''))
      .optional(),
    /** Pictures in mails and pages: off, linked from publishers, or proxied by this server. */
    IMAGES: z.enum(['off', 'linked', 'proxied']).default('proxied'),
    /** Folder of templates that replace shipped ones of the same name in mails and pages. */
    TEMPLATES_DIR: z
      .string()
      .min(1)
      .transform((path) => resolve(path))
      .optional(),
    /** Told to the sites we read, so that they can complain. */
    CONTACT_URL: z.string().default(''),
    /** Port of the web server. */
    PORT: z.coerce.number().int().min(0).max(65535).default(3000),
    /** Address the web server listens on. */
    HOST: z.string().default('127.0.0.1'),
    /** Password of the user `admin`. Absent: chosen by a link that the first start prints. */
    ADMIN_PASSWORD: z.string().min(8, 'expected 8 characters or more').optional(),
    /** Token of an admin for the API and /metrics. Absent: made. */
    API_TOKEN: z.string().min(16, 'expected 16 characters or more').optional(),
    /** Without it nobody opens the log-ins of sources that stand sealed among the rows. */
    SECRETS_KEY: z.string().min(16, 'expected 16 characters or more').optional(),
    /** Provider with whom people sign in (OpenID Connect). Absent: by passwords alone. */
    OIDC_ISSUER: z
      .url({ protocol: /^https?$/, error: 'expected https://…, as the provider tells it' })
      .optional(),
    /** What this server is called there. */
    OIDC_CLIENT_ID: z.string().optional(),
    /** And what it proves that with. */
    OIDC_CLIENT_SECRET: z.string().optional(),
    /** Who gets which role, by what the provider tells: `groups=editors:editor,groups=ops:operator`. */
    OIDC_ROLES: list.pipe(z.array(roleRule)),
    /** Addresses of reverse proxies whose X-Forwarded-* headers are believed. */
    TRUST_PROXY: list,
    /** Days after which records of runs are deleted. */
    RETENTION_DAYS: z.coerce.number().int().min(1).default(365),
    /** GiB the database may take; a warning comes before, then nothing is read. Absent: no bound. */
    DATABASE_MAX_GB: z.coerce.number().min(0.1).max(1_000_000).optional(),
    /** Addresses that are told of alerts, comma-separated. Absent: nobody gets a mail. */
    ALERT_MAIL: list,
    /** URL that is told of alerts, as JSON by POST. Absent: none is. */
    ALERT_WEBHOOK: z
      .url({ protocol: /^https?$/, error: 'expected http://… or https://…' })
      .refine(hasNoLogin, NO_LOGIN)
      .optional(),
    /** Signs what the webhook gets (HMAC-SHA-256). */
    ALERT_KEY: z.string().min(16, 'expected 16 characters or more').optional(),
    /** Hours in which only urgent alerts are told: `22-7 Europe/Zurich`. Absent: none. */
    ALERT_QUIET: quietHours.optional(),
    /** Hours after which an alert that still holds is told again. */
    ALERT_REPEAT_HOURS: z.coerce.number().int().min(1).max(720).default(12),
    /** fatal, error, warn, info, debug or silent. */
    LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
    /** OTLP/HTTP receiver of OpenTelemetry, without /v1/traces: each run is told as a span. Absent: none. */
    OTEL_EXPORTER_OTLP_ENDPOINT: z
      .url({ protocol: /^https?$/, error: 'expected http://… or https://…' })
      .refine(hasNoLogin, NO_LOGIN)
      .optional(),
    /** What is said to it in headers: `name=value`, comma-separated, values percent-encoded. */
    OTEL_EXPORTER_OTLP_HEADERS: z
      .string()
      .regex(/^([^\s=,%]+=([^,%]|%[0-9a-f]{2})*(,|$))*$/i, 'expected name=value,name=value')
      .refine(isPercentEncoded, 'a value is not UTF-8, percent-encoded')
      .default(''),
    /** What this installation is called there. */
    OTEL_SERVICE_NAME: z.string().default('daily-dose'),
    /** Requests on their way at once to one registrable domain, by all processes together. */
    HOST_CONNECTIONS: z.coerce.number().int().min(1).max(100).default(2),
    /** Requests a minute to one registrable domain: feeds, pages, pictures, robots.txt. */
    HOST_REQUESTS_PER_MINUTE: z.coerce.number().min(1).max(60_000).default(60),
    /** Private hosts or CIDRs that may be fetched, comma-separated. */
    ALLOW_PRIVATE_HOSTS: list,
  })
  .refine((s) => !(s.REDIS_URL && !s.DATABASE_URL), {
    path: ['REDIS_URL'],
    error: 'needs DATABASE_URL as well: queues on Redis go with rows on PostgreSQL',
  })
  .refine((s) => !(s.BOUNCE_LISTEN && !s.BOUNCE_DOMAIN), {
    path: ['BOUNCE_LISTEN'],
    error: 'needs BOUNCE_DOMAIN as well: mails to that domain are taken in',
  })
  .refine((s) => !s.BOUNCE_TLS_CERT === !s.BOUNCE_TLS_KEY, {
    path: ['BOUNCE_TLS_KEY'],
    error: 'BOUNCE_TLS_CERT and BOUNCE_TLS_KEY go together',
  })
  .refine(
    (s) => new Set([s.DKIM_DOMAIN, s.DKIM_SELECTOR, s.DKIM_KEY].map((part) => !part)).size === 1,
    { path: ['DKIM_KEY'], error: 'DKIM_DOMAIN, DKIM_SELECTOR and DKIM_KEY go together' },
  )
  .refine(
    (s) =>
      new Set(
        [s.OIDC_ISSUER, s.OIDC_CLIENT_ID, s.OIDC_CLIENT_SECRET, s.OIDC_ROLES[0]].map((one) => !one),
      ).size === 1,
    {
      path: ['OIDC_ISSUER'],
      error: 'OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET and OIDC_ROLES go together',
    },
  )
  .refine((s) => !(s.ALERT_WEBHOOK && !s.ALERT_KEY), {
    path: ['ALERT_KEY'],
    error: 'ALERT_WEBHOOK needs it: what is sent there is signed',
  })

export type Config = Readonly<z.infer<typeof Settings>>
export type SettingName = keyof Config
export type Origin = 'environment' | 'file' | 'default'

export type SettingRow = {
  readonly name: SettingName
  readonly value: unknown
  readonly origin: Origin
  readonly default: unknown
}

export const settingNames = Object.keys(Settings.shape) as SettingName[]
const SECRETS = new Set<SettingName>([
  'ADMIN_PASSWORD',
  'ALERT_KEY',
  'API_TOKEN',
  'DKIM_KEY',
  'OIDC_CLIENT_SECRET',
  'OTEL_EXPORTER_OTLP_HEADERS',
  'SECRETS_KEY',
])
/** URLs with user and password of a service. */
const LOGINS = new Set<SettingName>(['DATABASE_URL', 'REDIS_URL', 'SMTP_URL', 'BOUNCE_IMAP'])
/** SMTP_URL may name several. */
const NEXT_SERVER = /,(?=\s*smtps?:\/\/)/i

/**
 * Reads every setting once, from the environment and from `file` (the environment wins).
 *
 * @throws {DoseError} CONFIG_INVALID with the whole list of faults, each naming its setting.
 */
export function loadConfig(env: Readonly<Record<string, string | undefined>>, file?: string) {
  const fromFile = readSettingsFile(file, settingNames)
  const fromEnv = Object.fromEntries(
    settingNames.map((name) => [name, env[name]]).filter(([, value]) => value),
  )
  const { success, data, error } = Settings.safeParse({ ...fromFile, ...fromEnv })
  if (!success) throw new DoseError('CONFIG_INVALID', `\n${z.prettifyError(error)}\n`)
  const config: Config = Object.freeze(data)
  const origin = (name: SettingName): Origin =>
    name in fromEnv ? 'environment' : name in fromFile ? 'file' : 'default'
  return { config, rows: settingRows(config, origin) }
}

/** Path of PUBLIC_URL, below which readers find everything; `` at the root of a host. */
export const basePathOf = (publicUrl: string | undefined): string =>
  (publicUrl === undefined ? '' : new URL(publicUrl).pathname).replace(/\/+$/, '')

/** What a set-up lacks to run as a server: separate processes or a database of its own. */
export function requireServerSettings(config: Config, command: string): void {
  if (!config.DATABASE_URL)
    throw new DoseError(
      'CONFIG_INVALID',
      `\`dose ${command}\` runs beside other processes and so needs DATABASE_URL; the folder DATA_DIR serves one process: \`dose up\`.`,
    )
}

/** A server set-up must be able to send: an outbox folder is nobody's inbox there. */
export function requireMailSettings(config: Config): void {
  if (config.DATABASE_URL && !config.SMTP_URL)
    throw new DoseError('CONFIG_INVALID', 'SMTP_URL is missing; DATABASE_URL makes this a server.')
}

function settingRows(config: Config, origin: (name: SettingName) => Origin): SettingRow[] {
  const defaults = { ...Settings.parse({}), DATA_DIR: DEFAULT_FOLDER }
  return settingNames.map((name) => ({
    name,
    value: hidden(name, config[name]),
    origin: origin(name),
    default: defaults[name] ?? null,
  }))
}

/** Secrets are never shown, nor what stands before the host of a URL; a webhook's path is often one. */
function hidden(name: SettingName, value: unknown): unknown {
  if (value === undefined) return null
  if (SECRETS.has(name)) return '(hidden)'
  if (typeof value !== 'string') return value
  if (name === 'ALERT_WEBHOOK') return `${new URL(value).origin}/***`
  // A password may hold any mark where the form of the setting lets it.
  if (LOGINS.has(name)) return value.split(NEXT_SERVER).map(withoutPassword).join(',')
  return value.replace(LOGIN, '://***@')
}
