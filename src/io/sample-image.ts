import { createHash } from 'node:crypto'
import { crc32, deflateSync } from 'node:zlib'

/** Pixels: wide enough for a mail's top story, half as high. */
export const SAMPLE_WIDTH = 640
export const SAMPLE_HEIGHT = 320

/** Hills on the picture. */
const RIDGES = 4

/**
 * An abstract landscape as a PNG of a few kilobytes, the same for the same name: a sky and ridges
 * that grow darker towards the viewer. It stands in for a press photograph in the sample news.
 */
export function drawSampleImage(name: string): Buffer {
  const seed = createHash('sha256').update(name).digest()
  const number = (i: number) => (seed[i] ?? 0) / 255
  const hue = number(0) * 360
  const rows = Buffer.alloc(SAMPLE_HEIGHT * (1 + SAMPLE_WIDTH * 3))
  for (let y = 0, at = 0; y < SAMPLE_HEIGHT; y++) {
    rows[at++] = 0 // filter type: none
    for (let x = 0; x < SAMPLE_WIDTH; x++) {
      const depth = ridgeAt(x / SAMPLE_WIDTH, y / SAMPLE_HEIGHT, number)
      const light = depth === 0 ? 0.9 - (y / SAMPLE_HEIGHT) * 0.35 : 0.62 - depth * 0.12
      for (const channel of rgb(hue + depth * 14, 0.45, light)) rows[at++] = channel
    }
  }
  return png(rows)
}

/** How many ridges stand in front of a point, 0 (sky) to `RIDGES`; x and y run from 0 to 1. */
function ridgeAt(x: number, y: number, number: (i: number) => number): number {
  let depth = 0
  for (let i = 1; i <= RIDGES; i++) {
    const wave = Math.sin(x * (3 + number(i) * 5) + number(i + 8) * 6.28)
    const detail = Math.sin(x * (11 + number(i + 16) * 9) + i) * 0.25
    if (y > 0.25 + i * 0.15 + (wave + detail) * 0.07) depth = i
  }
  return depth
}

/** HSL to RGB, CSS Color Module Level 4 §7.1. */
function rgb(hue: number, saturation: number, light: number): number[] {
  const a = saturation * Math.min(light, 1 - light)
  return [0, 8, 4].map((n) => {
    const k = (n + hue / 30) % 12
    const value = light - a * Math.max(-1, Math.min(k - 3, 9 - k, 1))
    return Math.round(value * 255)
  })
}

/** Wraps rows of 8-bit RGB, each behind its filter byte, as a PNG (ISO/IEC 15948). */
function png(rows: Buffer): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(SAMPLE_WIDTH, 0)
  header.writeUInt32BE(SAMPLE_HEIGHT, 4)
  header.set([8, 2, 0, 0, 0], 8) // 8 bits per channel, RGB, deflate, adaptive filters, no interlace
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  const data = deflateSync(rows, { level: 9 })
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', data), chunk('IEND')])
}

function chunk(type: string, data: Buffer = Buffer.alloc(0)): Buffer {
  const body = Buffer.concat([Buffer.from(type), data])
  const frame = Buffer.alloc(body.length + 8)
  frame.writeUInt32BE(data.length, 0)
  frame.set(body, 4)
  frame.writeUInt32BE(crc32(body), body.length + 4)
  return frame
}
