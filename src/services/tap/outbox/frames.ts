/** Events as messages of a WebSocket, in their form on the wire: some hundred in one piece of memory. */
import {headSize, textOpcode, WireFrames, writeHead} from '#std/wire/wire-frames.ts'
import {copyBytes} from '#std/bytes.ts'
import {writeLatin1} from '#std/text.ts'
import {eventStart, type Page} from './page.ts'

/** Events of a page from one to before another. */
export interface PageRange {
  readonly page: Page
  readonly from: number
  readonly to: number
}

/** A copy of these events, in their order. */
export function framesOf(ranges: readonly PageRange[]): WireFrames {
  const sizes: number[] = []
  const starts: string[] = []
  let size = 0
  for (const {page, from, to} of ranges) {
    const {ends} = page.body
    for (let index = from; index < to; index++) {
      const start = eventStart(page, index)
      const length = start.length + ends[index] - (index === 0 ? 0 : ends[index - 1])
      starts.push(start)
      sizes.push(length)
      size += headSize(length) + length
    }
  }
  const wire = new Uint8Array(size)
  let [at, event] = [0, 0]
  for (const {page, from, to} of ranges) {
    const {ends, bytes} = page.body
    for (let index = from; index < to; index++, event++) {
      at = writeHead(wire, at, textOpcode, sizes[event])
      at += writeLatin1(starts[event], wire, at)
      const [start, end] = [index === 0 ? 0 : ends[index - 1], ends[index]]
      copyBytes(bytes, start, end, wire, at)
      at += end - start
    }
  }
  return WireFrames.inWire(wire, sizes, true)
}
