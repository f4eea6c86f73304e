/**
 * Time, chance and the network, as a value that is handed in. Nothing in this project reads the clock, draws a random
 * number or opens a connection by itself, so a test or the simulator can stand in for the whole outside.
 */

export interface World {
  /** Milliseconds since 1970. */
  now(): number
  /** Resolves after `ms`, or rejects with the signal's reason as soon as it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** `size` unpredictable bytes, fit for keys. */
  random(size: number): Uint8Array<ArrayBuffer>
  fetch(request: Request): Promise<Response>
}

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
  random: size => crypto.getRandomValues(new Uint8Array(size)),
  fetch: request => fetch(request),
}
