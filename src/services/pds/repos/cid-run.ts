/**
 * Some thousand CIDs, each with what is to be written beside it, handed out in the order of their hashes. Rows that are
 * found by a CID come in no order, and each of them touches another page of its table; sorted by the thousand they go
 * into one page after the other. All is held in one buffer, so that no chunk of a stream is kept for the sake of a few
 * bytes, and nothing is left to the garbage collector.
 */
import {Cid, cidSize} from '#atp/data/cid.ts'

export interface RunEntry {
  cid: Cid
  /** A view of the run, good until it is emptied. */
  bytes: Uint8Array
  text: string
}

/** What is left of a number of 53 bits, beside this many of a hash, tells the entries of a run apart. */
const hashBits = 37
/** Entries of one run. */
const countMax = 2 ** (53 - hashBits)

export class CidRun {
  readonly #buffer: Uint8Array
  readonly #sizeMax: number
  #ends: number[] = []
  #texts: string[] = []

  /** It is full from `sizeMax` bytes on, 36 for each CID; an entry takes `entrySizeMax` more at most. */
  constructor({sizeMax, entrySizeMax}: {sizeMax: number; entrySizeMax: number}) {
    this.#buffer = new Uint8Array(sizeMax + cidSize + entrySizeMax)
    this.#sizeMax = sizeMax
  }

  /** Whether it takes no more before it is emptied. */
  get isFull(): boolean {
    return this.#ends.length >= countMax || this.#end >= this.#sizeMax
  }

  /** Takes copies. */
  add(cid: Uint8Array, bytes: Uint8Array, text: string): void {
    const at = this.#end
    this.#buffer.set(cid, at)
    this.#buffer.set(bytes, at + cidSize)
    this.#ends.push(at + cidSize + bytes.length)
    this.#texts.push(text)
  }

  /** All of them in the order of their hashes, as far as the first bits tell. */
  *sorted(): Generator<RunEntry> {
    const keys = Float64Array.from(this.#ends, (_, i) => this.#hash(this.#start(i)) * countMax + i).toSorted()
    for (const key of keys) {
      const i = key % countMax
      const start = this.#start(i)
      const cidEnd = start + cidSize
      yield {
        cid: new Cid(this.#buffer.subarray(start, cidEnd)),
        bytes: this.#buffer.subarray(cidEnd, this.#ends[i]),
        text: this.#texts[i],
      }
    }
  }

  empty(): void {
    this.#ends = []
    this.#texts = []
  }

  get #end(): number {
    return this.#ends.at(-1) ?? 0
  }

  #start(i: number): number {
    return i === 0 ? 0 : this.#ends[i - 1]
  }

  /** The first bits of the hash in the CID at `at`. */
  #hash(at: number): number {
    const bytes = this.#buffer
    const word = ((bytes[at + 4] << 24) | (bytes[at + 5] << 16) | (bytes[at + 6] << 8) | bytes[at + 7]) >>> 0
    return word * 32 + (bytes[at + 8] >> 3)
  }
}
