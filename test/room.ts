/** Scratch room in memory, for what is kept in a file elsewhere. */
import type {Spill} from '../src/atp/repo/verification.ts'

export class Room implements Spill {
  #bytes = Buffer.alloc(1024)
  size = 0
  /** What is read comes with these bits of its first byte changed. */
  flips = 0
  /** How often all else had its turn. */
  turns = 0

  append(bytes: Uint8Array): number {
    const at = this.size
    this.size += bytes.length
    if (this.size > this.#bytes.length) this.#bytes = Buffer.concat([this.#bytes], this.size * 2)
    this.#bytes.set(bytes, at)
    return at
  }

  read(offset: number, size: number, into: Uint8Array = new Uint8Array(size)): Uint8Array {
    into.set(this.#bytes.subarray(offset, offset + size))
    into[0] ^= this.flips
    return into.subarray(0, size)
  }

  async turn(): Promise<void> {
    this.turns++
  }
}
