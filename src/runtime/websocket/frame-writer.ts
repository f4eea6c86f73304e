/**
 * Puts frames on a client's socket. The write is what costs, not the framing: what comes in one turn of the event loop
 * goes out in one write, so the busier the program, the larger its writes. A batch that several clients get is put in
 * wire form once for all; one that goes to a single client, in buffers that are used again; `WireFrames` go as they are.
 */
import type {Socket} from 'node:net'
import type {Frame} from '#std/wire/frames.ts'
import {WireFrames} from '#std/wire/wire-frames.ts'
import {writeSizeMax} from '../http/response.ts'
import {deflatedWire} from './deflate.ts'
import {sharedWire, wireOf, wireSize, writeWire} from './frame.ts'

/** Buffers of `writeSizeMax` that no write is using. */
const spares: Buffer[] = []
const sparesMax = 16

export class FrameWriter {
  readonly #socket: Socket
  readonly #stallMs: number
  readonly #deflates: boolean
  readonly #told: {progress: () => void; stalled: () => void}
  #waiting: Frame[] = []
  #waitingSize = 0
  #scheduled = false

  /** A client that does not take 256 KiB within `stallMs` is cut off. `deflates`: whether it has agreed to compression. */
  constructor(socket: Socket, stallMs: number, told: {progress: () => void; stalled: () => void}, deflates = false) {
    this.#socket = socket
    this.#deflates = deflates
    this.#stallMs = stallMs
    this.#told = told
  }

  /** Whether there is nobody to write to any more. */
  get closed(): boolean {
    return this.#socket.destroyed
  }

  /** Takes frames; resolves when the client has room for more, or has gone. An array must not change afterwards. */
  async add(some: Frame | readonly Frame[] | WireFrames): Promise<void> {
    if (this.#deflates) return this.#write(await deflatedWire(...framesToDeflate(some)))
    if (some instanceof WireFrames) {
      this.flush()
      await this.#write(some.wire)
      // As in `#writeBatch`.
      if (this.#socket.destroyed) some.keep()
      return
    }
    if (typeof some !== 'string' && !(some instanceof Uint8Array)) {
      this.flush()
      const wire = sharedWire(some)
      if (wire) await this.#write(wire)
      else await this.#writeBatch(some)
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
    if (this.#socket.writableNeedDrain) await this.#taken(writeSizeMax, settle => this.#socket.once('drain', settle))
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

  async #writeBatch(frames: readonly Frame[]): Promise<void> {
    const buffer = spares.pop() ?? Buffer.allocUnsafeSlow(writeSizeMax)
    let at = 0
    for (const frame of frames) {
      if (at + wireSize(frame) > buffer.length) {
        await this.#write(buffer.subarray(0, at))
        at = 0
      }
      if (wireSize(frame) > buffer.length) await this.#write(wireOf([frame]))
      else at = writeWire(buffer, at, frame)
    }
    await this.#write(buffer.subarray(0, at))
    // A socket that was destroyed may still hold the buffer, for a write that is never done.
    if (!this.#socket.destroyed && spares.length < sparesMax) spares.push(buffer)
  }

  /**
   * Resolves when the system has taken the bytes, so that they may be written over, or the client has gone. They are
   * whole frames, in one write: between two, `ws` may put a ping of its own.
   */
  async #write(bytes: Uint8Array): Promise<void> {
    if (bytes.length === 0 || this.#socket.destroyed) return
    // Not by "drain": a short write that waits behind a full buffer does not lead to one.
    const {promise: taken, resolve} = Promise.withResolvers<void>()
    this.#socket.write(bytes, () => resolve())
    if (this.#socket.writableLength > 0) await this.#taken(bytes.length, settle => void taken.then(settle))
  }

  /** Waits for what `listen` waits for, or for the client to go; cuts it off when that takes too long. */
  #taken(size: number, listen: (settle: () => void) => void): Promise<void> {
    const socket = this.#socket
    const stallMs = this.#stallMs * Math.ceil(size / writeSizeMax)
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
      }, stallMs)
      listen(settle)
      socket.once('close', settle)
      if (socket.destroyed) settle()
    })
  }
}

/** What the frames are known by, and the frames. */
function framesToDeflate(some: Frame | readonly Frame[] | WireFrames): [of: object, frames: () => readonly Frame[]] {
  if (some instanceof WireFrames) return [some, () => some.messages()]
  const frames = typeof some === 'string' || some instanceof Uint8Array ? [some] : some
  return [frames, () => frames]
}
