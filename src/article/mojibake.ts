/**
 * Bytes 80–9F as windows-1252 shows them (WHATWG Encoding, index-windows-1252); the five bytes it
 * leaves free show as C1 controls. All other bytes show as the character of the same number.
 */
const CP1252_HIGH = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ'

const BYTE_OF = new Map([...CP1252_HIGH].map((char, i) => [char, 0x80 + i]))

const CONTINUATION = `[${CP1252_HIGH}\u0080-\u00bf]`
const SEQUENCE = `(?:[\u00c2-\u00df]${CONTINUATION}|[\u00e0-\u00ef]${CONTINUATION}{2}|[\u00f0-\u00f4]${CONTINUATION}{3})`
const RUN = new RegExp(`${SEQUENCE}+`, 'g')

/**
 * Punctuation that may follow a capital letter in sound text: `CAFÉ…`, `IRMÃ »`. Behind a capital
 * it proves nothing.
 */
const COMMON_AFTER_LETTER = /[…”“’‘»«–—™®°ªº·•›‹\u00a0]$/

/** So many letters, each with a sign behind it and without a gap, stand in no sound text. */
const LONG_RUN = 2

/** Text that was mangled twice needs two passes; more has not been seen. */
const PASSES = 2

/**
 * Repairs UTF-8 that was read as windows-1252 (`doesnâ€™t` → `doesn’t`). A run is replaced only
 * if the whole of it decodes and the result is what such runs come from: punctuation, Latin
 * letters next to letters, emoji, or a stretch of another script. All else stays as it is.
 */
export function repairMojibake(text: string): string {
  let repaired = text
  for (let pass = 0; pass < PASSES; pass++) {
    const before = repaired
    repaired = before.replace(RUN, (run, offset: number) => repairRun(run, offset, before))
    if (repaired === before) break
  }
  return repaired
}

function repairRun(run: string, offset: number, text: string): string {
  const decoded = decodeAsUtf8(run)
  if (decoded === null) return run
  const before = text.slice(Math.max(0, offset - 1), offset)
  const after = text.charAt(offset + run.length)
  return isPlausible(run, decoded, before, after) ? decoded : run
}

function decodeAsUtf8(run: string): string | null {
  const bytes = Uint8Array.from(run, (char) => BYTE_OF.get(char) ?? char.charCodeAt(0))
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

function isPlausible(run: string, decoded: string, before: string, after: string): boolean {
  const characters = [...decoded]
  if (characters.every(isPunctuationOrEmoji) || characters.length >= LONG_RUN) return true
  if (!characters.every((char) => char >= '\u00a0' && char <= '\u017f')) return false
  // A capital in the middle of a word is no capital.
  if (/\p{Ll}/u.test(before)) return true
  if (COMMON_AFTER_LETTER.test(run)) {
    if (/\p{Lu}/u.test(before)) return false
    return run.startsWith('Â') || (run.startsWith('Ã') && isWordStart(run, before, after))
  }
  return /^[ÂÃ]/.test(run) || /\p{L}/u.test(after)
}

/** `Ã”ter` for `Ôter`; `Ã` and a no-break space for the French word `à`. */
function isWordStart(run: string, before: string, after: string): boolean {
  return /\p{Ll}/u.test(after) || (run.endsWith('\u00a0') && /^\s?$/.test(before))
}

/** What three and four bytes are in Western text: dashes and quotes, €, ™, arrows, a BOM, emoji. */
function isPunctuationOrEmoji(char: string): boolean {
  const code = char.codePointAt(0) ?? 0
  return (code >= 0x2000 && code <= 0x27bf) || code === 0xfeff || code >= 0x1f000
}
