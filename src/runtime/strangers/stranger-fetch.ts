/**
 * Fetches from servers that strangers name: pictures, repositories, identities, feeds, servers that ask to be followed.
 * Any of them may hang, drip or never end, and there are as many of them as somebody cares to have names. So all of it
 * goes through here: each host has its places, those of one site together theirs (names below a domain cost nothing),
 * who finds none waits in a bounded queue, an answer begins in time and comes at a least rate, and whoever asked can
 * leave at any moment. It stands on a world that refuses private addresses (`guard.ts`).
 */
import {isIP} from 'node:net'
import {abortable} from '#std/waiting/async.ts'
import {TimedOut} from '#std/waiting/deadline.ts'
import {Places, type PlacesOptions} from '#std/waiting/places.ts'
import type {World} from '#std/world.ts'
import {Refused} from './guard.ts'
import type {Metrics} from '../health/metrics.ts'

/** A stranger's server that takes its time at our cost. */
export class TooSlow extends TimedOut {
  /** For counting: what has taken too long. */
  readonly reason: 'slow-head' | 'slow-body' | 'unread' | 'endless'

  constructor(reason: TooSlow['reason'], detail: string) {
    super(detail)
    this.reason = reason
  }
}

export interface StrangerLimits {
  /** Fetches at a time: in all, of one host, of one site; and how many may wait for their turn. */
  readonly places: Omit<PlacesOptions, 'groupOf' | 'onRefused'>
  /** From asking to the head of the answer. */
  readonly headMs: number
  /** Bytes a second, over each `rateMs` in which we wait for the body. */
  readonly leastRate: number
  readonly rateMs: number
  /** How long a body may lie there without being read any further. */
  readonly unreadMs: number
  /** For one fetch, body and all. */
  readonly wholeMs: number
  readonly bodySizeMax: number
}

const strangerLimits: StrangerLimits = {
  places: {max: 256, perKeyMax: 32, perGroupMax: 96, waitingMax: 2_000, waitingPerKeyMax: 200},
  headMs: 10_000,
  leastRate: 50_000,
  rateMs: 10_000,
  unreadMs: 120_000,
  wholeMs: 30 * 60_000,
  bodySizeMax: 2 ** 31,
}

/** How often it is looked how all of them get on. */
const tickMs = 1_000

/** A host and port as they are counted together with others: by the last two labels of the name. */
export function siteOf(host: string): string {
  const name = host.replace(/:\d+$/, '')
  return isIP(name.replace(/^\[(.*)\]$/, '$1')) === 0 ? name.split('.').slice(-2).join('.') : name
}

/** Places for one kind of fetch, by host, beside those that all fetches share; shown in the metrics by that name. */
export function strangerPlaces(
  kind: string,
  service: string,
  metrics: Metrics | undefined,
  options: Omit<PlacesOptions, 'groupOf' | 'onRefused'>,
): Places {
  const labels = {service, kind}
  const refused = refusals(metrics)
  const places = new Places({
    ...options,
    groupOf: siteOf,
    onRefused: () => refused?.add(1, {...labels, reason: 'full'}),
  })
  metrics?.gauge('stranger_fetches', 'Fetches from servers of strangers.', labels, () => places.running)
  metrics?.gauge('stranger_fetches_waiting', 'Those that wait for a place.', labels, () => places.waiting)
  return places
}

const refusals = (metrics: Metrics | undefined) =>
  metrics?.counter('stranger_fetches_refused_total', 'Fetches from servers of strangers that were given up.', [
    'service',
    'kind',
    'reason',
  ])

/** `world`, but each fetch is held to the limits. Subscriptions are not: who follows whom has its own. */
export function strangerWorld(world: World, metrics?: Metrics, limits: Partial<StrangerLimits> = {}): World {
  const fetches = new StrangerFetches(world, metrics, {...strangerLimits, ...limits})
  return {...world, fetch: request => fetches.fetch(request)}
}

class StrangerFetches {
  readonly #world: Pick<World, 'fetch' | 'sleep'>
  readonly #limits: StrangerLimits
  readonly #places: Places
  readonly #refused
  readonly #calls = new Set<Call>()
  #idle: AbortController | undefined

  constructor(world: Pick<World, 'fetch' | 'sleep'>, metrics: Metrics | undefined, limits: StrangerLimits) {
    this.#world = world
    this.#limits = limits
    this.#places = strangerPlaces('all', 'all', metrics, limits.places)
    this.#refused = refusals(metrics)
  }

  /**
   * See `World.fetch`. Rejects with `Overloaded` when too many wait for that host, with `TooSlow` when the head of the
   * answer does not come, or with `Refused` as the guard does. The body fails with `TooSlow` or `Refused`.
   */
  async fetch(request: Request): Promise<Response> {
    const {host} = new URL(request.url)
    const release = await this.#places.take(host, request.signal)
    const call = new Call(host, this.#limits, request, () => {
      release()
      this.#calls.delete(call)
      if (this.#calls.size === 0) this.#idle?.abort()
    })
    this.#calls.add(call)
    if (!this.#idle) void this.#watch()
    try {
      const asked = this.#world.fetch(call.asking)
      const response = await abortable(asked, call.signal).catch((error: unknown) => {
        // One that comes after all is not read.
        void asked.then(({body}) => body?.cancel()).catch(() => {})
        throw error
      })
      if (response.body) return new Response(call.bodyOf(response.body), response)
      call.end()
      return response
    } catch (error) {
      call.end()
      if (error instanceof Refused) this.#count(error.reason)
      throw error
    }
  }

  /** Looks how the fetches get on, for as long as there are any. */
  async #watch(): Promise<void> {
    while (this.#calls.size > 0) {
      const idle = (this.#idle = new AbortController())
      await this.#world.sleep(tickMs, idle.signal).catch(() => {})
      if (idle.signal.aborted) continue
      for (const call of this.#calls) {
        const fault = call.tick(tickMs)
        if (fault) this.#count(fault.reason)
      }
    }
    this.#idle = undefined
  }

  #count(reason: string): void {
    this.#refused?.add(1, {service: 'all', kind: 'all', reason})
  }
}

/** One fetch, from its place to the end of its body. */
class Call {
  /** The request as it goes out. */
  readonly asking: Request
  readonly #host: string
  readonly #limits: StrangerLimits
  /** Held on to, as is `asking`: the signal of a request that is thrown away does not abort any more. */
  readonly #asked: Request
  readonly #aborted = new AbortController()
  readonly #onEnd: () => void
  readonly #leave = (): void => this.#fail(this.#asked.signal.reason)
  #phase: 'head' | 'reading' | 'lying' = 'head'
  /** How long we have waited for the head; then for the body, and what came in that time. */
  #waitedMs = 0
  #cameSize = 0
  #unreadMs = 0
  #allMs = 0
  #size = 0
  #body: {reader: ReadableStreamDefaultReader<Bytes>; out: ReadableStreamDefaultController<Bytes>} | undefined
  #isOver = false

  constructor(host: string, limits: StrangerLimits, request: Request, onEnd: () => void) {
    this.#host = host
    this.#limits = limits
    this.#asked = request
    this.#onEnd = onEnd
    this.asking = new Request(request, {signal: this.#aborted.signal})
    request.signal.addEventListener('abort', this.#leave, {once: true})
  }

  get signal(): AbortSignal {
    return this.#aborted.signal
  }

  /** The body, which ends this call as it ends. */
  bodyOf(body: ReadableStream<Bytes>): ReadableStream<Bytes> {
    const reader = body.getReader()
    this.#phase = 'lying'
    this.#waitedMs = 0
    return new ReadableStream<Bytes>(
      {
        start: out => void (this.#body = {reader, out}),
        pull: out => this.#pull(reader, out),
        cancel: reason => {
          this.end()
          return reader.cancel(reason)
        },
      },
      {highWaterMark: 0},
    )
  }

  /** Some time has passed. Gives up when it was too much. */
  tick(ms: number): TooSlow | undefined {
    const {headMs, rateMs, leastRate, unreadMs, wholeMs} = this.#limits
    this.#allMs += ms
    if (this.#phase === 'lying') this.#unreadMs += ms
    else this.#waitedMs += ms
    const fault = (reason: TooSlow['reason'], detail: string): TooSlow => {
      const error = new TooSlow(reason, `${this.#host} ${detail}`)
      this.#fail(error)
      return error
    }
    if (this.#allMs >= wholeMs) return fault('endless', `has not come to an end within ${wholeMs} ms.`)
    if (this.#phase === 'head') {
      return this.#waitedMs < headMs ? undefined : fault('slow-head', `did not answer within ${headMs} ms.`)
    }
    if (this.#phase === 'lying') {
      return this.#unreadMs < unreadMs ? undefined : fault('unread', `was not read for ${unreadMs} ms.`)
    }
    if (this.#waitedMs < rateMs) return undefined
    const rate = (this.#cameSize * 1000) / this.#waitedMs
    if (rate < leastRate) return fault('slow-body', `sends less than ${leastRate} bytes a second.`)
    this.#waitedMs = this.#cameSize = 0
    return undefined
  }

  end(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#asked.signal.removeEventListener('abort', this.#leave)
    this.#onEnd()
  }

  async #pull(reader: ReadableStreamDefaultReader<Bytes>, out: ReadableStreamDefaultController<Bytes>): Promise<void> {
    this.#phase = 'reading'
    this.#unreadMs = 0
    try {
      const {done, value} = await reader.read()
      if (this.#isOver) return
      if (done) {
        this.end()
        return out.close()
      }
      this.#size += value.length
      this.#cameSize += value.length
      const {bodySizeMax} = this.#limits
      if (this.#size > bodySizeMax) throw new Refused('too-big', `${this.#host} sends more than ${bodySizeMax} bytes.`)
      this.#phase = 'lying'
      out.enqueue(value)
    } catch (error) {
      this.#fail(error)
    }
  }

  #fail(error: unknown): void {
    if (this.#isOver) return
    this.end()
    this.#aborted.abort(error)
    if (!this.#body) return
    this.#body.out.error(error)
    this.#body.reader.cancel(error).catch(() => {})
  }
}

type Bytes = Uint8Array<ArrayBuffer>
