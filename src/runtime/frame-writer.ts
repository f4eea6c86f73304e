/**
 * Puts frames on a client's socket. The write is what costs, not the framing: what comes in one turn of the event loop
 * goes out in one write, so the busier the program, the larger its writes. Batches that many clients get are put in
 * wire form once for all.
 */
import type {Socket} from 'node:net'
import type {Frame} from '#std/frames.ts'
import {writeSizeMax} from './http-response.ts'
import {sharedWire, wireOf} from './websocket-frame.ts'

export class FrameWriter {
  readonly #socket: Socket
  readonly #stallMs: number
  readonly #told: {progress: () => void; stalled: () => void}
  #waiting: Frame[] = []
  #waitingSize = 0
  #scheduled = false

  /** A client that reads nothing of one write for `stallMs` is cut off. */
  constructor(socket: Socket, stallMs: number, told: {progress: () => void; stalled: () => void}) {
    this.#socket = socket
    this.#stallMs = stallMs
    this.#told = told
  }

  /** Takes frames; resolves when the client has room for more, or has gone. An array must not change afterwards. */
  async add(some: Frame | readonly Frame[]): Promise<void> {
    if (typeof some !== 'string' && !(some instanceof Uint8Array)) {
      this.flush()
      await this.#write(sharedWire(some))
      return
    }
    this.#waiting.push(some)
    this.#waitingSize += some.length
    if (this.#waitingSize >= writeSizeMax) await this.#write(this.#take())
    else if (!this.#scheduled) {
      this.#scheduled = true
      setImmediate(() => {
        this.#scheduled = false
        this.flush()
      })
    }
    if (this.#socket.writableNeedDrain) await this.#drained()
  }

  /** Writes what waits. */
  flush(): void {
    if (this.#waiting.length > 0 && !this.#socket.destroyed) this.#socket.write(this.#take())
  }

  #take(): Buffer {
    const wire = wireOf(this.#waiting)
    this.#waiting = []
    this.#waitingSize = 0
    return wire
  }

  async #write(wire: Buffer): Promise<void> {
    for (let at = 0; at < wire.length && !this.#socket.destroyed; at += writeSizeMax) {
      if (!this.#socket.write(wire.subarray(at, at + writeSizeMax))) await this.#drained()
    }
  }

  #drained(): Promise<void> {
    const socket = this.#socket
    return new Promise(resolve => {
      const settle = (): void => {
        clearTimeout(timer)
        socket.off('drain', settle).off('close', settle)
        this.#told.progress()
        resolve()
      }
      const timer = setTimeout(() => {
        this.#told.stalled()
        socket.destroy()
      }, this.#stallMs)
      socket.on('drain', settle).on('close', settle)
      if (socket.destroyed) settle()
    })
  }
}
