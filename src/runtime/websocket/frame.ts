/** Messages as they stand on the wire (RFC 6455 §5.2), from a server, which masks nothing. */
import {PassingBuffers} from '#engines/young-heap.ts'
import type {Frame} from '#std/wire/frames.ts'
import {binaryOpcode, headSize, textOpcode, writeHead} from '#std/wire/wire-frames.ts'

/** Wire that is made for several goes as soon as the slowest of them has it. */
const passing = new PassingBuffers()

/** Wire bytes of batches that several clients get, gone with the batch; `undefined` while one client has got it. */
const shared = new WeakMap<readonly Frame[], Buffer | undefined>()

/**
 * All of `frames` in one piece, made once however many ask for it. The first who asks gets `undefined`, since most
 * batches, such as those of a replay, go to one client only. The array must not change.
 */
export function sharedWire(frames: readonly Frame[]): Buffer | undefined {
  const known = shared.get(frames)
  if (known) return known
  const wire = shared.has(frames) ? wireOf(frames) : undefined
  if (wire) passing.passed(wire.length)
  shared.set(frames, wire)
  return wire
}

/** `frames` in one piece. */
export function wireOf(frames: readonly Frame[]): Buffer {
  let size = 0
  for (const frame of frames) size += wireSize(frame)
  const bytes = Buffer.allocUnsafe(size)
  let at = 0
  for (const frame of frames) at = writeWire(bytes, at, frame)
  return bytes
}

/** Bytes that a frame takes on the wire. */
export function wireSize(frame: Frame): number {
  const length = payloadSize(frame)
  return length + headSize(length)
}

/** Writes a frame at `start`, where there must be room for it. Returns the offset after it. */
export function writeWire(bytes: Buffer, start: number, frame: Frame): number {
  const isText = typeof frame === 'string'
  const length = payloadSize(frame)
  const at = writeHead(bytes, start, isText ? textOpcode : binaryOpcode, length)
  if (isText) bytes.write(frame, at)
  else bytes.set(frame, at)
  return at + length
}

const payloadSize = (frame: Frame): number => (typeof frame === 'string' ? Buffer.byteLength(frame) : frame.length)
