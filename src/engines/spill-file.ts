/**
 * A file for what memory has no room for, for as long as it takes: made when it is first needed, without a name that
 * anybody could find, and gone with its owner, or with the process.
 */
import {closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setImmediate as nextTurn} from 'node:timers/promises'
import {spaceFault} from '#std/out-of-space.ts'

/** Bytes that are gathered before they are written. */
const bufferSize = 256 * 1024

export class SpillFile implements Disposable {
  #file: number | undefined
  /** Bytes in the file; those in `buffer` come after them. */
  #written = 0
  #buffer: Buffer<ArrayBuffer> | undefined
  #buffered = 0

  /** Puts bytes at its end. Gives where they begin. Throws `OutOfSpace` when the disk is full. */
  append(bytes: Uint8Array): number {
    const at = this.#written + this.#buffered
    this.#buffer ??= Buffer.allocUnsafeSlow(bufferSize)
    if (this.#buffered + bytes.length > bufferSize) this.#flush()
    if (bytes.length > bufferSize) this.#write(bytes)
    else {
      this.#buffer.set(bytes, this.#buffered)
      this.#buffered += bytes.length
    }
    return at
  }

  /**
   * `size` bytes from `offset` on, which are the caller's to keep, and put in `into` where that is given. They are to be of
   * one piece that was put here.
   */
  read(offset: number, size: number, into: Uint8Array = Buffer.allocUnsafe(size)): Uint8Array {
    if (this.#buffer && offset >= this.#written) {
      into.set(this.#buffer.subarray(offset - this.#written, offset - this.#written + size))
      return into.subarray(0, size)
    }
    for (let at = 0; at < size;) {
      const count = readSync(this.#opened, into, at, size - at, offset + at)
      if (count === 0) return into.subarray(0, at)
      at += count
    }
    return into.subarray(0, size)
  }

  turn(): Promise<void> {
    return nextTurn()
  }

  [Symbol.dispose](): void {
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = this.#buffer = undefined
  }

  #flush(): void {
    if (!this.#buffer || this.#buffered === 0) return
    this.#write(this.#buffer.subarray(0, this.#buffered))
    this.#buffered = 0
  }

  #write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      const count = this.#writeSome(bytes, at)
      at += count
      this.#written += count
    }
  }

  #writeSome(bytes: Uint8Array, at: number): number {
    try {
      return writeSync(this.#opened, bytes, at, bytes.length - at, this.#written)
    } catch (error) {
      throw spaceFault(error)
    }
  }

  get #opened(): number {
    if (this.#file !== undefined) return this.#file
    const folder = mkdtempSync(join(tmpdir(), 'wholesky-spill-'))
    try {
      this.#file = openSync(join(folder, 'blocks'), 'wx+', 0o600)
    } finally {
      rmSync(folder, {recursive: true})
    }
    return this.#file
  }
}
