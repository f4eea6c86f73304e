/**
 * Some thousand rows, handed out in the order in which their table has them. Rows that are found by a hash, or by what a
 * like is about, come in no order, and each of them touches another page of its table; sorted by the thousand they go
 * into one page after the other. All is held in one buffer, so that no chunk of a stream is kept for the sake of a few
 * bytes, and nothing is left to the garbage collector.
 */

export interface RunEntry {
  /** A view of the run, good until it is emptied. */
  head: Uint8Array
  /** As `head`. */
  bytes: Uint8Array
  text: string
}

/** Bits of an order at most. What they leave of a number of 53 bits tells the entries of a run apart. */
const orderBits = 37
/** Entries of one run. */
const countMax = 2 ** (53 - orderBits)
const startSize = 64 * 1024
/** Heads are looked for among those whose orders have the same low bits: of thousands hardly ever another. */
const seenBits = 20
/** UTF-8 takes so many bytes for a unit of a string at most. */
const textFactor = 3

/** The order of a CID, as far as the first 37 bits of its hash tell. */
export function orderOfCid(cid: Uint8Array): number {
  const word = ((cid[4] << 24) | (cid[5] << 16) | (cid[6] << 8) | cid[7]) >>> 0
  return word * 32 + (cid[8] >> 3)
}

/** The colon in `at://did:plc:` or `did:plc:` is before this. */
const methodEnd = 13

/** The order of a DID or AT URI among others of its method, as far as five characters tell: 35 bits. */
export function orderOfSubject(subject: string): number {
  const at = subject.lastIndexOf(':', methodEnd) + 1
  let order = 0
  for (let i = at; i < at + 5; i++) order = order * 128 + Math.min(i < subject.length ? subject.charCodeAt(i) : 0, 127)
  return order
}

export class SortedRun {
  #buffer = Buffer.from(new ArrayBuffer(startSize))
  readonly #headSize: number
  readonly #sizeMax: number
  /** Where the bytes of each end, and its text. */
  readonly #byteEnds = new Uint32Array(countMax)
  readonly #ends = new Uint32Array(countMax)
  /** The order of each, and its number in the low bits. */
  readonly #keys = new Float64Array(countMax)
  /** A bit for each order that is there. */
  readonly #seen = new Uint8Array(2 ** (seenBits - 3))
  #count = 0
  #end = 0

  /** It is full from `sizeMax` bytes on; each head has `headSize`. */
  constructor({headSize, sizeMax}: {headSize: number; sizeMax: number}) {
    this.#headSize = headSize
    this.#sizeMax = sizeMax
  }

  /** Whether it takes no more before it is emptied. */
  get isFull(): boolean {
    return this.#count === countMax || this.#end >= this.#sizeMax
  }

  /** Takes copies. `order` has `orderBits` at most; entries of the same come in the order in which they were added. */
  add(order: number, head: Uint8Array, bytes: Uint8Array, text: string): void {
    const i = this.#count++
    const byteEnd = this.#end + this.#headSize + bytes.length
    const most = byteEnd + text.length * textFactor
    if (most > this.#buffer.length) {
      this.#buffer = Buffer.from(this.#buffer.buffer.transfer(Math.max(most, this.#buffer.length * 2)))
    }
    this.#keys[i] = order * countMax + i
    const seen = order % 2 ** seenBits
    this.#seen[seen >> 3] |= 1 << (seen & 7)
    this.#buffer.set(head, this.#end)
    this.#buffer.set(bytes, this.#end + this.#headSize)
    this.#byteEnds[i] = byteEnd
    this.#end = this.#ends[i] = byteEnd + (text === '' ? 0 : this.#buffer.write(text, byteEnd))
  }

  /** Whether an entry has this head, which was added with this order. */
  has(order: number, head: Uint8Array): boolean {
    const seen = order % 2 ** seenBits
    if ((this.#seen[seen >> 3] & (1 << (seen & 7))) === 0) return false
    const size = this.#headSize
    for (let i = 0; i < this.#count; i++) {
      const start = this.#start(i)
      if (this.#buffer.compare(head, 0, size, start, start + size) === 0) return true
    }
    return false
  }

  /** All of them in order; nothing may be added meanwhile. */
  *sorted(): Generator<RunEntry> {
    const buffer = this.#buffer
    const view = (from: number, to: number): Uint8Array => new Uint8Array(buffer.buffer, from, to - from)
    for (const key of this.#keys.subarray(0, this.#count).toSorted()) {
      const i = key % countMax
      const start = this.#start(i)
      const headEnd = start + this.#headSize
      const byteEnd = this.#byteEnds[i]
      yield {
        head: view(start, headEnd),
        bytes: view(headEnd, byteEnd),
        text: buffer.toString('utf8', byteEnd, this.#ends[i]),
      }
    }
  }

  empty(): void {
    this.#count = 0
    this.#end = 0
    this.#seen.fill(0)
  }

  #start(i: number): number {
    return i === 0 ? 0 : this.#ends[i - 1]
  }
}
