/** Messages as they stand on the wire (RFC 6455 §5.2), from a server, which masks nothing. */
import type {Frame} from '#std/frames.ts'

const whole = 0x80
const textOpcode = 1
const binaryOpcode = 2

/** Wire bytes of batches that many consumers get: made once, and gone with the batch. */
const shared = new WeakMap<readonly Frame[], Buffer>()

/** All of `frames`, in one piece. The same array gives the same bytes, so it must not change. */
export function sharedWire(frames: readonly Frame[]): Buffer {
  const known = shared.get(frames)
  if (known) return known
  const made = wireOf(frames)
  shared.set(frames, made)
  return made
}

export function wireOf(frames: readonly Frame[]): Buffer {
  let size = 0
  for (const frame of frames) {
    const length = typeof frame === 'string' ? Buffer.byteLength(frame) : frame.length
    size += length + headSize(length)
  }
  const bytes = Buffer.allocUnsafe(size)
  let at = 0
  for (const frame of frames) at = writeFrame(bytes, at, frame)
  return bytes
}

const headSize = (length: number): number => (length < 126 ? 2 : length < 65_536 ? 4 : 10)

function writeFrame(bytes: Buffer, start: number, frame: Frame): number {
  const isText = typeof frame === 'string'
  const length = isText ? Buffer.byteLength(frame) : frame.length
  const at = start + headSize(length)
  bytes[start] = whole | (isText ? textOpcode : binaryOpcode)
  if (length < 126) bytes[start + 1] = length
  else if (length < 65_536) {
    bytes[start + 1] = 126
    bytes.writeUInt16BE(length, start + 2)
  } else {
    bytes[start + 1] = 127
    bytes.writeUInt32BE(0, start + 2)
    bytes.writeUInt32BE(length, start + 6)
  }
  if (isText) bytes.write(frame, at)
  else bytes.set(frame, at)
  return at + length
}
