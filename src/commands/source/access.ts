import { z } from 'zod'
import type { Access } from '../../store/access.ts'
import { NO_ACCESS } from '../../store/access.ts'
import { readValue } from '../text-file.ts'

/** How an operator tells what a source asks of whoever reads it. */

/** Takes a log-in, headers, a cookie or a proxy away again. */
const NONE = 'none'

const VALUE_CHARS_MAX = 4_096
const HEADERS_MAX = 20
const SECRET_VALUE = '@FILE or - reads it from there, `none` takes it away'

/** RFC 9110 §5.6.2 and §5.5: names are tokens, values have no control characters. */
const HEADER = /^([!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}):[ \t]*([\t\x20-\x7e\x80-\xff]*)$/
const VALUE = /^[\t\x20-\x7e\x80-\xff]+$/

/** What the connection, the cache or our own honesty decides. */
const OURS = new Set([
  ...['host', 'connection', 'content-length', 'transfer-encoding', 'te', 'trailer', 'upgrade'],
  ...['accept-encoding', 'if-none-match', 'if-modified-since', 'user-agent', 'expect'],
  ...['proxy-authorization', 'proxy-connection', 'keep-alive'],
])

const secret = z.string().min(1).max(VALUE_CHARS_MAX)

/** Inputs of `source add` and `source set`. */
export const accessInputs = {
  auth: secret
    .refine(
      (text) => text === NONE || /^[@-]/.test(text) || text.includes(':'),
      'expected USER:PASSWORD',
    )
    .optional()
    .describe(`USER:PASSWORD of the site; ${SECRET_VALUE}`),
  header: secret.optional().describe(`\`Name: value\` to send along, one a line; ${SECRET_VALUE}`),
  cookie: secret.optional().describe(`Cookie to send along; ${SECRET_VALUE}`),
  proxy: secret.optional().describe(`URL of the proxy to fetch it through; ${SECRET_VALUE}`),
}

export type AccessInput = {
  readonly auth?: string | undefined
  readonly header?: string | undefined
  readonly cookie?: string | undefined
  readonly proxy?: string | undefined
}

/** On the caller's side: files and stdin become the secrets in them. */
export async function readAccess<Input extends AccessInput>(input: Input): Promise<Input> {
  const read: Record<string, string> = {}
  for (const key of ['auth', 'header', 'cookie', 'proxy'] as const) {
    const given = input[key]
    if (given !== undefined) read[key] = await readValue(given)
  }
  return { ...input, ...read }
}

type Told = { readonly access: Access } | { readonly fault: string }

/**
 * What the operator gives, on top of what is there. A fault names the option and never its value.
 */
export function mergeAccess(before: Access, given: AccessInput): Told {
  const headers = new Map(Object.entries(before.headers))
  let { proxy } = before
  if (given.header === NONE) {
    for (const name of headers.keys())
      if (name !== 'authorization' && name !== 'cookie') headers.delete(name)
  } else if (given.header !== undefined) {
    for (const line of given.header.split(/\r?\n/).filter((one) => one.trim() !== '')) {
      const [, name = '', value = ''] = HEADER.exec(line.trim()) ?? []
      if (name === '' || value === '') return { fault: '--header: expected `Name: value`' }
      if (OURS.has(name.toLowerCase())) return { fault: `--header: ${name} cannot be set` }
      headers.set(name.toLowerCase(), value)
    }
    if (headers.size > HEADERS_MAX) return { fault: `--header: more than ${HEADERS_MAX}` }
  }
  if (given.auth === NONE) headers.delete('authorization')
  else if (given.auth !== undefined) headers.set('authorization', basic(given.auth))
  if (given.cookie === NONE) headers.delete('cookie')
  else if (given.cookie !== undefined) {
    if (!VALUE.test(given.cookie)) return { fault: '--cookie: not one line of text' }
    headers.set('cookie', given.cookie)
  }
  if (given.proxy === NONE) proxy = null
  else if (given.proxy !== undefined) {
    const url = URL.parse(given.proxy)
    if (!url || !/^https?:$/.test(url.protocol))
      return { fault: '--proxy: expected http://HOST:PORT or https://HOST:PORT' }
    proxy = url.href
  }
  return { access: { headers: Object.fromEntries([...headers].sort()), proxy } }
}

/** RFC 7617, with the encoding it recommends. */
const basic = (login: string): string => `Basic ${Buffer.from(login, 'utf8').toString('base64')}`

/** A URL without the log-in in it, as the standard writes it, and that log-in as the header a browser would make of it. */
export function takeLogin(target: string): { readonly target: string; readonly access: Access } {
  const url = /^https?:\/\//i.test(target) ? URL.parse(target) : null
  if (!url) return { target, access: NO_ACCESS }
  if (url.username === '' && url.password === '') return { target: url.href, access: NO_ACCESS }
  const login = [url.username, url.password].map(decoded).join(':')
  url.username = ''
  url.password = ''
  return { target: url.href, access: { headers: { authorization: basic(login) }, proxy: null } }
}

/** A percent sign that begins no escape stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
