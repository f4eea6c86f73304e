/**
 * Room for many short results in one buffer. A buffer of its own for each result of some hundred bytes costs more than
 * writing it (0.4 µs from 65 bytes on, where V8 no longer keeps it in its own heap), so they share one of 64 KiB, as
 * Node's `Buffer` does it. Three things follow: a result that is kept keeps the whole slab in memory; a structured clone
 * of one copies the whole slab; and its buffer must never be transferred. `copyOf` gives one that stands alone.
 */
import {copyOf} from './bytes.ts'

const slabSize = 65_536
/** A larger result gets a buffer of its own. */
const sharedSizeMax = 4_096

export class Slab {
  /** The buffer to write in, between `start` and its end. Another one after `grow` and `take`. */
  bytes = new Uint8Array(slabSize)
  /** Where the next result begins. */
  start = 0

  /** Makes room for `size` bytes after the unfinished result that ends at `end`, and returns where it ends now. */
  grow(end: number, size: number): number {
    const written = end - this.start
    const needed = written + size
    const larger = new Uint8Array(needed < sharedSizeMax ? slabSize : Math.max(slabSize, 2 * needed))
    larger.set(this.bytes.subarray(this.start, end))
    this.bytes = larger
    this.start = 0
    return written
  }

  /** The result that ends at `end`. */
  take(end: number): Uint8Array<ArrayBuffer> {
    const {bytes, start} = this
    if (end - start <= sharedSizeMax) {
      this.start = end
      return new Uint8Array(bytes.buffer, start, end - start)
    }
    if (bytes.length > slabSize) {
      this.bytes = new Uint8Array(slabSize)
      this.start = 0
    }
    return copyOf(bytes, start, end)
  }
}
