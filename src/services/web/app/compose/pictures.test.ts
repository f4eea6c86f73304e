/** Pictures of forms: what is told of them, and what is taken out. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import sharp from 'sharp'
import {concatBytes} from '#std/bytes.ts'
import {toUtf8} from '#std/text.ts'
import {pictureOf, type Picture} from './pictures.ts'

const segment = (marker: number, body: Uint8Array): Uint8Array =>
  concatBytes([Uint8Array.of(0xff, marker, (body.length + 2) >> 8, (body.length + 2) & 255), body])

const drawn = sharp({create: {width: 40, height: 30, channels: 3, background: 'teal'}})
const file = (format: 'jpeg' | 'png' | 'gif' | 'webp' | 'tiff'): Promise<Uint8Array<ArrayBuffer>> =>
  drawn
    .clone()
    .toFormat(format)
    .toBuffer()
    .then(buffer => Uint8Array.from(buffer))
const plain = await file('jpeg')

const exif = (orientation: number): Uint8Array =>
  segment(
    0xe1,
    concatBytes([
      toUtf8('Exif\0\0MM'),
      Uint8Array.of(0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0),
      toUtf8('48.8584 N 2.2945 E'),
    ]),
  )

/** The plain one, 40 wide and 30 high, with these segments before its own. */
const jpeg = (...segments: Uint8Array[]): Uint8Array<ArrayBuffer> =>
  concatBytes([plain.subarray(0, 2), ...segments, plain.subarray(2)])

async function read(bytes: Uint8Array<ArrayBuffer>): Promise<Picture> {
  const picture = await pictureOf(bytes)
  assert.ok(typeof picture === 'object', String(picture))
  return picture
}

test('what a camera notes beside a picture is not passed on', async () => {
  const {bytes, type, size} = await read(
    jpeg(exif(1), segment(0xfe, toUtf8('Shot by Alice')), segment(0xed, toUtf8('x'))),
  )
  assert.equal(type, 'image/jpeg')
  assert.deepEqual(size, {width: 40, height: 30})
  assert.deepEqual(bytes, plain)
})

test('which side is up is kept, and the shape is the one that is seen', async () => {
  const {bytes, size} = await read(jpeg(exif(6)))
  assert.deepEqual(size, {width: 30, height: 40})
  assert.ok(!Buffer.from(bytes).includes('48.8584'))
  // Read again it is the same: all that is left is the orientation.
  const again = await read(bytes)
  assert.deepEqual(again.bytes, bytes)
  assert.deepEqual(again.size, size)
})

test('the four kinds that browsers show are told apart, as they are', async () => {
  for (const format of ['jpeg', 'png', 'gif', 'webp'] as const) {
    const bytes = await file(format)
    assert.deepEqual(await read(bytes), {bytes, type: `image/${format}`, size: {width: 40, height: 30}})
  }
  assert.equal(await pictureOf(await file('tiff')), 'unknown')
})

test('hostile headers end in an answer', async () => {
  const whole = jpeg(exif(6))
  for (let cut = 0; cut < whole.length; cut += 3) await pictureOf(whole.slice(0, cut))
  for (let at = 0; at < whole.length; at += 3) {
    for (const value of [0, 0xff]) await pictureOf(whole.with(at, value))
  }
  for (const format of ['png', 'gif', 'webp'] as const) {
    const bytes = await file(format)
    for (let cut = 0; cut < bytes.length; cut += 7) await pictureOf(bytes.slice(0, cut))
    assert.equal(await pictureOf(bytes.slice(0, 14)), 'unknown')
  }
  assert.equal(await pictureOf(toUtf8('<svg xmlns="http://www.w3.org/2000/svg" onload="x"/>')), 'unknown')
  assert.equal(await pictureOf(new Uint8Array(0)), 'unknown')
  const big = new Uint8Array(2_000_001)
  big.set(await file('gif'))
  assert.equal(await pictureOf(big), 'too-big')
  // What hangs behind the picture is no part of it.
  big.set(await file('png'))
  assert.deepEqual((await read(big)).bytes, await file('png'))
})
