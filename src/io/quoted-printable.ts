/** Characters of a line before the `=` of its soft break (RFC 2045 section 6.7). */
const LINE_CHARS = 75
/** Every byte escaped, and a soft break after each 25 of them, is the most that a text grows to. */
const GROWTH = 3.2

const [TAB, LF, CR, SPACE, EQUALS] = [9, 10, 13, 32, 61]
const DIGITS = Buffer.from('0123456789ABCDEF')
const BREAK = [CR, LF]
const SOFT_BREAK = [EQUALS, CR, LF]

/** Bytes that stand for themselves. */
const PLAIN = Uint8Array.from({ length: 256 }, (_, byte) =>
  (byte >= SPACE && byte <= 126 && byte !== EQUALS) || byte === TAB ? 1 : 0,
)

/**
 * A text in quoted-printable, its ends of lines as CRLF. Characters of several bytes are not parted
 * by a soft break. Every mail goes through here byte by byte: hence one loop, and no closures in it.
 */
export function encodeQuotedPrintable(text: string): Buffer {
  const bytes = Buffer.from(text, 'utf8')
  const out = Buffer.allocUnsafe(Math.ceil(bytes.length * GROWTH) + LINE_CHARS)
  let at = 0
  let column = 0
  for (let n = 0; n < bytes.length; n++) {
    const byte = bytes[n] as number
    if (PLAIN[byte] === 1) {
      if (column === LINE_CHARS) {
        at = put(out, at, SOFT_BREAK)
        column = 0
      }
      out[at++] = byte
      column += 1
    } else if (byte === LF) {
      at = put(out, column > 0 ? endLine(out, at, column) : at, BREAK)
      column = 0
    } else if (byte !== CR || bytes[n + 1] !== LF) {
      if (column + charWidth(byte) > LINE_CHARS) {
        at = put(out, at, SOFT_BREAK)
        column = 0
      }
      at = put(out, at, escaped(byte))
      column += 3
    }
  }
  return out.subarray(0, column > 0 ? endLine(out, at, column) : at)
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
