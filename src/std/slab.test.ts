/** Results of many sizes in shared buffers: none may touch another. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {Slab} from './slab.ts'

/** A result of `size` bytes that all hold `mark`, written a little at a time. */
function write(slab: Slab, size: number, mark: number): Uint8Array {
  let at = slab.start
  for (let left = size; left > 0;) {
    const piece = Math.min(left, 1_000)
    if (at + piece > slab.bytes.length) at = slab.grow(at, piece)
    slab.bytes.fill(mark, at, at + piece)
    at += piece
    left -= piece
  }
  return slab.take(at)
}

test('results keep what was written, whatever follows', () => {
  const slab = new Slab()
  const sizes = [0, 1, 300, 4_096, 4_097, 60_000, 3_000, 70_000, 1_000_000, 5, 65_536]
  const results = Array.from({length: 44}, (_, i) => write(slab, sizes[i % sizes.length], i))
  for (const [i, result] of results.entries()) {
    assert.equal(result.length, sizes[i % sizes.length])
    assert.ok(Buffer.alloc(result.length, i).equals(result))
  }
})

test('a large result has a buffer of its own, and leaves no large slab behind', () => {
  const slab = new Slab()
  assert.equal(write(slab, 1_000_000, 1).buffer.byteLength, 1_000_000)
  assert.equal(slab.bytes.length, 65_536)
  assert.equal(write(slab, 100, 1).buffer.byteLength, 65_536)
})

test('results of up to 4 KiB share one buffer, and larger ones leave it where it was', () => {
  const slab = new Slab()
  const {bytes} = slab
  for (const size of [300, 4_096, 7]) assert.equal(write(slab, size, 1).buffer, bytes.buffer, String(size))
  const {start} = slab
  assert.equal(write(slab, 4_097, 1).buffer.byteLength, 4_097)
  assert.deepEqual([slab.bytes, slab.start], [bytes, start])
  write(slab, 100_000, 1)
  assert.equal(slab.start, 0)
})

test('there is as much room as was asked for', () => {
  const slab = new Slab()
  const end = slab.grow(20, 50_000)
  assert.deepEqual([end, slab.start], [20, 0])
  for (const size of [70_000, 500_000]) assert.ok(slab.grow(slab.grow(end, size), size) + size <= slab.bytes.length)
})

test('a slab that had become large is let go of with all that was in it', () => {
  const slab = new Slab()
  slab.grow(0, 200_000)
  for (let i = 0; i < 20; i++) assert.equal(write(slab, 4_000, i).length, 4_000)
  assert.ok(slab.start > 65_536)
  write(slab, 5_000, 1)
  assert.deepEqual([slab.start, slab.bytes.length], [0, 65_536])
})

test('an unfinished result leaves nothing behind', () => {
  const slab = new Slab()
  const first = write(slab, 10, 1)
  slab.bytes.fill(9, slab.start, slab.start + 50)
  slab.grow(slab.start + 50, 70_000)
  const second = write(slab, 10, 2)
  assert.ok(first.every(byte => byte === 1) && second.every(byte => byte === 2))
})
