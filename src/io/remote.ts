import { randomUUID } from 'node:crypto'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { request as requestHttp } from 'node:http'
import { join } from 'node:path'
import { DoseError, type ErrorCode, errorCodes } from '../errors.ts'

const FILE = 'server.json'

/** A server on this machine answers at once, or it is not there. */
const PATIENCE_MS = 2_000

/** Of an answer that is none, so much goes into the log. */
const CAUSE_CHARS_MAX = 200

/** Where the `dose up` of a data folder is reached, and what opens its API. */
export type RemoteServer = { readonly url: string; readonly token: string }

export type RemoteEmit = {
  row(row: Readonly<Record<string, unknown>>): void
  note(sentence: string): void
}

/** Tells commands on this folder where its server is. Only the folder's owner may read it. */
export async function writeServerFile(dataDir: string, server: RemoteServer): Promise<void> {
  const draft = join(dataDir, `${FILE}.${randomUUID()}`)
  await writeFile(draft, `${JSON.stringify(server)}\n`, { mode: 0o600, flag: 'wx' })
  await rename(draft, join(dataDir, FILE))
}

export async function removeServerFile(dataDir: string): Promise<void> {
  await rm(join(dataDir, FILE), { force: true })
}

/** The server of a folder, or `null` where none is named or the one that is does not answer. */
export async function readServerFile(dataDir: string): Promise<RemoteServer | null> {
  const server = parseServer(await readFile(join(dataDir, FILE), 'utf8').catch(() => ''))
  return server && (await isThere(server)) ? server : null
}

function parseServer(text: string): RemoteServer | null {
  try {
    const { url, token } = JSON.parse(text) as Partial<RemoteServer>
    const known = typeof url === 'string' && typeof token === 'string' && URL.canParse(url)
    return known ? { url, token } : null
  } catch {
    return null
  }
}

/** Is it ours? A port that was left may belong to somebody else by now. */
async function isThere({ url }: RemoteServer): Promise<boolean> {
  try {
    const response = await fetch(new URL('/healthz', url), {
      signal: AbortSignal.timeout(PATIENCE_MS),
      redirect: 'error',
    })
    const health = (await response.json()) as { status?: unknown; checks?: { queues?: unknown } }
    return typeof health.status === 'string' && health.checks?.queues !== undefined
  } catch {
    return false
  }
}

/**
 * Asks the server of a folder to run one operation, and passes on what it tells as it comes. Takes
 * as long as the operation does.
 *
 * @returns the exit code.
 * @throws {DoseError} what the operation threw; SERVER_LOST when the answer is cut off.
 */
export async function callRemote(
  server: RemoteServer,
  name: string,
  input: unknown,
  emit: RemoteEmit,
): Promise<number> {
  const lost = (cause?: unknown) =>
    new DoseError('SERVER_LOST', `${server.url} (${name})`, { cause })
  let exit: number | null = null
  for await (const text of linesOf(() => post(server, name, input), lost)) {
    const line = readLine(text)
    if (line === null) throw lost(text.slice(0, CAUSE_CHARS_MAX))
    if (line.row) emit.row(line.row)
    if (line.note !== undefined) emit.note(line.note)
    if (line.error) throw reviveError(line.error)
    if (line.exit !== undefined) exit = line.exit
  }
  if (exit === null) throw lost()
  return exit
}

/** `node:http`, because `fetch` gives up on an answer that says nothing for five minutes. */
function post({ url, token }: RemoteServer, name: string, input: unknown) {
  const body = JSON.stringify(input)
  return new Promise<NodeJS.ReadableStream>((resolve, reject) => {
    const request = requestHttp(new URL(`/api/${name.replaceAll(' ', '/')}`, url), {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      },
    })
    request.on('response', resolve).on('error', reject).end(body)
  })
}

async function* linesOf(
  open: () => Promise<NodeJS.ReadableStream>,
  lost: (cause: unknown) => Error,
): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  try {
    for await (const chunk of await open()) {
      const [first = '', ...more] = decoder.decode(chunk as Buffer, { stream: true }).split('\n')
      rest += first
      for (const part of more) {
        yield rest
        rest = part
      }
    }
  } catch (error) {
    throw lost(error)
  }
  if (rest !== '') yield rest
}

type Line = {
  readonly row?: Readonly<Record<string, unknown>>
  readonly note?: string
  readonly error?: { readonly code: string; readonly message: string }
  readonly exit?: number
}

function readLine(text: string): Line | null {
  try {
    const line: unknown = JSON.parse(text)
    return typeof line === 'object' ? line : null
  } catch {
    return null
  }
}

/** The error as it was thrown there; one we have no code for keeps its message. */
function reviveError({ code, message }: { code: string; message: string }): Error {
  const known = DoseError.revive(message, null)
  if (known) return known
  return (errorCodes as string[]).includes(code)
    ? new DoseError(code as ErrorCode, message)
    : new Error(message)
}
