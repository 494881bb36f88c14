/** Characters of a line before the `=` of its soft break (RFC 2045 section 6.7). */
const LINE_CHARS = 75
/** Of UTF-8, most that one unit of a string takes. */
const UNIT_BYTES = 3
/** Every byte escaped, and a soft break after each 25 of them, is the most that a text grows to. */
const GROWTH = 3.2

/**
 * Room for texts of ordinary length, and for what becomes of them: to ask for as much anew for each of a
 * hundred thousand mails takes as long as to encode them.
 */
const ROOM_UNITS = 131_072
const textRoom = Buffer.allocUnsafeSlow(ROOM_UNITS * UNIT_BYTES)
const codeRoom = Buffer.allocUnsafeSlow(codeBytesMax(textRoom.length))

const [TAB, LF, CR, SPACE, EQUALS] = [9, 10, 13, 32, 61]
const DIGITS = Buffer.from('0123456789ABCDEF')
const BREAK = [CR, LF]
const SOFT_BREAK = [EQUALS, CR, LF]

/** Bytes that stand for themselves. */
const PLAIN = Uint8Array.from({ length: 256 }, (_, byte) =>
  (byte >= SPACE && byte <= 126 && byte !== EQUALS) || byte === TAB ? 1 : 0,
)

const encoder = new TextEncoder()

/**
 * A text in quoted-printable, its ends of lines as CRLF. Characters of several bytes are not parted
 * by a soft break. Every mail goes through here byte by byte: hence one loop, and no closures in it.
 */
export function encodeQuotedPrintable(text: string): Buffer {
  const isLong = text.length > ROOM_UNITS
  const bytes = isLong ? Buffer.alloc(text.length * UNIT_BYTES) : textRoom
  const { written: length } = encoder.encodeInto(text, bytes)
  const out = isLong ? Buffer.alloc(codeBytesMax(length)) : codeRoom
  let at = 0
  let lineAt = 0
  for (let n = 0; n < length; n++) {
    const full = Math.min(length, n + LINE_CHARS - (at - lineAt))
    while (n < full && PLAIN[bytes[n] as number] === 1) out[at++] = bytes[n++] as number
    if (n === length) break
    const byte = bytes[n] as number
    if (byte === LF) {
      at = put(out, at > lineAt ? endLine(out, at, at - lineAt) : at, BREAK)
      lineAt = at
    } else if (byte !== CR || n + 1 === length || bytes[n + 1] !== LF) {
      const isPlain = PLAIN[byte] === 1
      if (at - lineAt + (isPlain ? 1 : charWidth(byte)) > LINE_CHARS) {
        at = put(out, at, SOFT_BREAK)
        lineAt = at
      }
      if (isPlain) out[at++] = byte
      else at = put(out, at, escaped(byte))
    }
  }
  return Buffer.from(out.subarray(0, at > lineAt ? endLine(out, at, at - lineAt) : at))
}

function codeBytesMax(textBytes: number): number {
  return Math.ceil(textBytes * GROWTH) + LINE_CHARS
}

/** White space before the end of a line may get lost on the way. */
function endLine(out: Buffer, end: number, column: number): number {
  const byte = out[end - 1] as number
  if (byte !== SPACE && byte !== TAB) return end
  const last = escaped(byte)
  return column > LINE_CHARS - 2
    ? put(out, put(out, end - 1, SOFT_BREAK), last)
    : put(out, end - 1, last)
}

function put(out: Buffer, at: number, bytes: readonly number[]): number {
  for (let n = 0; n < bytes.length; n++) out[at + n] = bytes[n] as number
  return at + bytes.length
}

const escaped = (byte: number): readonly number[] => [
  EQUALS,
  DIGITS[byte >> 4] as number,
  DIGITS[byte & 15] as number,
]

/** Of the character that begins with this byte, all of it escaped. */
const charWidth = (byte: number): number =>
  byte >= 0xf0 ? 12 : byte >= 0xe0 ? 9 : byte >= 0xc0 ? 6 : 3
