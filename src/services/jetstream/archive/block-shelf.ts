/**
 * Blocks as they are when they are unpacked, megabytes each, of all readers together: so much of them is held as one
 * machine can spare, and no more, however many readers stand at different ones and however slow those are. Who comes
 * back for one that had to make room has it read again.
 */
import {SingleFlight} from '#std/waiting/async.ts'
import {Places} from '#std/waiting/places.ts'

/** Bytes of what is held, about as many as eight blocks have at most. */
const sizeMaxUsual = 64 * 2 ** 20
/** Blocks that are being unpacked, each of which takes as much while it is. */
const readingMax = 4

export class BlockShelf<T> {
  readonly #sizeMax: number
  readonly #kept = new Map<string, {readonly value: T; readonly size: number}>()
  readonly #reading = new SingleFlight<string, T>()
  readonly #places = new Places({max: readingMax, waitingMax: Infinity})
  #size = 0

  constructor(sizeMax = sizeMaxUsual) {
    this.#sizeMax = sizeMax
  }

  /** Bytes that are held. */
  get size(): number {
    return this.#size
  }

  /** Whether one more could be read at once. */
  get isQuiet(): boolean {
    return this.#reading.size < readingMax
  }

  /** What is of that key: as it is held, or as `read` gives it, which has `size` bytes. */
  async get(key: string, size: number, read: () => Promise<T>): Promise<T> {
    const known = this.#kept.get(key)
    if (!known) return this.#reading.do(key, () => this.#places.with(key, () => this.#read(key, size, read)))
    // What was used last goes last.
    this.#kept.delete(key)
    this.#kept.set(key, known)
    return known.value
  }

  async #read(key: string, size: number, read: () => Promise<T>): Promise<T> {
    const value = await read()
    this.#keep(key, size, value)
    return value
  }

  #keep(key: string, size: number, value: T): void {
    this.#kept.set(key, {value, size})
    this.#size += size
    for (const [other, one] of this.#kept) {
      if (this.#size <= this.#sizeMax || other === key) return
      this.#kept.delete(other)
      this.#size -= one.size
    }
  }
}
