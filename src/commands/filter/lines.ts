/** A line of input longer than this (characters) is not taken into memory. */
const LONGEST_LINE = 64_000_000

export type Line = {
  /** Counted from 1. */
  readonly number: number
  /** `null` for a line that is too long. */
  readonly text: string | null
}

/** The lines of a stream of UTF-8, one at a time; memory holds one line. */
export async function* readLines(input: AsyncIterable<Uint8Array | string>): AsyncGenerator<Line> {
  const decoder = new TextDecoder()
  let number = 0
  let parts: string[] = []
  let length = 0
  const finish = (): Line => {
    const text = length > LONGEST_LINE ? null : parts.join('')
    parts = []
    length = 0
    return { number: ++number, text }
  }
  const keep = (part: string) => {
    length += part.length
    if (length > LONGEST_LINE) parts = []
    else parts.push(part)
  }
  for await (const chunk of input) {
    const text = typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })
    const pieces = text.split('\n')
    for (const piece of pieces.slice(0, -1)) {
      keep(piece)
      yield finish()
    }
    keep(pieces.at(-1) ?? '')
  }
  keep(decoder.decode())
  if (length > 0) yield finish()
}
