import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign as signBytes,
} from 'node:crypto'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { DoseError } from '../errors.ts'

/** Puts a DKIM-Signature (RFC 6376) before a message; the same message gets the same signature. */
export type DkimSigner = (message: Buffer) => Promise<Buffer>

/** Who signs: `selector._domainkey.domain` is where receivers find the public key. */
export type DkimSettings = {
  readonly domain: string
  readonly selector: string
  /** A private key in PEM, or the path of a file that holds one. */
  readonly key: string
}

/**
 * Fields that are signed where a message has them (RFC 6376 section 5.4.1). RFC 8058 section 4 wants
 * List-Unsubscribe and List-Unsubscribe-Post among them: without, no receiver offers one click.
 */
const SIGNED = [
  'from',
  'to',
  'reply-to',
  'subject',
  'date',
  'message-id',
  'mime-version',
  'content-type',
  'content-transfer-encoding',
  'auto-submitted',
  'feedback-id',
  'list-id',
  'list-unsubscribe',
  'list-unsubscribe-post',
]

/** Named once more than they occur: a second one that somebody adds on the way breaks the seal. */
const SEALED = ['from', 'to', 'subject', 'date', 'message-id', 'list-unsubscribe']

/** RFC 8301 section 3.2: receivers refuse less. */
const RSA_BITS_MIN = 1_024

const DOMAIN = /^(?=.{1,253}$)([a-z0-9_]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/i
const SELECTOR = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?){0,4}$/i
const LINE_CHARS = 72

const signAsync = promisify(
  (algorithm: string | null, data: Buffer, key: KeyObject, done: SignDone) =>
    signBytes(algorithm, data, key, done),
)
type SignDone = (error: Error | null, signature: Buffer) => void

type Algorithm = { readonly name: string; sign(signed: Buffer): Promise<Buffer> }

/**
 * Reads the key once. RSA signs in a thread of its own, so that the loop goes on; Ed25519 (RFC 8463)
 * is known to few receivers yet.
 *
 * @throws {DoseError} CONFIG_INVALID naming the setting, never a part of the key
 */
export function createDkim({ domain, selector, key }: DkimSettings): DkimSigner {
  if (!DOMAIN.test(domain)) throw new DoseError('CONFIG_INVALID', 'DKIM_DOMAIN: no domain')
  if (!SELECTOR.test(selector)) throw new DoseError('CONFIG_INVALID', 'DKIM_SELECTOR: no selector')
  const algorithm = algorithmOf(readKey(key))
  return async (message) => {
    const { head, body } = parted(message)
    const { names, lines } = signedFields(head)
    const tags = [
      `v=1; a=${algorithm.name}; c=relaxed/relaxed; d=${domain.toLowerCase()}; s=${selector};`,
      ...folded(`h=${names.join(':')};`, ':'),
      `bh=${createHash('sha256').update(relaxedBody(body), 'latin1').digest('base64')};`,
      'b=',
    ]
    const field = `DKIM-Signature: ${tags.join('\r\n ')}`
    const signed = Buffer.from([...lines, relaxedField(field)].join('\r\n'), 'latin1')
    const signature = (await algorithm.sign(signed)).toString('base64')
    const b = signature.match(new RegExp(`.{1,${LINE_CHARS}}`, 'g'))?.join('\r\n ')
    return Buffer.concat([Buffer.from(`${field}${b}\r\n`, 'latin1'), message])
  }
}

/**
 * The record a receiver looks for at `selector._domainkey.domain`.
 *
 * @throws {DoseError} CONFIG_INVALID when the key cannot be read
 */
export function dkimRecord(key: string): string {
  const publicKey = createPublicKey(readKey(key))
  const der = publicKey.export({ type: 'spki', format: 'der' })
  // RFC 8463 section 4: of Ed25519 the bare 32 bytes, which end the DER.
  if (publicKey.asymmetricKeyType === 'ed25519')
    return `v=DKIM1; k=ed25519; p=${der.subarray(-32).toString('base64')}`
  return `v=DKIM1; k=rsa; p=${der.toString('base64')}`
}

function readKey(given: string): KeyObject {
  try {
    const pem = given.includes('-----BEGIN') ? given.replaceAll('\\n', '\n') : readFileSync(given)
    return createPrivateKey(pem)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    const reason = code === 'ENOENT' ? 'no such file' : 'no private key in PEM without passphrase'
    throw new DoseError('CONFIG_INVALID', `DKIM_KEY: ${reason}`, { cause })
  }
}

function algorithmOf(key: KeyObject): Algorithm {
  const { asymmetricKeyType, asymmetricKeyDetails } = key
  if (asymmetricKeyType === 'ed25519')
    return {
      name: 'ed25519-sha256',
      sign: (signed) => signAsync(null, createHash('sha256').update(signed).digest(), key),
    }
  const bits = asymmetricKeyDetails?.modulusLength ?? 0
  if (asymmetricKeyType !== 'rsa' || bits < RSA_BITS_MIN)
    throw new DoseError(
      'CONFIG_INVALID',
      `DKIM_KEY: expected RSA of ${RSA_BITS_MIN} bits or more, or Ed25519`,
    )
  return { name: 'rsa-sha256', sign: (signed) => signAsync('sha256', signed, key) }
}

/** Ours are made by `composeMime`: seven bits, CRLF, one empty line before the body. */
function parted(message: Buffer): { head: string; body: string } {
  const at = message.indexOf('\r\n\r\n')
  if (at < 0) throw new Error('a message without a body')
  return { head: message.toString('latin1', 0, at), body: message.toString('latin1', at + 4) }
}

/** Fields to sign in relaxed form; of several with one name the last is meant (section 5.4.2). */
function signedFields(head: string): { names: string[]; lines: string[] } {
  const fields = new Map<string, string>()
  for (const field of head.split(/\r\n(?![ \t])/))
    fields.set(field.slice(0, field.indexOf(':')).trim().toLowerCase(), field)
  const present = SIGNED.filter((name) => fields.has(name))
  const sealed = SEALED.filter((name) => fields.has(name))
  const lines = present.map((name) => relaxedField(fields.get(name) as string))
  return { names: [...present, ...sealed], lines }
}

/** RFC 6376 section 3.4.2. */
function relaxedField(field: string): string {
  const colon = field.indexOf(':')
  const value = field
    .slice(colon + 1)
    .replaceAll('\r\n', '')
    .replace(/[ \t]+/g, ' ')
    .trim()
  return `${field.slice(0, colon).trim().toLowerCase()}:${value}`
}

/** RFC 6376 section 3.4.4. */
function relaxedBody(body: string): string {
  const lines = body.replace(/[ \t]{2,}|\t/g, ' ').replaceAll(' \r\n', '\r\n')
  let end = lines.length
  while (lines.startsWith('\r\n', end - 2) && end > 0) end -= 2
  return end === 0 ? '' : `${lines.slice(0, end)}\r\n`
}

/** Pieces that end with `separator`, none longer than a line. */
function folded(text: string, separator: string): string[] {
  const lines: string[] = []
  for (const part of text.split(new RegExp(`(?<=${separator})`))) {
    const last = lines.at(-1)
    if (last === undefined || last.length + part.length > LINE_CHARS) lines.push(part)
    else lines[lines.length - 1] = last + part
  }
  return lines
}
