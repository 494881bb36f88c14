import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'

/** What a row holds of a password: scrypt (RFC 7914), with its parameters, so that they can grow. */

/** OWASP Password Storage Cheat Sheet: 2^15, 8, 3 is as strong as its first choice, on 32 MB. */
const COST = { logN: 15, r: 8, p: 3 }
const SALT_BYTES = 16
const HASH_BYTES = 32
/** Node counts the work area and something beside it; this is enough for twice our cost. */
const MEMORY_BYTES_MAX = 128 * 1_024 * 1_024

/** Hashes made at once, so that a crowd at the login takes neither all memory nor all threads. */
const AT_ONCE = 2
/** Sign-ins that wait for their turn; the rest are turned away. */
const WAITING_MAX = 32

const FORM = /^scrypt\$(\d{1,2})\$(\d{1,2})\$(\d{1,2})\$([\w-]+)\$([\w-]+)$/

/** More wait than can be served. */
export class PasswordsBusy extends Error {
  override readonly name = 'PasswordsBusy'
}

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES)
  const hash = await derive(password, salt, COST)
  const [shownSalt, shownHash] = [salt, hash].map((bytes) => bytes.toString('base64url'))
  return `scrypt$${COST.logN}$${COST.r}$${COST.p}$${shownSalt}$${shownHash}`
}

/**
 * Is it the password? Where there is none (`null`) that takes as long to find out.
 *
 * @throws {PasswordsBusy}
 */
export async function isPassword(password: string, stored: string | null): Promise<boolean> {
  const [, logN, r, p, salt = '', hash = ''] = FORM.exec(stored ?? '') ?? []
  if (logN === undefined) {
    await derive(password, Buffer.alloc(SALT_BYTES), COST)
    return false
  }
  const cost = { logN: Number(logN), r: Number(r), p: Number(p) }
  const right = Buffer.from(hash, 'base64url')
  const given = await derive(password, Buffer.from(salt, 'base64url'), cost)
  return right.length === given.length && timingSafeEqual(right, given)
}

type Cost = { readonly logN: number; readonly r: number; readonly p: number }

let running = 0
const waiting: (() => void)[] = []

/** The same letters may be typed as different characters: RFC 8265 takes their composed form. */
async function derive(password: string, salt: Buffer, { logN, r, p }: Cost): Promise<Buffer> {
  const options: ScryptOptions = { N: 2 ** logN, r, p, maxmem: MEMORY_BYTES_MAX }
  await takeTurn()
  try {
    return await new Promise((resolve, reject) =>
      scrypt(password.normalize('NFC'), salt, HASH_BYTES, options, (error, key) =>
        error ? reject(error) : resolve(key),
      ),
    )
  } finally {
    endTurn()
  }
}

async function takeTurn(): Promise<void> {
  if (running < AT_ONCE) {
    running++
    return
  }
  if (waiting.length >= WAITING_MAX) throw new PasswordsBusy()
  await new Promise<void>((resume) => waiting.push(resume))
}

/** Whoever waits takes over the turn as it is. */
function endTurn(): void {
  const next = waiting.shift()
  if (next) next()
  else running--
}
