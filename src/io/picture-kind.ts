/** A picture that browsers show, told by its bytes: what its host says of it counts for nothing. */
export type PictureKind = {
  readonly type: 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp' | 'image/avif'
  /** Pixels; `null` where the first bytes do not tell. */
  readonly width: number | null
  readonly height: number | null
}

/** Segments of a JPEG that may stand before its size: thumbnails, profiles, comments. */
const JPEG_SEGMENTS_MAX = 200

/**
 * What bytes are, by the signatures of the formats (WHATWG MIME Sniffing, section 6.1). SVG is none
 * of them: it may hold scripts.
 */
export function pictureKind(bytes: Uint8Array): PictureKind | null {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const is = (text: string, at: number) => data.toString('latin1', at, at + text.length) === text
  if (is('\x89PNG\r\n\x1a\n', 0) && data.length >= 24)
    return { type: 'image/png', width: data.readUInt32BE(16), height: data.readUInt32BE(20) }
  if ((is('GIF87a', 0) || is('GIF89a', 0)) && data.length >= 10)
    return { type: 'image/gif', width: data.readUInt16LE(6), height: data.readUInt16LE(8) }
  if (is('\xff\xd8\xff', 0)) return { type: 'image/jpeg', ...jpegSize(data) }
  if (is('RIFF', 0) && is('WEBPVP', 8) && data.length >= 30)
    return { type: 'image/webp', ...webpSize(data) }
  if (is('ftypavif', 4) || is('ftypavis', 4))
    return { type: 'image/avif', width: null, height: null }
  return null
}

const UNKNOWN = { width: null, height: null }

/** From the first frame header (ITU T.81, B.2.2). */
function jpegSize(data: Buffer): Pick<PictureKind, 'width' | 'height'> {
  for (
    let at = 2, segments = 0;
    segments < JPEG_SEGMENTS_MAX && at + 9 <= data.length;
    segments++
  ) {
    if (data[at] !== 0xff) return UNKNOWN
    const marker = data[at + 1] ?? 0
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
    if (isFrame) return { height: data.readUInt16BE(at + 5), width: data.readUInt16BE(at + 7) }
    at += marker === 0xff ? 1 : 2 + data.readUInt16BE(at + 2)
  }
  return UNKNOWN
}

/** From the first chunk: lossy, lossless or extended (RFC 9649, section 2). */
function webpSize(data: Buffer): Pick<PictureKind, 'width' | 'height'> {
  switch (data.toString('latin1', 12, 16)) {
    case 'VP8 ':
      return { width: data.readUInt16LE(26) & 0x3fff, height: data.readUInt16LE(28) & 0x3fff }
    case 'VP8L': {
      const bits = data.readUInt32LE(21)
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
    }
    case 'VP8X':
      return { width: data.readUIntLE(24, 3) + 1, height: data.readUIntLE(27, 3) + 1 }
    default:
      return UNKNOWN
  }
}
