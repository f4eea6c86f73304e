/** Writes a canvas as a PNG file (W3C PNG, third edition): eight bits a channel, no alpha. */
import {promisify} from 'node:util'
import {crc32, deflate} from 'node:zlib'
import {concatBytes} from '#std/bytes.ts'
import type {Canvas} from './canvas.ts'

const compress = promisify(deflate)
const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)

/** Off the event loop but for the filtering of rows. */
export async function encodePng({width, height, pixels}: Canvas): Promise<Uint8Array<ArrayBuffer>> {
  const head = new Uint8Array(13)
  const view = new DataView(head.buffer)
  view.setUint32(0, width)
  view.setUint32(4, height)
  head.set([8, 2, 0, 0, 0], 8)

  // Each row as its difference from the one above: slow gradients become runs of zeros and ones.
  const stride = width * 3
  const rows = new Uint8Array((stride + 1) * height)
  for (let y = 0; y < height; y++) {
    const to = y * (stride + 1)
    rows[to] = 2
    for (let i = 0; i < stride; i++) {
      rows[to + 1 + i] = pixels[y * stride + i] - (y === 0 ? 0 : pixels[(y - 1) * stride + i])
    }
  }
  const data = await compress(rows, {level: 4})
  return concatBytes([signature, chunk('IHDR', head), chunk('IDAT', data), chunk('IEND', new Uint8Array(0))])
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(data.length + 12)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, data.length)
  for (let i = 0; i < 4; i++) bytes[4 + i] = type.charCodeAt(i)
  bytes.set(data, 8)
  view.setUint32(data.length + 8, crc32(bytes.subarray(4, data.length + 8)))
  return bytes
}
