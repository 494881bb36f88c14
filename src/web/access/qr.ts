import { encode } from 'uqr'

export type QrCode = {
  /** Modules from edge to edge, with the quiet zone around them. */
  readonly size: number
  /** Every dark module, as the path of an SVG of that size. */
  readonly path: string
}

/** A text as a QR code (ISO/IEC 18004) for a template to draw. */
export function qrCode(text: string): QrCode {
  const { size, data } = encode(text, { ecc: 'M', border: 4 })
  const dark = data.flatMap((row, y) =>
    row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])),
  )
  return { size, path: dark.join('') }
}
