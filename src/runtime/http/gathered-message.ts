/**
 * A request whose body may come in as many pieces as it has bytes: Node makes a buffer for each chunk of a chunked body,
 * some four hundred bytes beside its content, and keeps as many as have 64 KiB of content together. So small ones are
 * copied into one as they come, before anything is kept of them.
 */
import {IncomingMessage} from 'node:http'

/** From this size a piece is passed on as it is. */
const largeMin = 1_024
const slabSize = 16_384

export class GatheredMessage extends IncomingMessage {
  #pieces = 0
  #slab: Buffer | undefined
  /** What was gathered and not passed on yet. */
  #start = 0
  #end = 0

  /** As Node's parser calls it: with each piece of the body, and with null at its end. */
  override push(piece: Buffer | null): boolean {
    // Nearly every body comes in one piece or in large ones.
    if (piece === null || piece.length >= largeMin || this.#pieces++ === 0) {
      this.#passOn()
      return super.push(piece)
    }
    if (!this.#slab || this.#end + piece.length > slabSize) {
      this.#passOn()
      this.#slab = Buffer.allocUnsafeSlow(slabSize)
      this.#start = this.#end = 0
    }
    // Whoever waits for it has it when all that the socket read has been taken apart.
    if (this.#start === this.#end) process.nextTick(() => this.#passOn())
    this.#end += piece.copy(this.#slab, this.#end)
    return this.readableLength + this.#end - this.#start < this.readableHighWaterMark
  }

  #passOn(): void {
    if (!this.#slab || this.#start === this.#end || this.destroyed) return
    const gathered = this.#slab.subarray(this.#start, this.#end)
    this.#start = this.#end
    super.push(gathered)
  }
}
