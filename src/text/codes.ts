const SMALLEST = 16_384
let bytes = Buffer.alloc(0)
let units = new Uint16Array(0)

/**
 * The UTF-16 code units of a text, with a zero behind the last: numbers in an array are read in a
 * third of the time of `charCodeAt`. The array is the same each time: it holds until the next call.
 */
export function codesOf(text: string): Uint16Array {
  if (units.length <= text.length) {
    units = new Uint16Array(Math.max(SMALLEST, 2 * text.length))
    bytes = Buffer.from(units.buffer)
  }
  bytes.write(text, 'utf16le')
  units[text.length] = 0
  return units
}
