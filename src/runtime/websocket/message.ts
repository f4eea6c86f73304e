/** What `ws` hands out as a message, as a `Frame`. */
import type {RawData} from 'ws'
import type {Frame} from '#std/wire/frames.ts'

/** Bytes are a plain `Uint8Array` over what `ws` gave, not its `Buffer`, whose `slice` and `toString` differ. */
export function messageOf(data: RawData, isBinary: boolean): Frame {
  const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.isBuffer(data) ? data : Buffer.from(data)
  return isBinary ? new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length) : bytes.toString()
}
