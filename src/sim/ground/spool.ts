/**
 * Bytes that a simulation has to keep and no room for in memory: one file of the real disk, which only grows and is
 * gone at the end. What is in it is immutable, so that many may refer to the same part.
 */
import {closeSync, openSync, readSync, unlinkSync, writeSync} from 'node:fs'
import {assert} from '#std/assert.ts'

export class Spool {
  readonly #file: number
  #size = 0

  /** Takes the file's name away at once: the system frees it with the process, however that ends. */
  constructor(path: string) {
    this.#file = openSync(path, 'wx+', 0o600)
    unlinkSync(path)
  }

  get size(): number {
    return this.#size
  }

  /** Gives where the bytes begin. */
  append(bytes: Uint8Array): number {
    const at = this.#size
    for (let done = 0; done < bytes.length;) done += writeSync(this.#file, bytes, done, bytes.length - done, at + done)
    this.#size += bytes.length
    return at
  }

  /** Fills `into` from `at` on, where that much was put. */
  read(into: Uint8Array, at: number): void {
    for (let done = 0; done < into.length;) {
      const size = readSync(this.#file, into, done, into.length - done, at + done)
      assert(size > 0, 'what is read was put there')
      done += size
    }
  }

  close(): void {
    closeSync(this.#file)
  }
}
