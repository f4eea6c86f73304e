/**
 * The network between the machines of a simulation. Requests and subscriptions cross it as they cross TCP: in order, or
 * not at all. Each pair of machines draws from numbers of its own, so that what happens on one link changes nothing on
 * another. A machine that ends takes its connections with it; those at their other ends hear of it, it does not.
 */
import type {Frame, Frames} from '#std/wire/frames.ts'
import {WireFrames} from '#std/wire/wire-frames.ts'
import {Overloaded} from '#std/waiting/async.ts'
import {OutOfSpace} from '#std/out-of-space.ts'
import type {Prng} from '#std/prng.ts'
import type {Service} from '#runtime/service.ts'
import type {SimClock} from './clock.ts'
import type {FaultCounts, FaultKind} from './faults.ts'
import type {Life} from './life.ts'
import type {Trace} from './trace.ts'

/** A machine as others reach it. */
export interface Peer {
  readonly name: string
  /** What runs on it now, and its life; none while it is down. */
  readonly running: {readonly service: Service; readonly life: Life} | undefined
}

export interface NetworkOptions {
  readonly clock: SimClock
  readonly trace: Trace
  readonly prng: Prng
  readonly faults: FaultCounts
  /** By host and port; `*` stands for the first label. */
  readonly hosts: ReadonlyMap<string, Peer>
  /** Told of an answer that no service should give. */
  readonly onFault: (detail: string) => void
}

/** A connection that cannot be made is given up after this. */
const connectMs = 5_000
/** A connection on which nothing passes any more is found out by its pings. */
const pingMs = 60_000
/** Frames that are handed over together: fewer than are worth a thread to whoever verifies them. */
const framesMax = 32
/** Parts that are under way on one subscription. */
const windowMax = 8

export class SimNetwork {
  readonly #options: NetworkOptions
  readonly #links = new Map<string, Prng>()
  readonly #cut = new Map<string, number>()
  /** How likely each fault is, for one message; none while the network is well. */
  rates: Partial<Record<FaultKind, number>> = {}

  constructor(options: NetworkOptions) {
    this.#options = options
  }

  /** The two do not reach each other for so long. */
  partition(one: string, other: string, ms: number): void {
    const {clock, trace, faults} = this.#options
    this.#cut.set(pairOf(one, other), clock.nowMs + ms)
    faults.add('partition')
    trace.add(one, `is parted from ${other} for ${ms} ms`)
  }

  heal(): void {
    this.#cut.clear()
    this.rates = {}
  }

  /** See `World.fetch`. */
  async fetch(from: string, life: Life, request: Request): Promise<Response> {
    const {clock, trace} = this.#options
    const url = new URL(request.url)
    const what = `${request.method} ${url.pathname}`
    const body = request.body ? await request.bytes() : undefined
    const {signal} = request
    signal.throwIfAborted()
    const peer = this.#peerAt(url.host)
    const link = this.#linkOf(from, peer?.name ?? url.host)
    const outcome = Promise.withResolvers<Response>()
    const ended = new AbortController()
    const gone = (): void => ended.abort(failed('the caller has gone'))
    const leave = (): void => {
      outcome.reject(signal.reason)
      gone()
    }
    signal.addEventListener('abort', leave, {once: true})
    life.onEnd(gone)
    const reset = (): void => outcome.reject(failed('the connection was reset'))
    const carry = async (): Promise<void> => {
      await clock.sleep(this.#latency(link))
      if (!peer) return outcome.reject(failed(`${url.host} is not found`))
      if (this.#isCut(from, peer.name) || this.#happens(link, 'lost-request')) {
        await clock.sleep(connectMs)
        return outcome.reject(failed(`${url.host} does not answer`))
      }
      const {running} = peer
      if (!running) return outcome.reject(failed(`${url.host} refuses connections`))
      running.life.onEnd(reset)
      running.life.point('request arrives')
      const isHalf = body !== undefined && body.length > 1 && this.#happens(link, 'half-request')
      const sent = isHalf ? halfOf(body) : body
      const there = new Request(request.url, {
        method: request.method,
        headers: request.headers,
        signal: ended.signal,
        ...(sent && {body: sent, duplex: 'half' as const}),
      })
      const answer = await this.#served(running, there, what, isHalf)
      if (!answer || running.life.isOver) return
      running.life.forget(reset)
      running.life.point('answer made')
      if (running.life.isOver) return reset()
      trace.add(peer.name, `${what} from ${from}: ${answer.status}, ${answer.bytes.length} bytes`)
      await clock.sleep(this.#latency(link))
      if (isHalf) return outcome.reject(failed('the connection broke in the middle of the request'))
      if (this.#happens(link, 'lost-answer')) {
        await clock.sleep(connectMs)
        return outcome.reject(failed('no answer came'))
      }
      const {status, headers, bytes} = answer
      const isCut = bytes.length > 1 && this.#happens(link, 'half-answer')
      const empty = status === 204 || status === 304
      outcome.resolve(new Response(empty ? null : isCut ? halfOf(bytes) : bytes, {status, headers}))
    }
    carry().catch(outcome.reject)
    try {
      return await outcome.promise
    } finally {
      signal.removeEventListener('abort', leave)
      life.forget(gone)
    }
  }

  /** See `World.subscribe`. */
  async subscribe(
    from: string,
    life: Life,
    request: Request,
    signal: AbortSignal,
    outgoing: AsyncIterable<Frame> = nothing,
  ): Promise<Frames | Response> {
    const {clock, trace} = this.#options
    const url = new URL(request.url)
    const peer = this.#peerAt(url.host)
    const link = this.#linkOf(`${from} hears`, peer?.name ?? url.host)
    await clock.sleep(this.#latency(link), signal)
    if (!peer || this.#isCut(from, peer.name)) {
      await clock.sleep(connectMs, signal)
      throw failed(`${url.host} does not answer`)
    }
    const {running} = peer
    if (!running?.service.frames) throw failed(`${url.host} refuses connections`)
    running.life.point('request arrives')
    if (running.life.isOver) throw failed('the connection was reset')
    const ended = new AbortController()
    const gone = (): void => ended.abort(failed('the subscriber has gone'))
    life.onEnd(gone)
    const frames = await running.service.frames(request, ended.signal, outgoing)
    trace.add(
      peer.name,
      `${url.pathname}${url.search} from ${from}: ${frames instanceof Response ? frames.status : 'open'}`,
    )
    if (frames instanceof Response) return frames
    return this.#carried(frames, {from, to: peer.name, running, link, ended, signal, over: () => life.forget(gone)})
  }

  /** Frames of the other side as they come over. */
  async *#carried(
    frames: Frames,
    {from, to, running, link, ended, signal, over}: Carried,
  ): AsyncGenerator<readonly Frame[], void> {
    const {clock, trace} = this.#options
    const under: {atMs: number; frames: readonly Frame[]}[] = []
    let isAtEnd = false
    let fault: unknown
    let wake: (() => void) | undefined
    const stir = (): void => {
      wake?.()
      wake = undefined
    }
    const waiting = (): Promise<void> => new Promise(resolve => (wake = resolve))
    let lastMs = 0
    let hasRoom: (() => void) | undefined
    const send = async (): Promise<void> => {
      for await (const some of frames) {
        if (ended.signal.aborted || running.life.isOver) return
        const list = framesOf(some)
        for (let start = 0; start < list.length; start += framesMax) {
          lastMs = Math.max(lastMs, clock.nowMs + this.#latency(link))
          under.push({atMs: lastMs, frames: list.slice(start, start + framesMax)})
          stir()
        }
        running.life.point('frames sent')
        while (under.length >= windowMax && !ended.signal.aborted) {
          await new Promise<void>(resolve => (hasRoom = resolve))
        }
      }
      isAtEnd = true
    }
    const broken = (error: Error): void => {
      fault ??= error
      stir()
    }
    const reset = (): void => broken(failed('the connection was reset'))
    running.life.onEnd(reset)
    const leave = (): void => broken(signal.reason as Error)
    signal.addEventListener('abort', leave, {once: true})
    send().then(stir, (error: unknown) => {
      // A service that throws closes the connection with an error.
      if (!ended.signal.aborted) broken(failed(String(error)))
    })
    try {
      for (;;) {
        if (fault !== undefined) throw fault
        const next = under[0]
        if (!next) {
          if (isAtEnd) return
          await waiting()
          continue
        }
        if (next.atMs > clock.nowMs) await clock.sleep(next.atMs - clock.nowMs)
        for (let stallMs = 0; this.#isCut(from, to); stallMs += 1_000) {
          if (stallMs >= pingMs) throw failed('the connection is dead')
          await clock.sleep(1_000)
        }
        if (fault !== undefined) throw fault
        under.shift()
        hasRoom?.()
        if (this.#happens(link, 'stalled')) {
          const stallMs = link.between(5_000, 90_000)
          await clock.sleep(Math.min(stallMs, pingMs))
          if (fault !== undefined) throw fault
          if (stallMs >= pingMs) throw failed('the connection is dead')
        }
        // Those who only listen are given what comes over TCP; a service may have a server before it that errs.
        const mayErr = !from.startsWith('people')
        if (mayErr && this.#happens(link, 'half-frame')) {
          const [first] = next.frames
          yield [first.slice(0, first.length >> 1)]
          throw failed('the connection broke in the middle of a frame')
        }
        if (mayErr && this.#happens(link, 'repeated')) yield next.frames
        if (this.#happens(link, 'broken')) {
          const part = next.frames.slice(0, link.whole(0, next.frames.length - 1))
          if (part.length > 0) yield part
          throw failed('the connection broke')
        }
        trace.add(from, `${next.frames.length} frames of ${to}, ${sizeOf(next.frames)} bytes`)
        yield next.frames
      }
    } finally {
      signal.removeEventListener('abort', leave)
      running.life.forget(reset)
      over()
      ended.abort(failed('the subscriber has left'))
      hasRoom?.()
    }
  }

  /** The whole answer of a service; `undefined` when its machine ended meanwhile. */
  async #served(
    {service, life}: NonNullable<Peer['running']>,
    request: Request,
    what: string,
    isHalf: boolean,
  ): Promise<{status: number; headers: Headers; bytes: Uint8Array<ArrayBuffer>} | undefined> {
    try {
      const response = await service.fetch(request)
      const bytes = await response.bytes()
      if (response.status === 500 && !life.isOver) {
        this.#options.onFault(`${service.name} answered ${what} with 500: ${new TextDecoder().decode(bytes)}`)
      }
      return {status: response.status, headers: new Headers(response.headers), bytes}
    } catch (error) {
      if (life.isOver || request.signal.aborted) return undefined
      // A listener knows of the connection that breaks, and takes no fault that comes of it for one of the service.
      if (isHalf) return {status: 400, headers: new Headers(), bytes: new Uint8Array()}
      const status = error instanceof OutOfSpace ? 507 : error instanceof Overloaded ? 503 : 500
      if (status === 500) this.#options.onFault(`${service.name} threw at ${what}: ${String((error as Error).stack)}`)
      return {status, headers: new Headers(), bytes: new Uint8Array()}
    }
  }

  #peerAt(host: string): Peer | undefined {
    const {hosts} = this.#options
    return hosts.get(host) ?? hosts.get(host.replace(/^[^.]+/, '*'))
  }

  #linkOf(from: string, to: string): Prng {
    const name = `${from} ${to}`
    const known = this.#links.get(name)
    if (known) return known
    const link = this.#options.prng.of(name)
    this.#links.set(name, link)
    return link
  }

  #latency(link: Prng): number {
    return this.#happens(link, 'slow') ? link.between(1_000, 8_000) : link.between(0.3, 3)
  }

  #happens(link: Prng, kind: FaultKind): boolean {
    const rate = this.rates[kind] ?? 0
    if (rate === 0 || !link.is(rate)) return false
    this.#options.faults.add(kind)
    return true
  }

  #isCut(one: string, other: string): boolean {
    const untilMs = this.#cut.get(pairOf(one, other))
    return untilMs !== undefined && untilMs > this.#options.clock.nowMs
  }
}

interface Carried {
  from: string
  to: string
  running: NonNullable<Peer['running']>
  link: Prng
  /** Aborts when the subscriber leaves. */
  ended: AbortController
  signal: AbortSignal
  over: () => void
}

const pairOf = (one: string, other: string): string => [one, other].toSorted().join(' ')

/** As the standard `fetch` fails. */
const failed = (cause: string): TypeError => new TypeError('fetch failed', {cause: new Error(cause)})

/** What comes at a time over a subscription, as frames. */
export const framesOf = (some: Frame | readonly Frame[] | WireFrames): readonly Frame[] =>
  typeof some === 'string' || some instanceof Uint8Array ? [some] : some instanceof WireFrames ? some.messages() : some

const sizeOf = (frames: readonly Frame[]): number => frames.reduce((sum, frame) => sum + frame.length, 0)

/** A body that breaks off. */
const halfOf = (bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> =>
  new ReadableStream({
    start(out) {
      out.enqueue(bytes.slice(0, bytes.length >> 1))
    },
    pull(out) {
      out.error(new TypeError('terminated'))
    },
  })

const nothing: AsyncIterable<Frame> = {
  async *[Symbol.asyncIterator]() {},
}
