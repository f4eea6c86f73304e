/**
 * Bytes that come in pieces and are wanted in one. A piece costs some hundred bytes to keep apart, however small it is,
 * and a sender may make each of one byte; so small ones are written together as they come.
 */
import {concatBytes} from './bytes.ts'

type Bytes = Uint8Array<ArrayBuffer>

/** From this size a piece is kept as it is. */
const largeMin = 1_024
const roomSize = 16_384

export class Pieces {
  readonly #parts: Bytes[] = []
  #room: Bytes | undefined
  /** What of the room is taken, and from where it is not yet among the parts. */
  #end = 0
  #start = 0

  /** How many things are held. */
  get count(): number {
    return this.#parts.length + (this.#room ? 1 : 0)
  }

  /** A piece must not change afterwards. */
  add(piece: Bytes): void {
    if (piece.length >= largeMin || this.count === 0) {
      this.#close()
      this.#parts.push(piece)
      return
    }
    if (!this.#room || this.#end + piece.length > roomSize) {
      this.#close()
      this.#room = new Uint8Array(roomSize)
      this.#start = this.#end = 0
    }
    this.#room.set(piece, this.#end)
    this.#end += piece.length
  }

  /** All of them in order; the piece itself when there was only one. */
  take(): Bytes {
    this.#close()
    return this.#parts.length === 1 ? this.#parts[0] : concatBytes(this.#parts)
  }

  #close(): void {
    if (this.#room && this.#end > this.#start) this.#parts.push(this.#room.subarray(this.#start, this.#end))
    this.#start = this.#end
  }
}
