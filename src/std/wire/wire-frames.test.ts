import assert from 'node:assert/strict'
import {test} from 'node:test'
import {concatBytes, toHex} from '../bytes.ts'
import {joinedHeadSize, WireFrames} from './wire-frames.ts'

const frameOf = (size: number, i: number): Uint8Array<ArrayBuffer> => new Uint8Array(size).fill(i + 1)

/** Frames as a store joins them: with room for a head before each. */
function joined(frames: readonly Uint8Array[]): WireFrames {
  const room = new Uint8Array(joinedHeadSize)
  const sizes = frames.map(({length}) => length)
  return WireFrames.joined(concatBytes(frames.flatMap(frame => [room, frame])), sizes)
}

/** Heads by the spec (RFC 6455 §5.2): final, binary, unmasked, the length in its shortest form. */
const heads: readonly [size: number, head: string][] = [
  [0, '8200'],
  [1, '8201'],
  [125, '827d'],
  [126, '827e007e'],
  [300, '827e012c'],
  [65_535, '827effff'],
  [65_536, '827f0000000000010000'],
  [16_909_060, '827f0000000001020304'],
]

test('messages stand on the wire with the shortest heads, copied or joined, alone and among others', () => {
  const groups = [...heads.map(([size]) => [size]), [300, 126, 65_535], heads.slice(0, 7).map(([size]) => size)]
  for (const sizes of groups) {
    const frames = sizes.map(frameOf)
    const wire = frames.flatMap(frame => [
      Buffer.from(heads.find(([size]) => size === frame.length)?.[1] ?? '', 'hex'),
      frame,
    ])
    for (const made of [WireFrames.of(frames), joined(frames)]) {
      assert.ok(Buffer.concat(wire).equals(made.wire), `${sizes}`)
      assert.equal(made.count, sizes.length)
      assert.deepEqual(
        made.frames().map(({length}) => length),
        sizes,
      )
      assert.ok(made.frames().every((frame, i) => Buffer.compare(frame, frames[i]) === 0))
    }
  }
})

test('what is freed is gone at once, and what somebody keeps is not', () => {
  const lent = WireFrames.of([frameOf(500, 0)])
  assert.equal(lent.free(), true)
  assert.equal(lent.wire.length, 0)

  const kept = WireFrames.of([frameOf(2, 0), frameOf(1, 1)])
  const frames = kept.frames()
  assert.equal(kept.free(), false)
  assert.deepEqual(frames.map(toHex), ['0101', '02'])
})
