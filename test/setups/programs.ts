import { accessSync, constants, existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** What the suite uses where the machine has it. */
export type Programs = {
  /** Folder of `initdb` and `postgres`. */
  readonly postgres: string | null
  /** `redis-server` or `valkey-server`. */
  readonly redis: string | null
  /** The one on the PATH, or the one that `CHROMIUM` names. */
  readonly chromium: string | null
  /** The relay that mails are sent through; it starts for root only. */
  readonly postfix: string | null
  /** The mailboxes in which they come back; it starts for root only. */
  readonly dovecot: string | null
  /** The filter that scores them. */
  readonly spamassassin: string | null
}

/** Debian keeps PostgreSQL's server programs out of the PATH. */
const DEBIAN_POSTGRES = '/usr/lib/postgresql'
/** Where servers are that users have no use for. */
const SYSTEM = ['/usr/sbin', '/usr/local/sbin']
/** First Chromium without a window: the same pages in three quarters of the time. */
const CHROMIUM = [
  'chromium-headless-shell',
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
]

export function findPrograms(): Programs {
  return {
    postgres: findPostgres(),
    redis: findOnPath('redis-server', 'valkey-server'),
    chromium: process.env.CHROMIUM || findOnPath(...CHROMIUM),
    postfix: process.getuid?.() === 0 ? findOnPath('postfix') : null,
    dovecot: process.getuid?.() === 0 ? findOnPath('dovecot') : null,
    spamassassin: findOnPath('spamassassin'),
  }
}

/** The newest PostgreSQL: from the PATH, else from Debian's folders. */
function findPostgres(): string | null {
  const onPath = findOnPath('initdb')
  if (onPath) return join(onPath, '..')
  if (!existsSync(DEBIAN_POSTGRES)) return null
  const folders = readdirSync(DEBIAN_POSTGRES)
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(DEBIAN_POSTGRES, version, 'bin'))
  return folders.find((folder) => existsSync(join(folder, 'initdb'))) ?? null
}

function findOnPath(...names: string[]): string | null {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...SYSTEM]
  for (const name of names)
    for (const folder of folders) if (isProgram(join(folder, name))) return join(folder, name)
  return null
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
