/**
 * The body of a request: for whoever wants it, at the reader's pace, and what becomes of it when nobody does. Until the
 * last byte of it is taken in, its connection can carry no other request, so a refusal has to see to the rest.
 */
import type {IncomingMessage} from 'node:http'
import {Pieces} from '#std/pieces.ts'

type Chunk = Buffer<ArrayBuffer>

export class IncomingBody {
  readonly #message: IncomingMessage
  readonly #sizeMax: number
  #wanted: (() => void) | undefined
  /** Ends the reading that is under way. */
  #interrupt: ((error: Error) => void) | undefined
  #received = 0

  /** Reading fails beyond `sizeMax` bytes. `wanted` is called when somebody begins to read. */
  constructor(message: IncomingMessage, sizeMax: number, wanted?: () => void) {
    this.#message = message
    this.#sizeMax = sizeMax
    this.#wanted = wanted
  }

  /** Bytes as declared, to which Node's parser holds it; `undefined` when it comes in pieces. */
  get size(): number | undefined {
    const {'content-length': length, 'transfer-encoding': encoding} = this.#message.headers
    return encoding === undefined ? Number(length ?? 0) : undefined
  }

  /** Bytes that nobody has taken yet, at most; 0 when it was read to its end or there is none. */
  get left(): number {
    if (this.#message.readableEnded || this.size === 0) return 0
    if (this.#message.complete) return this.#message.readableLength
    return this.size === undefined ? Infinity : Math.max(1, this.size - this.#received)
  }

  /** Whether the client still waits to be told that its body is wanted (`Expect: 100-continue`). */
  get isAwaited(): boolean {
    return this.#wanted !== undefined
  }

  /** All of it. Rejects with a `RangeError` beyond the bound, and when the client goes. */
  collect(): Promise<Uint8Array<ArrayBuffer>> {
    const pieces = new Pieces()
    return new Promise((resolve, reject) => {
      this.#read({
        chunk: chunk => pieces.add(chunk),
        // One piece is a part of what the socket read, and a `Buffer`.
        end: () => resolve(pieces.count === 1 ? new Uint8Array(pieces.take()) : pieces.take()),
        fail: reject,
      })
      this.#message.resume()
    })
  }

  /** The same in pieces, as they are asked for. */
  stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    const message = this.#message
    let isRead = false
    return new ReadableStream<Uint8Array<ArrayBuffer>>(
      {
        pull: controller => {
          // What has come meanwhile is taken in one piece, however many it came in.
          if (isRead) return void (message.read(message.readableLength) ?? message.resume())
          isRead = true
          this.#read({
            chunk(chunk) {
              message.pause()
              controller.enqueue(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length))
            },
            end: () => controller.close(),
            fail: error => controller.error(error),
          })
          message.resume()
        },
        cancel: () => this.#interrupt?.(new Error('The body is not wanted any more.')),
      },
      {highWaterMark: 0},
    )
  }

  /**
   * Takes the rest away from whoever reads it, and throws away up to `sizeMax` bytes of it for up to `ms`. True when
   * that was all of it, so that the next request can follow.
   */
  async discard(sizeMax: number, ms: number): Promise<boolean> {
    const message = this.#message
    this.#interrupt?.(new Error('The request was answered before its body was read.'))
    if (message.readableEnded) return true
    if (message.destroyed) return false
    const {promise, resolve} = Promise.withResolvers<boolean>()
    const timer = setTimeout(resolve, ms, false)
    let size = 0
    const count = (chunk: Chunk): void => {
      size += chunk.length
      if (size > sizeMax) resolve(false)
    }
    const end = (): void => resolve(true)
    const gone = (): void => resolve(false)
    message.on('data', count).once('end', end).once('close', gone).once('error', gone).resume()
    try {
      return await promise
    } finally {
      clearTimeout(timer)
      message.pause()
      message.off('data', count).off('end', end).off('close', gone)
    }
  }

  /** Listens to what comes until the end, a failure or the bound. Nothing flows before somebody says so. */
  #read({chunk, end, fail}: {chunk: (bytes: Chunk) => void; end: () => void; fail: (error: Error) => void}): void {
    const message = this.#message
    if (message.destroyed && !message.complete) return fail(new Error('The client has gone.'))
    this.#wanted?.()
    this.#wanted = undefined
    const stop = (): void => {
      message.off('data', take).off('end', finish).off('error', interrupt)
      this.#interrupt = undefined
    }
    const finish = (): void => {
      stop()
      end()
    }
    const interrupt = (error: Error): void => {
      message.pause()
      stop()
      fail(error)
    }
    const take = (bytes: Chunk): void => {
      this.#received += bytes.length
      if (this.#received > this.#sizeMax) interrupt(new RangeError(`The body has more than ${this.#sizeMax} bytes.`))
      else chunk(bytes)
    }
    this.#interrupt = interrupt
    message.pause()
    message.on('data', take).once('end', finish).once('error', interrupt)
  }
}
