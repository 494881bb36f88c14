/** Where a line of a page ends, as the store splits the texts of a host (`store/lines.ts`). */
const BREAK = /\n+|[.!?]["”’)]?\s+/
const CLOSING = new Set('.!?"”’)')

/** The lines of a text, each without the marks at its end. */
export function piecesOf(text: string): string[] {
  return text.split(BREAK).map((piece) => {
    const trimmed = piece.trim()
    let end = trimmed.length
    while (end > 0 && CLOSING.has(trimmed[end - 1] as string)) end--
    return trimmed.slice(0, end)
  })
}

/** Whether a sentence is nothing but lines that its host prints under every story. */
export function isRepeated(sentence: string, repeated: ReadonlySet<string>): boolean {
  if (repeated.size === 0) return false
  return piecesOf(sentence).every((piece) => piece === '' || repeated.has(piece))
}
