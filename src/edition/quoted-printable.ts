/** Characters of a line before the soft break (`=` and CRLF) that ends it. */
const LINE_CHARS = 75
const SOFT_BREAK_BYTES = 3

const NEWLINE = 10
const isPlain = (byte: number): boolean => byte >= 32 && byte <= 126 && byte !== 61

/**
 * Bytes of a text in quoted-printable (RFC 2045 §6.7), or a few more: printable ASCII stands for itself,
 * an end of line is two bytes, every other byte is three.
 */
export function quotedPrintableBytes(text: string): number {
  let bytes = 0
  for (const byte of Buffer.from(text, 'utf8')) {
    if (byte === NEWLINE) bytes += 2
    else bytes += isPlain(byte) ? 1 : 3
  }
  return bytes + SOFT_BREAK_BYTES * Math.ceil(bytes / LINE_CHARS)
}
