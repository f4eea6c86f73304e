/**
 * Files in memory, of which it is known what a loss of power leaves. A write is in the file at once and durable after a
 * sync; until then each is kept with what it wrote over, so that it can be taken back, or taken back in part: the first
 * of those that were not synced may have come to the disk, the next one half, the rest not at all.
 */
import type {Prng} from '#std/prng.ts'

interface Write {
  readonly position: number
  readonly bytes: Uint8Array
  /** What stood there, and how long the file was. */
  readonly before: Uint8Array
  readonly sizeBefore: number
}

export class SimFile {
  #bytes = new Uint8Array(4_096)
  #size = 0
  #unsynced: Write[] = []
  /** Whether the folder was synced since the file was made: if not, a loss of power takes all of it. */
  isListed = false

  get size(): number {
    return this.#size
  }

  get unsyncedCount(): number {
    return this.#unsynced.length
  }

  read(into: Uint8Array, position: number): number {
    const part = this.#bytes.subarray(Math.min(position, this.#size), Math.min(position + into.length, this.#size))
    into.set(part)
    return part.length
  }

  write(bytes: Uint8Array, position: number): void {
    const before = this.#bytes.slice(position, Math.min(position + bytes.length, this.#size))
    this.#unsynced.push({position, bytes: bytes.slice(), before, sizeBefore: this.#size})
    this.#put(bytes, position)
  }

  /** Durable at once: only what cuts off a torn end does this, and syncs after it. */
  truncate(size: number): void {
    this.#size = Math.min(size, this.#size)
    this.#unsynced = []
  }

  /** The oldest `count` of the writes that were not synced are durable now. */
  synced(count: number): void {
    this.#unsynced.splice(0, count)
  }

  /** A copy as it is, for after the end of a process. */
  copy(): SimFile {
    const copy = new SimFile()
    copy.#bytes = this.#bytes.slice()
    copy.#size = this.#size
    copy.isListed = true
    return copy
  }

  /** A copy as a loss of power may leave it; `torn` is told when half a write is left. */
  afterPowerLoss(prng: Prng, torn: () => void): SimFile {
    const copy = this.copy()
    const kept = prng.whole(0, this.#unsynced.length)
    for (const {position, before, sizeBefore} of this.#unsynced.toReversed()) {
      copy.#put(before, position)
      copy.#size = sizeBefore
    }
    for (const [i, {position, bytes}] of this.#unsynced.entries()) {
      if (i < kept) copy.#put(bytes, position)
      else if (i === kept && bytes.length > 1) {
        copy.#put(bytes.subarray(0, prng.whole(1, bytes.length - 1)), position)
        torn()
      }
    }
    return copy
  }

  #put(bytes: Uint8Array, position: number): void {
    const end = position + bytes.length
    if (end > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(end, 2 * this.#bytes.length))
      grown.set(this.#bytes.subarray(0, this.#size))
      this.#bytes = grown
    }
    this.#bytes.set(bytes, position)
    this.#size = Math.max(this.#size, end)
  }
}
