type Growable = Int32Array | Uint32Array | Uint16Array | Uint8Array | Float32Array | Float64Array

/** What is added at each growth: little is left over, and each number is copied some 17 times. */
const GROWTH = 1.0625

/** The same numbers in an array with room for `length` and some more; itself where it has it. */
export function enlarge<T extends Growable>(array: T, length: number): T {
  if (array.length >= length) return array
  const Kind = array.constructor as new (length: number) => T
  const larger = new Kind(Math.ceil(Math.max(length, array.length * GROWTH)))
  larger.set(array)
  return larger
}
