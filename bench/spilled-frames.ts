/**
 * Frames of a host on disk rather than in memory: a minute of a relay at full speed is gigabytes. They are laid down in
 * wire form, each with its WebSocket head, so that to send some of them is to read and write one piece.
 */
import {closeSync, existsSync, openSync, readFileSync, readSync, writeFileSync, writeSync} from 'node:fs'
import {binaryOpcode, headSize, writeHead} from '#std/wire/wire-frames.ts'

const pieceSize = 2 ** 20

export class SpilledFrames {
  readonly #path: string
  readonly #file: number
  /** Where each frame ends. */
  #ends: number[] = []
  /** What is yet to be written. */
  readonly #piece = Buffer.alloc(pieceSize)
  #pieceLength = 0
  #given = 0

  /** Those that were kept at `path`, if they were kept whole, or none yet. */
  constructor(path: string) {
    this.#path = path
    if (existsSync(`${path}.ends`)) this.#ends = JSON.parse(readFileSync(`${path}.ends`, 'utf8')) as number[]
    this.#file = openSync(path, this.#ends.length > 0 ? 'r' : 'w+')
  }

  get count(): number {
    return this.#ends.length
  }

  /** Bytes of all. */
  get size(): number {
    return this.#ends.at(-1) ?? 0
  }

  add(frame: Uint8Array): void {
    const size = headSize(frame.length) + frame.length
    if (this.#pieceLength + size > pieceSize) this.#write()
    if (size > pieceSize) throw new Error('No host of a bench sends as large a frame.')
    this.#piece.set(frame, writeHead(this.#piece, this.#pieceLength, binaryOpcode, frame.length))
    this.#pieceLength += size
    this.#ends.push(this.size + size)
  }

  #write(): void {
    writeSync(this.#file, this.#piece, 0, this.#pieceLength)
    this.#pieceLength = 0
  }

  /** No more are added. */
  finish(): void {
    this.#write()
    writeFileSync(`${this.#path}.ends`, JSON.stringify(this.#ends))
  }

  /** The next frames, `countMax` at most, in one piece. */
  next(countMax: number): {readonly bytes: Buffer; readonly count: number} {
    const count = Math.min(countMax, this.count - this.#given)
    if (count <= 0) return {bytes: Buffer.alloc(0), count: 0}
    const start = this.#ends[this.#given - 1] ?? 0
    this.#given += count
    const bytes = Buffer.allocUnsafeSlow(this.#ends[this.#given - 1] - start)
    for (let at = 0; at < bytes.length;) at += readSync(this.#file, bytes, at, bytes.length - at, start + at)
    return {bytes, count}
  }

  close(): void {
    closeSync(this.#file)
  }
}
