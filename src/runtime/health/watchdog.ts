/**
 * Notices when the event loop stands still: one request, one query or one endless walk, and nobody is answered any more.
 * A thread of its own looks whether a timer here still runs, tells where the program is stuck and, where that is wanted,
 * ends the process for its supervisor. Another thread than the main one is watched by calling this there. While all goes well that costs a timer and a look at one number, twice a second.
 */
import {isMainThread, Worker} from 'node:worker_threads'

export interface WatchdogOptions {
  /** Which service is told of in the log. Where the main thread is stuck is told, too. */
  readonly name: string
  /** Told after so long without a turn of the event loop. */
  readonly reportMs: number
  /** The process is ended (SIGKILL) after so long; never unless given. */
  readonly endMs?: number
  /** Whether the log is for a person at a terminal; else JSON lines. */
  readonly isForPeople: boolean
  /** Told when it cannot look any more. */
  readonly failed?: (error: unknown) => void
}

/** How often it looks, at most; a look is a quarter of `reportMs` when that is short. */
const checkMsMax = 500
/** How long the main thread may take to say where it is. */
const stackMs = 1_000

export interface Watchdog extends Disposable {
  /** Resolves when the other thread has begun to look, or cannot. */
  readonly looking: Promise<void>
}

/** Begins to look; disposing ends it. Keeps no process alive. */
export function watchdog({name, reportMs, endMs, isForPeople, failed}: WatchdogOptions): Watchdog {
  const checkMs = Math.max(1, Math.min(checkMsMax, reportMs / 4))
  const beats = new Int32Array(new SharedArrayBuffer(4))
  const beating = setInterval(() => Atomics.add(beats, 0, 1), checkMs / 2).unref()
  const worker = new Worker(new URL('watchdog-worker.js', import.meta.url), {
    workerData: {beats, name, checkMs, reportMs, endMs, stackMs, isForPeople, isMainThread},
    execArgv: [],
    resourceLimits: {maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2},
  })
  worker.unref()
  const looking = Promise.withResolvers<void>()
  worker.once('message', () => looking.resolve())
  // Without it nothing is watched. Nothing else depends on that, but whoever counts on a report should know.
  worker.on('error', error => {
    failed?.(error)
    clearInterval(beating)
    looking.resolve()
  })
  return {
    looking: looking.promise,
    [Symbol.dispose]() {
      clearInterval(beating)
      void worker.terminate()
    },
  }
}
