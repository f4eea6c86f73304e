/**
 * Messages as a server puts them on the wire (RFC 6455 §5.2; it masks nothing, so they are the same for every
 * reader). Where many messages were written once and are told again and again, as in a replay of the firehose, they are
 * read, kept and sent in this form, and nothing is done for each of them.
 */

import {fromUtf8Lossy} from '../text.ts'

const whole = 0x80
export const textOpcode = 1
export const binaryOpcode = 2

/** Bytes of the head of a message of `length` bytes. */
export const headSize = (length: number): number => (length < 126 ? 2 : length < 65_536 ? 4 : 10)

/** Writes the head of an unfragmented message at `at`. Returns the offset after it. */
export function writeHead(bytes: Uint8Array, at: number, opcode: number, length: number): number {
  bytes[at] = whole | opcode
  if (length < 126) {
    bytes[at + 1] = length
    return at + 2
  }
  if (length < 65_536) {
    bytes[at + 1] = 126
    bytes[at + 2] = length >> 8
    bytes[at + 3] = length & 255
    return at + 4
  }
  bytes[at + 1] = 127
  for (let i = at + 9, left = length; i > at + 1; left = Math.floor(left / 256)) bytes[i--] = left % 256
  return at + 10
}

/** Room for the head of each message before it, where messages are read in one piece: enough up to 64 KiB. */
export const joinedHeadSize = 4

const fitsJoined = (size: number): boolean => headSize(size) === joinedHeadSize

/**
 * Some messages in one piece of memory, which is lent: who made them may free it once the consumer asks for more or
 * ends. Left to the collection of garbage, buffers of a replay are most of what it costs, or most of what it holds.
 */
export class WireFrames {
  /** All messages with their heads. Empty once freed. */
  readonly wire: Uint8Array<ArrayBuffer>
  readonly #sizes: readonly number[]
  readonly #areTexts: boolean
  #isKept = false

  /** `wire` has its buffer for itself. */
  private constructor(wire: Uint8Array<ArrayBuffer>, sizes: readonly number[], areTexts = false) {
    this.wire = wire
    this.#sizes = sizes
    this.#areTexts = areTexts
  }

  /** Messages of these sizes that stand in `wire` with their heads. Takes `wire`, which must have its buffer for itself. */
  static inWire(wire: Uint8Array<ArrayBuffer>, sizes: readonly number[], areTexts: boolean): WireFrames {
    return new WireFrames(wire, sizes, areTexts)
  }

  /** Copies of `frames`. */
  static of(frames: readonly Uint8Array[]): WireFrames {
    const sizes = frames.map(({length}) => length)
    const wire = new Uint8Array(sizes.reduce((sum, size) => sum + headSize(size) + size, 0))
    let at = 0
    for (const frame of frames) {
      at = writeHead(wire, at, binaryOpcode, frame.length)
      wire.set(frame, at)
      at += frame.length
    }
    return new WireFrames(wire, sizes)
  }

  /**
   * Messages of these sizes that stand in `joined` one after the other, each with `joinedHeadSize` bytes free before it.
   * Takes `joined`, which must have its buffer for itself.
   */
  static joined(joined: Uint8Array<ArrayBuffer>, sizes: readonly number[]): WireFrames {
    let at = 0
    if (!sizes.every(fitsJoined)) {
      return WireFrames.of(sizes.map(size => joined.subarray((at += joinedHeadSize), (at += size))))
    }
    for (const size of sizes) at = writeHead(joined, at, binaryOpcode, size) + size
    return new WireFrames(joined, sizes)
  }

  /** How many messages. */
  get count(): number {
    return this.#sizes.length
  }

  /** The messages one by one, for a consumer that may hold them for as long as it likes. */
  frames(): Uint8Array[] {
    this.keep()
    let at = 0
    return this.#sizes.map(size => this.wire.subarray((at += headSize(size)), (at += size)))
  }

  /** As `frames`; those that are texts, as texts. */
  messages(): (Uint8Array | string)[] {
    const frames = this.frames()
    return this.#areTexts ? frames.map(bytes => fromUtf8Lossy(bytes)) : frames
  }

  /** Something still reads the memory, and nobody will say when it has done: it must not be freed. */
  keep(): void {
    this.#isKept = true
  }

  get isKept(): boolean {
    return this.#isKept
  }

  /** Frees the memory at once. False when it was kept, and is garbage some time later. */
  free(): boolean {
    if (!this.#isKept) this.wire.buffer.transfer(0)
    return !this.#isKept
  }
}
