import { describe, expect, test } from 'vitest'
import { pictureKind } from '../../src/io/picture-kind.ts'
import { drawSampleImage, SAMPLE_HEIGHT, SAMPLE_WIDTH } from '../../src/io/sample-image.ts'

const bytes = (...parts: (string | number[])[]) =>
  Buffer.concat(
    parts.map((part) =>
      typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part),
    ),
  )
const zeros = (n: number) => Array<number>(n).fill(0)

describe('pictureKind', () => {
  test('a PNG tells its size', () => {
    expect(pictureKind(drawSampleImage('x'))).toEqual({
      type: 'image/png',
      width: SAMPLE_WIDTH,
      height: SAMPLE_HEIGHT,
    })
  })

  test.each([
    {
      name: 'GIF',
      data: bytes('GIF89a', [64, 1, 240, 0], zeros(20)),
      is: { type: 'image/gif', width: 320, height: 240 },
    },
    {
      name: 'JPEG behind a profile',
      data: bytes(
        [0xff, 0xd8, 0xff, 0xe2, 0, 4, 0, 0, 0xff, 0xc2, 0, 17, 8, 1, 0, 2, 0, 3],
        zeros(20),
      ),
      is: { type: 'image/jpeg', width: 512, height: 256 },
    },
    {
      name: 'JPEG without a frame',
      data: bytes([0xff, 0xd8, 0xff, 0xe0, 0, 2], zeros(30)),
      is: { type: 'image/jpeg', width: null, height: null },
    },
    {
      name: 'WebP, lossy',
      data: bytes('RIFF', zeros(4), 'WEBPVP8 ', zeros(10), [0x80, 2, 0xe0, 1], zeros(10)),
      is: { type: 'image/webp', width: 640, height: 480 },
    },
    {
      name: 'WebP, extended',
      data: bytes('RIFF', zeros(4), 'WEBPVP8X', zeros(8), [0xff, 3, 0, 0xff, 1, 0], zeros(10)),
      is: { type: 'image/webp', width: 1024, height: 512 },
    },
    {
      name: 'AVIF',
      data: bytes([0, 0, 0, 32], 'ftypavif', zeros(20)),
      is: { type: 'image/avif', width: null, height: null },
    },
  ])('$name', ({ data, is }) => expect(pictureKind(data)).toEqual(is))

  test.each([
    { name: 'SVG', data: bytes('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>') },
    { name: 'HTML', data: bytes('<!doctype html><title>no</title>') },
    { name: 'nothing', data: bytes('') },
    { name: 'a signature cut off', data: bytes('\x89PNG\r\n\x1a\n') },
  ])('$name is none', ({ data }) => expect(pictureKind(data)).toBeNull())

  test('every prefix of a picture is taken without a slip', () => {
    const whole = bytes([0xff, 0xd8, 0xff, 0xe2, 0, 4, 0, 0, 0xff, 0xff, 0xff, 0xc0, 0, 17, 8, 1])
    for (let end = 0; end <= whole.length; end++)
      expect(() => pictureKind(whole.subarray(0, end))).not.toThrow()
  })
})
