/** One record of a CSV file with the line it begins on, from 1; `fault` where it cannot be read. */
export type CsvRecord =
  | { readonly line: number; readonly fields: readonly string[]; readonly fault?: never }
  | { readonly line: number; readonly fields?: never; readonly fault: string }

/** A quoted field longer than this has lost its closing quote. */
const FIELD_CHARS_MAX = 8_192

/** More columns than any export has. */
const FIELDS_MAX = 64

/**
 * Reads CSV by RFC 4180 one record at a time: quoted fields with doubled quotes and line breaks
 * in them, CRLF, LF or CR, blank lines skipped. After a record that cannot be read it goes on
 * with the next line, so that one forgotten quote does not swallow the rest of the file.
 */
export function* readRecords(text: string, separator: string): Generator<CsvRecord> {
  let at = text.startsWith('\uFEFF') ? 1 : 0
  for (let line = 1; at < text.length; ) {
    const start = line
    const read = readRecord(text, at, separator)
    const end = read.fault === undefined ? read.end : endOfLine(text, at)
    line += lineBreaksIn(text, at, end)
    at = end
    const next = afterBreak(text, at)
    if (next > at) line += 1
    at = next
    if (read.fault !== undefined) yield { line: start, fault: read.fault }
    else if (read.fields.some((field) => field.trim() !== ''))
      yield { line: start, fields: read.fields }
  }
}

type Read =
  | { readonly fields: string[]; readonly end: number; readonly fault?: never }
  | { readonly fault: string }

/** Reads from `at` up to, and without, the line break that ends the record. */
function readRecord(text: string, at: number, separator: string): Read {
  const fields: string[] = []
  for (let from = at; ; ) {
    const field = text[from] === '"' ? readQuoted(text, from) : readBare(text, from, separator)
    if (field.fault !== undefined) return field
    fields.push(field.value)
    if (fields.length > FIELDS_MAX) return { fault: `more than ${FIELDS_MAX} columns` }
    if (text[field.end] === separator) from = field.end + 1
    else if (isEnd(text, field.end)) return { fields, end: field.end }
    else return { fault: 'text after a closing quote: double the quotes inside a field' }
  }
}

type Field =
  | { readonly value: string; readonly end: number; readonly fault?: never }
  | { readonly fault: string }

function readBare(text: string, at: number, separator: string): Field {
  let end = at
  while (!isEnd(text, end) && text[end] !== separator) end++
  if (end - at > FIELD_CHARS_MAX)
    return { fault: `a field longer than ${FIELD_CHARS_MAX} characters` }
  return { value: text.slice(at, end), end }
}

function readQuoted(text: string, at: number): Field {
  let value = ''
  for (let from = at + 1; ; ) {
    const quote = text.slice(from, from + FIELD_CHARS_MAX).indexOf('"')
    if (quote === -1 || value.length > FIELD_CHARS_MAX) {
      return { fault: 'a quote is opened and never closed: close it, or double it' }
    }
    value += text.slice(from, from + quote)
    from += quote + 1
    if (text[from] !== '"') return { value, end: from }
    value += '"'
    from += 1
  }
}

function isEnd(text: string, at: number): boolean {
  return at >= text.length || text[at] === '\n' || text[at] === '\r'
}

function endOfLine(text: string, at: number): number {
  let end = at
  while (!isEnd(text, end)) end++
  return end
}

function afterBreak(text: string, at: number): number {
  if (text[at] === '\r' && text[at + 1] === '\n') return at + 2
  return at < text.length ? at + 1 : at
}

function lineBreaksIn(text: string, from: number, to: number): number {
  return text.slice(from, to).match(/\r\n|\r|\n/g)?.length ?? 0
}
