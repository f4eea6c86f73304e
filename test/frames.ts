/** The captured firehose frames of the vectors: `[u32 little-endian length][frame]`, over and over. */
import {readFileSync} from 'node:fs'

/** Each frame in a buffer of its own, as a WebSocket hands it over. */
export function readFrames(path: string): Uint8Array<ArrayBuffer>[] {
  const bytes = readFileSync(path)
  const frames: Uint8Array<ArrayBuffer>[] = []
  for (let at = 0; at < bytes.length;) {
    const end = at + 4 + bytes.readUInt32LE(at)
    frames.push(Uint8Array.from(bytes.subarray(at + 4, end)))
    at = end
  }
  return frames
}
