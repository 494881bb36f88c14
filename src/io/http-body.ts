import { promisify } from 'node:util'
import { brotliDecompress, constants, gunzip, inflate, inflateRaw } from 'node:zlib'
import { letGo } from './garbage.ts'
import type { Limits } from './http-limits.ts'
import { createRoom, type Room } from './http-room.ts'
import { sizeInWords } from './size.ts'

/** A body passed a limit; `message` says which. */
export class TooLarge extends Error {}

/** Room for a small feed; the buffer doubles from here. */
const FIRST_BYTES = 64 * 1_024
/** A larger body needs a place among the large ones. */
const LARGE_BYTES = 512 * 1_024

/**
 * Where bodies are held: of those that are large, only so many at once, and only so many are
 * decompressed at once. Stops: a hundred hosts that each send as much as one may.
 */
export type BodyRooms = {
  readonly large: Room
  readonly decoding: Room
  /**
   * Buffers of large bodies between two uses. As garbage they would pile up faster than they are
   * collected; they go when no large body is left.
   */
  readonly spare: Uint8Array[]
}

/** 4 × 15 MB of large bodies, and 2 × 2 × 15 MB where they are decompressed, are what this costs. */
const LARGE_AT_ONCE = 4
const DECODED_AT_ONCE = 2

export const createBodyRooms = (): BodyRooms => ({
  large: createRoom(LARGE_AT_ONCE),
  decoding: createRoom(DECODED_AT_ONCE),
  spare: [],
})

/** A body as it is to be read, and how many bytes of it were sent. */
export type Body = { readonly bytes: Uint8Array; readonly wireBytes: number }

/**
 * Reads a body within its limits and undoes its content coding.
 *
 * @throws {TooLarge} as soon as a limit is passed; the rest is never read.
 */
export async function readBody(
  stream: AsyncIterable<Uint8Array>,
  coding: string | null,
  limits: Limits,
  rooms: BodyRooms,
  signal: AbortSignal,
): Promise<Body> {
  let leave = () => {}
  const whenLarge = async () => {
    const leaveRoom = await rooms.large.enter(signal)
    const buffer = takeSpare(rooms.spare, limits.wireBytes)
    leave = () => {
      rooms.spare.push(buffer)
      leaveRoom()
      if (rooms.large.isEmpty()) rooms.spare.length = 0
    }
    return buffer
  }
  try {
    const sent = await collect(stream, limits.wireBytes, { whenLarge })
    const leaveDecoding = await rooms.decoding.enter(signal)
    const bytes = await decode(sent, coding, limits.bodyBytes).finally(leaveDecoding)
    return { bytes, wireBytes: sent.length }
  } finally {
    leave()
  }
}

function takeSpare(spare: Uint8Array[], size: number): Uint8Array {
  const buffer = spare.pop()
  return buffer && buffer.length >= size ? buffer : new Uint8Array(size)
}

/**
 * The beginning of a body, for what may be cut off: the rest is never read.
 *
 * @throws {TooLarge} when `bytes` become more than that after decompression.
 */
export async function readStart(
  stream: AsyncIterable<Uint8Array>,
  coding: string | null,
  bytes: number,
): Promise<Uint8Array> {
  return decode(await collect(stream, bytes, { cut: true }), coding, bytes)
}

type Collecting = {
  /** Whether what passes the limit is cut off rather than refused. */
  readonly cut?: boolean
  /** Called once, before more than LARGE_BYTES are held: a buffer of the limit's size. */
  readonly whenLarge?: () => Promise<Uint8Array>
}

/** One growing buffer, not a list of chunks: a million one-byte chunks would cost 100 MB as objects. */
async function collect(
  stream: AsyncIterable<Uint8Array>,
  limit: number,
  { cut = false, whenLarge = async () => new Uint8Array(limit) }: Collecting,
): Promise<Uint8Array> {
  let buffer: Uint8Array = new Uint8Array(Math.min(FIRST_BYTES, limit))
  let size = 0
  for await (const chunk of stream) {
    const end = size + chunk.length
    if (end > limit && cut) return Buffer.concat([buffer.subarray(0, size), chunk], limit)
    if (end > limit) throw new TooLarge(`more than ${sizeInWords(limit)} sent`)
    if (end > LARGE_BYTES && size <= LARGE_BYTES) buffer = moved(buffer, size, await whenLarge())
    if (end > buffer.length)
      buffer = moved(buffer, size, new Uint8Array(Math.min(limit, LARGE_BYTES, end * 2)))
    buffer.set(chunk, size)
    size = end
    letGo(chunk.length)
  }
  // A copy: a view would keep all of the buffer, which may be used again, and take it along to threads.
  return buffer.slice(0, size)
}

function moved(from: Uint8Array, size: number, to: Uint8Array): Uint8Array {
  to.set(from.subarray(0, size))
  return to
}

/** Content codings, RFC 9110 §8.4.1. A body cut short is decoded as far as it goes, as browsers do. */
const ZLIB = { finishFlush: constants.Z_SYNC_FLUSH }
const BROTLI = { finishFlush: constants.BROTLI_OPERATION_FLUSH }

/** Low nibble of the first byte of a zlib stream, RFC 1950 §2.2; raw deflate is sent by old servers. */
const isZlib = (bytes: Uint8Array) => ((bytes[0] ?? 0) & 0x0f) === 8

const DECODERS: Readonly<Record<string, (bytes: Uint8Array, max: number) => Promise<Uint8Array>>> =
  {
    gzip: (bytes, max) => promisify(gunzip)(bytes, { ...ZLIB, maxOutputLength: max }),
    'x-gzip': (bytes, max) => promisify(gunzip)(bytes, { ...ZLIB, maxOutputLength: max }),
    deflate: (bytes, max) =>
      promisify(isZlib(bytes) ? inflate : inflateRaw)(bytes, { ...ZLIB, maxOutputLength: max }),
    br: (bytes, max) => promisify(brotliDecompress)(bytes, { ...BROTLI, maxOutputLength: max }),
  }

/** A coding nobody asked for (`UTF-8` is seen in feeds) leaves the bytes as they came. */
async function decode(bytes: Uint8Array, coding: string | null, max: number): Promise<Uint8Array> {
  const name = coding?.toLowerCase() ?? ''
  const decoder = Object.hasOwn(DECODERS, name) ? DECODERS[name] : undefined
  if (!decoder || bytes.length === 0) return atMost(bytes, max)
  try {
    const decoded = await decoder(bytes, max)
    letGo(decoded.length)
    return decoded
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE') throw error
    letGo(max)
    throw tooLargeDecoded(max)
  }
}

function atMost(bytes: Uint8Array, max: number): Uint8Array {
  if (bytes.length > max) throw tooLargeDecoded(max)
  return bytes
}

const tooLargeDecoded = (max: number) =>
  new TooLarge(`more than ${sizeInWords(max)} after decompression`)
