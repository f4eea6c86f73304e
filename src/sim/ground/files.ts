/**
 * Files in memory, of which it is known what a loss of power leaves. A write is in the file at once and durable after a
 * sync; until then each is kept with what it wrote over, so that it can be taken back, or taken back in part: the first
 * of those that were not synced may have come to the disk, the next one half, the rest not at all.
 *
 * A file is in parts, which copies of it share until one of them writes there; parts that are full and durable leave
 * memory for the spool, where there is one.
 */
import type {Prng} from '#std/prng.ts'
import type {Spool} from './spool.ts'

interface Write {
  readonly position: number
  readonly bytes: Uint8Array
  /** What stood there, and how long the file was. */
  readonly before: Uint8Array
  readonly sizeBefore: number
}

/** Bytes of one part. */
const partSize = 2 ** 16

export class SimFile {
  /** Each in memory, or where it stands in the spool. */
  #parts: (Uint8Array | number)[] = []
  /** Of which parts nobody else has a reference. */
  #own: boolean[] = []
  /** Parts from the first on that are in the spool already. */
  #spooled = 0
  #size = 0
  #unsynced: Write[] = []
  readonly #spool: Spool | undefined
  /** Whether the folder was synced since the file was made: if not, a loss of power takes all of it. */
  isListed = false

  constructor(spool?: Spool) {
    this.#spool = spool
  }

  get size(): number {
    return this.#size
  }

  get unsyncedCount(): number {
    return this.#unsynced.length
  }

  /** Bytes of it that are in memory. */
  get heldSize(): number {
    return this.#parts.reduce<number>((sum, part) => sum + (typeof part === 'number' ? 0 : part.length), 0)
  }

  read(into: Uint8Array, position: number): number {
    const size = Math.max(0, Math.min(into.length, this.#size - position))
    for (let done = 0; done < size;) {
      const index = Math.floor((position + done) / partSize)
      const start = (position + done) % partSize
      const some = into.subarray(done, Math.min(size, done + partSize - start))
      const part = this.#parts[index]
      if (typeof part === 'number') this.#spool?.read(some, part + start)
      else if (part) some.set(part.subarray(start, start + some.length))
      else some.fill(0)
      done += some.length
    }
    return size
  }

  write(bytes: Uint8Array, position: number): void {
    const before = new Uint8Array(Math.max(0, Math.min(bytes.length, this.#size - position)))
    this.read(before, position)
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
    if (!this.#spool || this.#unsynced.length > 0) return
    for (const full = Math.floor(this.#size / partSize); this.#spooled < full; this.#spooled++) {
      const part = this.#parts[this.#spooled]
      if (typeof part === 'number' || !part) continue
      this.#parts[this.#spooled] = this.#spool.append(part)
    }
  }

  /** A copy as it is, for after the end of a process. */
  copy(): SimFile {
    const copy = new SimFile(this.#spool)
    copy.#parts = [...this.#parts]
    this.#own = []
    copy.#spooled = this.#spooled
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
    for (let done = 0; done < bytes.length;) {
      const index = Math.floor((position + done) / partSize)
      const start = (position + done) % partSize
      const some = bytes.subarray(done, done + partSize - start)
      this.#ownPart(index).set(some, start)
      done += some.length
    }
    this.#size = Math.max(this.#size, position + bytes.length)
  }

  /** A part that may be written. */
  #ownPart(index: number): Uint8Array {
    const known = this.#parts[index]
    if (known !== undefined && typeof known !== 'number' && this.#own[index]) return known
    const part = new Uint8Array(partSize)
    if (typeof known === 'number') this.#spool?.read(part, known)
    else if (known) part.set(known)
    this.#parts[index] = part
    this.#own[index] = true
    this.#spooled = Math.min(this.#spooled, index)
    return part
  }
}
