/**
 * Time, random numbers, the network and the disk, as a value that is handed in. Nothing in this project reads the clock,
 * draws a random number or opens a connection by itself, so a test or the simulator can stand in for the whole outside.
 */
import type {Disk} from './disk.ts'
import type {Frame, Frames} from './wire/frames.ts'
import {RandomBytes} from './random-bytes.ts'
import {openWebSocket} from './wire/web-socket.ts'

export interface World {
  /** Milliseconds since 1970. */
  now(): number
  /** Resolves after `ms`, or rejects with the signal's reason as soon as it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** `size` unpredictable bytes, fit for keys. */
  random(size: number): Uint8Array<ArrayBuffer>
  fetch(request: Request): Promise<Response>
  /**
   * Opens a subscription elsewhere (WebSocket). `signal` closes it; `outgoing` is what we send. A `Response` is the
   * other side refusing. Rejects when it cannot connect; the iteration ends when the other side closes as it should,
   * and throws when the connection breaks.
   */
  subscribe(request: Request, signal: AbortSignal, outgoing?: AsyncIterable<Frame>): Promise<Frames | Response>
  /** Where the engines keep what they keep; the machine's own, unless given. */
  readonly disk?: Disk
  /** A hash of a password that is slow on purpose, `size` bytes; scrypt, unless given. */
  slowHash?(password: string, salt: Uint8Array, size: number): Promise<Uint8Array>
}

const randomBytes = new RandomBytes(bytes => crypto.getRandomValues(bytes))

/** What every JavaScript runtime has. A program on Node hands in the faster and guarded one (`#runtime/node-world.ts`). */
export const realWorld: World = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error)
      const stop = (): void => {
        clearTimeout(timer)
        reject(signal?.reason as Error)
      }
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', stop)
        resolve()
      }, ms)
      signal?.addEventListener('abort', stop, {once: true})
    }),
  random: size => randomBytes.take(size),
  fetch: request => fetch(request),
  subscribe: (request, signal, outgoing) => openWebSocket(request, signal, outgoing),
}
