/**
 * Node's `Buffer` as callers hand it over: a view into a pool that holds other things, too, whose `slice` is one more
 * view of it. What reads or keeps bytes must not write into them, and what says that it copies must copy.
 */
import assert from 'node:assert/strict'

const around = Buffer.alloc(8, 0xaa)

/** The same bytes as a `Buffer` in the middle of a larger one. */
export function asBuffer(bytes: Uint8Array): Buffer {
  const pool = Buffer.concat([around, bytes, around])
  return pool.subarray(8, 8 + bytes.length)
}

/** Whether nobody has written into what `asBuffer` made of `bytes`, nor beside it. */
export function assertUntouched(buffer: Buffer, bytes: Uint8Array): void {
  assert.ok(buffer.equals(bytes), 'the bytes of the caller were written over')
  for (const at of [buffer.byteOffset - 8, buffer.byteOffset + buffer.length]) {
    assert.ok(Buffer.from(buffer.buffer, at, 8).equals(around), 'the memory beside the bytes was written over')
  }
}
