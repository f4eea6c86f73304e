/** Frames as they come from others: those captured for the vectors, and those of encoders that do not sort keys. */
import {readFileSync} from 'node:fs'
import {encodeCbor} from '../src/atp/data/cbor-encode.ts'
import type {ValueMap} from '../src/atp/data/value.ts'
import {decodeFrame, type MessageFrame} from '../src/atp/sync/frame.ts'
import {concatBytes} from '../src/std/bytes.ts'

/**
 * `[u32 little-endian length][frame]`, over and over. Each frame comes in a buffer of its own, as a WebSocket hands it
 * over.
 */
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

/** The frame with the keys of its header and of its body the other way round. */
export function oddlyOrdered(frame: Uint8Array): Uint8Array {
  const {t, body} = decodeFrame(frame) as MessageFrame
  return concatBytes([{op: 1, t}, body].map(backwards))
}

/** Of at most 23 members. */
const backwards = (map: ValueMap): Uint8Array =>
  concatBytes([
    encodeCbor(map).subarray(0, 1),
    ...Object.entries(map)
      .toSorted(([a], [b]) => b.length - a.length || (a < b ? 1 : -1))
      .flatMap(([key, value]) => [encodeCbor(key), encodeCbor(value)]),
  ])
