/** Content types name the charset as a parameter; XML and HTML name it near their start. */
const HTTP_CHARSET = /charset\s*=\s*["']?\s*([\w.:-]{1,40})/i
const XML_ENCODING = /^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']/i
const META_CHARSET = /<meta\s[^>]{0,300}?charset\s*=\s*["']?\s*([\w.:-]{1,40})/i

/** HTML asks for the declaration within its first 1,024 bytes; real pages need some more. */
const DECLARATION_BYTES = 4096

const BYTE_ORDER_MARKS: readonly (readonly [readonly number[], string])[] = [
  [[0xef, 0xbb, 0xbf], 'utf-8'],
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
]

/**
 * Bytes of a document as text. A byte order mark decides (WHATWG Encoding §6.1); then valid UTF-8
 * that holds more than ASCII, since a wrong declaration is commoner than a chance match; then
 * what HTTP, the XML declaration or a meta element says; then windows-1252. Never throws.
 */
export function decodeText(bytes: Uint8Array, contentType: string | null): string {
  const marked = byMark(bytes) ?? byZeros(bytes)
  if (marked !== null) return new TextDecoder(marked).decode(bytes)
  const text = asUtf8(bytes)
  if (text !== null) return text
  const encoding = known(HTTP_CHARSET.exec(contentType ?? '')?.[1]) ?? byDeclaration(bytes)
  return new TextDecoder(encoding ?? 'windows-1252').decode(bytes)
}

function byMark(bytes: Uint8Array): string | null {
  const found = BYTE_ORDER_MARKS.find(([mark]) => mark.every((byte, i) => bytes[i] === byte))
  return found?.[1] ?? null
}

/** UTF-16 without a mark: `<` or `{` or any ASCII beside a zero byte (XML 1.0, appendix F). */
function byZeros(bytes: Uint8Array): string | null {
  if (bytes.length < 4) return null
  if (bytes[0] === 0 && bytes[1] !== 0 && bytes[2] === 0 && bytes[3] !== 0) return 'utf-16be'
  if (bytes[0] !== 0 && bytes[1] === 0 && bytes[2] !== 0 && bytes[3] === 0) return 'utf-16le'
  return null
}

/** Multi-byte sequences of another encoding all but never form valid UTF-8. */
function asUtf8(bytes: Uint8Array): string | null {
  // ISO-2022-JP is the one encoding in use on the web that hides in ASCII, behind an escape byte.
  if (bytes.includes(0x1b)) return null
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return endsInsideCharacter(bytes) ? new TextDecoder('utf-8').decode(bytes) : null
  }
}

/** A body cut off within its last character is still UTF-8 if the rest of it is, beyond ASCII. */
function endsInsideCharacter(bytes: Uint8Array): boolean {
  for (let cut = 1; cut <= 3 && cut < bytes.length; cut++) {
    const head = bytes.subarray(0, bytes.length - cut)
    const lead = bytes[bytes.length - cut] ?? 0
    if (lead < 0xc2 || lead > 0xf4) continue
    try {
      const text = new TextDecoder('utf-8', { fatal: true }).decode(head)
      return text.length < head.length
    } catch {
      return false
    }
  }
  return false
}

function byDeclaration(bytes: Uint8Array): string | null {
  const head = new TextDecoder('windows-1252').decode(bytes.subarray(0, DECLARATION_BYTES))
  const label = XML_ENCODING.exec(head)?.[1] ?? META_CHARSET.exec(head)?.[1]
  const encoding = known(label)
  // What could be read as far as its declaration is not UTF-16, whatever it says (HTML §13.2.3.2).
  return encoding?.startsWith('utf-16') ? 'utf-8' : encoding
}

/** The encoding's canonical name, or `null` for a label nobody knows. */
function known(label: string | undefined): string | null {
  if (label === undefined) return null
  try {
    return new TextDecoder(label).encoding
  } catch {
    return null
  }
}
