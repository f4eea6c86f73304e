/** Pictures of forms: what is told of them, and what is taken out. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {concatBytes} from '#std/bytes.ts'
import {toUtf8} from '#std/text.ts'
import {pictureOf, type Picture} from './pictures.ts'

const segment = (marker: number, body: Uint8Array): Uint8Array =>
  concatBytes([Uint8Array.of(0xff, marker, (body.length + 2) >> 8, (body.length + 2) & 255), body])

/** 40 wide and 30 high. */
const frame = segment(0xc0, Uint8Array.of(8, 0, 30, 0, 40, 3, 1, 0x22, 0))
const pixels = concatBytes([segment(0xda, new Uint8Array(10)), toUtf8('pixels'), Uint8Array.of(0xff, 0xd9)])

const exif = (orientation: number): Uint8Array =>
  segment(
    0xe1,
    concatBytes([
      toUtf8('Exif\0\0MM'),
      Uint8Array.of(0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0),
      toUtf8('48.8584 N 2.2945 E'),
    ]),
  )

const jpeg = (...segments: Uint8Array[]): Uint8Array<ArrayBuffer> =>
  concatBytes([Uint8Array.of(0xff, 0xd8), ...segments, pixels])

function read(bytes: Uint8Array<ArrayBuffer>): Picture {
  const picture = pictureOf(bytes)
  assert.ok(typeof picture === 'object', String(picture))
  return picture
}

test('what a camera notes beside a picture is not passed on', () => {
  const {bytes, type, size} = read(jpeg(exif(1), segment(0xfe, toUtf8('Shot by Alice')), frame))
  assert.equal(type, 'image/jpeg')
  assert.deepEqual(size, {width: 40, height: 30})
  assert.deepEqual(bytes, jpeg(frame))
})

test('which side is up is kept, and the shape is the one that is seen', () => {
  const {bytes, size} = read(jpeg(exif(6), frame))
  assert.deepEqual(size, {width: 30, height: 40})
  assert.ok(!Buffer.from(bytes).includes('48.8584'))
  // Read again it is the same: all that is left is the orientation.
  assert.deepEqual(read(bytes).bytes, bytes)
  assert.deepEqual(read(bytes).size, size)
})

test('hostile headers end in an answer', () => {
  const whole = jpeg(exif(6), frame)
  for (let cut = 0; cut < whole.length; cut++) pictureOf(whole.slice(0, cut))
  for (let at = 0; at < whole.length; at++) {
    for (const value of [0, 0xff]) pictureOf(whole.with(at, value))
  }
  assert.equal(pictureOf(toUtf8('<svg xmlns="http://www.w3.org/2000/svg" onload="x"/>')), 'unknown')
  assert.equal(pictureOf(new Uint8Array(0)), 'unknown')
  const png = new Uint8Array(2_000_001)
  png.set([0x89, 0x50, 0x4e, 0x47])
  assert.equal(pictureOf(png), 'too-big')
})
