/**
 * What a service is to the program that runs it. The HTTP listener, the in-process transport and the simulator drive
 * every service through this one face, and none of them knows which service it is.
 */
import type {Frame, Frames} from '#std/wire/frames.ts'
import type {Log} from '#std/log.ts'
import {OutOfSpace} from '#std/out-of-space.ts'
import {realWorld, type World} from '#std/world.ts'

export interface Service {
  readonly name: string
  /** Answers one request. A rejection is a fault of ours: it is logged and answered with 500. */
  fetch(request: Request): Promise<Response>
  /**
   * A subscription. `incoming` is what the client sends. A `Response` refuses before the upgrade. Ending the iteration
   * closes the connection as it should be; throwing closes it with an error, and is logged.
   */
  frames?(
    request: Request,
    signal: AbortSignal,
    incoming: AsyncIterable<Frame>,
  ): Frames | Response | Promise<Frames | Response>
  /** Bytes of one message of a subscriber, where a service takes longer ones than its listener would. */
  readonly incomingSizeMax?: number
  /** Which WebSocket subprotocols its subscriptions speak, where they have names: no other is agreed on. */
  readonly subprotocols?: readonly string[]
  /** Whether subscribers that ask for it get their messages compressed. */
  readonly deflates?: boolean
  /**
   * Whether it takes messages of a subscriber as fast as they come, some thousand at a time, as where each message that goes
   * out is answered by one. Otherwise they are handed on no faster than ten a second.
   */
  readonly takesMany?: boolean
  /** What `/_health` says beside the version, as JSON. Rejects when the service cannot do its work. */
  health?(): Promise<object>
  /** Resolves when ready to serve. Called once. */
  start(): Promise<void>
  /** Ends its loops and closes what it opened, in good order. Safe to call twice. */
  stop(): Promise<void>
  /** Resolves after `stop`; rejects when the service ends by a fault of its own. */
  readonly ended: Promise<void>
}

/** The background loops of a service: the first fault among them ends them all and rejects `ended`. */
export class Tasks {
  readonly #log: Log
  readonly #fullDiskMs: number
  readonly #world: Pick<World, 'sleep'>
  readonly #stopping = new AbortController()
  readonly #running = new Set<Promise<void>>()
  readonly #ended = Promise.withResolvers<void>()

  /** `fullDiskMs` is how long a loop waits for room on a full disk before it tries again. */
  constructor(log: Log, fullDiskMs = 5_000, world: Pick<World, 'sleep'> = realWorld) {
    this.#log = log
    this.#fullDiskMs = fullDiskMs
    this.#world = world
    this.#ended.promise.catch(() => {}) // whoever waits for it hears of it; nobody need
  }

  /** Aborts when the service stops. */
  get signal(): AbortSignal {
    return this.#stopping.signal
  }

  get ended(): Promise<void> {
    return this.#ended.promise
  }

  /**
   * Runs until it returns or the signal aborts. A throw after the abort is no fault. A full disk is none either: the
   * loop begins again, from where what is kept says that it was.
   */
  spawn(name: string, run: (signal: AbortSignal) => Promise<void>): void {
    const task = this.#runWhileFull(name, run).catch((error: unknown) => {
      if (this.signal.aborted) return
      this.#log.error('a loop has failed', {loop: name, error})
      this.#ended.reject(error)
      this.#stopping.abort(error)
    })
    this.#running.add(task)
    void task.finally(() => this.#running.delete(task))
  }

  async #runWhileFull(name: string, run: (signal: AbortSignal) => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await run(this.signal)
      } catch (error) {
        if (!(error instanceof OutOfSpace) || this.signal.aborted) throw error
        this.#log.error('the disk is full: a loop waits for room', {loop: name})
      }
      await this.#world.sleep(this.#fullDiskMs, this.signal)
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error('stopping'))
    await Promise.all(this.#running)
    this.#ended.resolve()
  }
}

/**
 * Starts the services in order and runs them until the signal aborts or one of them ends by a fault; then stops them
 * in the reverse order. Rejects with that fault, after all have stopped. `onReady` is called once all have started. One
 * that does not come to the end of its start or its stop is not waited for: an abort ends the one, `stopMs` the other.
 */
export async function runServices(
  services: readonly Service[],
  signal: AbortSignal,
  log: Log,
  onReady: () => void = () => {},
  stopMs: number = stopMsDefault,
): Promise<void> {
  const started: Service[] = []
  const stopped = new Promise<void>(resolve => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), {once: true})
  })
  try {
    for (const service of services) {
      if (signal.aborted) return
      started.push(service)
      const starting = service.start()
      starting.catch(() => {}) // whoever aborts does not wait for what comes of it
      await Promise.race([starting, stopped])
    }
    if (signal.aborted) return
    onReady()
    await Promise.race([stopped, ...services.map(service => service.ended)])
  } finally {
    for (const service of started.toReversed()) {
      try {
        await inTime(service.stop(), stopMs)
      } catch (error) {
        log.error('a service did not stop as it should', {service: service.name, error})
      }
    }
  }
}

/** Longer than any stop that goes well: what is under way has ten seconds to finish. */
const stopMsDefault = 20_000

/** Rejects when `work` does, and when it has not ended in time; it goes on then, and nobody waits for it. */
export async function inTime(work: Promise<void>, ms: number): Promise<void> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`It has not ended within ${ms} ms.`)), ms)
  try {
    await Promise.race([work, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
