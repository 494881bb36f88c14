/** Every failure we can name: does trying again help, and which exit code does a command end with? */
const CODES = {
  CONFIG_INVALID: { retry: false, exit: 2, hint: 'Fix the settings listed and start again.' },
  USAGE: { retry: false, exit: 2, hint: 'See `dose help`.' },
  NOT_FOUND: {
    retry: false,
    exit: 1,
    hint: 'Check the name or id; the `list` commands show them.',
  },
  FORBIDDEN: {
    retry: false,
    exit: 2,
    hint: 'Ask an admin for the role, or use another token.',
  },
  DATABASE_UNREACHABLE: {
    retry: true,
    exit: 3,
    hint: 'Start PostgreSQL or correct DATABASE_URL; unset it to use the folder DATA_DIR.',
  },
  REDIS_UNREACHABLE: {
    retry: true,
    exit: 3,
    hint: 'Start Redis or correct REDIS_URL; unset it to keep the queues in PostgreSQL.',
  },
  DATA_DIR_HELD: {
    retry: true,
    exit: 3,
    hint: 'Another process uses this folder. Stop it, or set DATA_DIR to another folder.',
  },
  DATABASE_LOST: {
    retry: true,
    exit: 3,
    hint: 'PGlite has ended; start again. If it ends again, restore a back-up or look for free memory.',
  },
  DATA_DIR_LOST: {
    retry: false,
    exit: 3,
    hint: 'Another process took the folder over while this one was stopped; nothing more is written.',
  },
  NO_ROOM: {
    retry: true,
    exit: 3,
    hint: 'Make room, or keep less with `dose house keep`; sources are read again by themselves.',
  },
  SOURCE_UNREACHABLE: {
    retry: true,
    exit: 1,
    hint: 'Check the address; it is tried again.',
  },
  SOURCE_REFUSED: {
    retry: false,
    exit: 1,
    hint: 'Only http and https are fetched; private addresses only when ALLOW_PRIVATE_HOSTS names them.',
  },
  SOURCE_TOO_LARGE: { retry: false, exit: 1, hint: 'Larger than a feed, page or file may be.' },
  SOURCE_UNREADABLE: {
    retry: false,
    exit: 1,
    hint: 'Not RSS, Atom, JSON Feed, front matter, text or HTML.',
  },
  SECRETS_UNREADABLE: {
    retry: false,
    exit: 1,
    hint: 'Its log-in was kept with another SECRETS_KEY; set it again with `dose source set`.',
  },
  FRONT_MATTER_INVALID: { retry: false, exit: 1, hint: 'Correct the YAML between the --- lines.' },
  CITATION_UNRESOLVED: {
    retry: false,
    exit: 1,
    hint: 'A sentence is not in the text it cites; summarise the story again.',
  },
  CHANGED: {
    retry: false,
    exit: 1,
    hint: 'It is not any more what you looked at; preview it again.',
  },
  MAIL_UNREACHABLE: {
    retry: true,
    exit: 3,
    hint: 'The mail server did not answer; check SMTP_URL.',
  },
  MAILBOX_UNREADABLE: {
    retry: true,
    exit: 3,
    hint: 'Check BOUNCE_IMAP; it is looked into again later.',
  },
  SERVER_LOST: {
    retry: true,
    exit: 3,
    hint: '`dose up` ended or broke off while it worked; see its log, then run the command again.',
  },
  BACKUP_INVALID: { retry: false, exit: 1, hint: 'The back-up is damaged; take an older one.' },
} as const

export type ErrorCode = keyof typeof CODES

/**
 * A named failure about one subject: `SOURCE_UNREADABLE https://a.example/rss: no feed. Not RSS, …`.
 * Pass the original error as `cause`, so that the log keeps its stack.
 *
 * @param subject names the input: a file with its line, a URL, a setting.
 */
export class DoseError extends Error {
  override readonly name = 'DoseError'
  readonly code: ErrorCode
  /** Whether trying again may help. */
  readonly retry: boolean
  /** What the command line ends with. */
  readonly exit: number

  constructor(code: ErrorCode, subject: string, options?: ErrorOptions) {
    super(`${code} ${subject} — ${CODES[code].hint}`, options)
    this.code = code
    this.retry = CODES[code].retry
    this.exit = CODES[code].exit
  }

  /** The error again, from its message: between threads an error loses its class. */
  static revive(message: string, cause: unknown): DoseError | null {
    const match = /^([A-Z_]+) ([\s\S]+) — /.exec(message)
    if (!match?.[1] || !match[2] || !(match[1] in CODES)) return null
    return new DoseError(match[1] as ErrorCode, match[2], { cause })
  }
}

/** The codes, for the docs and the test that holds the docs to them. */
export const errorCodes = Object.keys(CODES) as ErrorCode[]
