/**
 * The channel of a Tap: events one after the other, each acknowledged once its handler is done with it. A connection that
 * is lost is made again, and what was not acknowledged comes again, so a handler may see an event twice.
 */
import {Channel} from '#std/waiting/async.ts'
import {Lanes} from '#std/waiting/lanes.ts'
import type {Frame} from '#std/wire/frames.ts'
import {Malformed} from '#std/malformed.ts'
import {fromUtf8} from '#std/text.ts'
import type {World} from '#std/world.ts'
import {type Connection, reconnecting, SubscriptionRefused} from '../reconnecting.ts'
import {formatAdminAuthHeader} from './admin-auth.ts'
import type {TapHandler} from './indexer.ts'
import {parseTapEvent, type TapEvent} from './tap-event.ts'

export interface TapChannelOptions {
  world: Pick<World, 'now' | 'random' | 'sleep' | 'subscribe'>
  adminPassword?: string
  /** Of so many accounts events are handled at once; of one account always one after the other. One by default. */
  parallelism?: number
  /** The longest wait before a connection is made again; a minute by default. */
  maxReconnectSeconds?: number
  onConnection?: (connection: Connection) => void
}

/** Acknowledgements that wait for a connection; of others the events come again. */
const acksMax = 10_000
/** Waiting will not help: the password is wrong, or what is there is no Tap. */
const isFinal = (status: number): boolean => status >= 400 && status < 500 && status !== 408 && status !== 429

export class TapChannel implements AsyncDisposable {
  readonly #url: string
  readonly #handler: TapHandler
  readonly #options: TapChannelOptions
  readonly #left = new AbortController()
  #fault: {readonly error: unknown} | undefined
  #outgoing: Channel<Frame> | undefined
  #unsent: Frame[] = []
  #running: Promise<void> | undefined

  /** `url` is that of the Tap: `http://localhost:2480`. */
  constructor(url: string, handler: TapHandler, options: TapChannelOptions) {
    this.#url = url
    this.#handler = handler
    this.#options = options
  }

  /**
   * Takes events until `destroy`. Rejects when the Tap refuses for good (`SubscriptionRefused`), or with what the handler's
   * `onError` throws.
   */
  start(): Promise<void> {
    this.#running ??= this.#run()
    return this.#running
  }

  /** Leaves. Resolves once no handler is at work. */
  async destroy(): Promise<void> {
    this.#left.abort()
    await this.#running?.catch(() => {})
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.destroy()
  }

  /** Tells the Tap that an event is done with; what is told while there is no connection is told by the next one. */
  async ackEvent(id: number): Promise<void> {
    const ack = JSON.stringify({type: 'ack', id})
    if (this.#outgoing?.offer(ack) !== true && this.#unsent.length < acksMax) this.#unsent.push(ack)
  }

  async #run(): Promise<void> {
    const {world, parallelism = 1, maxReconnectSeconds, adminPassword} = this.#options
    const {signal} = this.#left
    const headers: Record<string, string> =
      adminPassword === undefined ? {} : {authorization: formatAdminAuthHeader(adminPassword)}
    const lanes = new Lanes(parallelism)
    const connections = reconnecting({
      world,
      signal,
      ...(maxReconnectSeconds !== undefined && {retryMsMax: maxReconnectSeconds * 1000}),
      request: () => new Request(new URL('/channel', this.#url), {headers}),
      outgoing: () => this.#connected(),
      onConnection: connection => this.#told(connection),
    })
    for await (const frames of connections) {
      for (const frame of frames) {
        if (signal.aborted) break
        const event = this.#read(frame)
        if (event) await lanes.fill(event.did, () => this.#handle(event))
      }
    }
    await lanes.empty()
    this.#outgoing?.close()
    if (this.#fault) throw this.#fault.error
  }

  #connected(): AsyncIterable<Frame> {
    this.#disconnected()
    const outgoing = new Channel<Frame>(acksMax)
    for (const ack of this.#unsent) outgoing.offer(ack)
    this.#unsent = []
    this.#outgoing = outgoing
    return outgoing
  }

  /** What did not get out by this connection goes by the next one. */
  #disconnected(): void {
    const waiting = this.#outgoing?.takeAll() ?? []
    this.#unsent.push(...waiting.slice(0, acksMax - this.#unsent.length))
    this.#outgoing?.close()
    this.#outgoing = undefined
  }

  #told(connection: Connection): void {
    this.#options.onConnection?.(connection)
    if (connection.state !== 'lost') return
    this.#disconnected()
    const {error} = connection
    if (error instanceof SubscriptionRefused && isFinal(error.status)) this.#fail(error)
  }

  #read(frame: Frame): TapEvent | undefined {
    try {
      const text = typeof frame === 'string' ? frame : fromUtf8(frame)
      return parseTapEvent(JSON.parse(text ?? ''))
    } catch (error) {
      if (error instanceof Malformed || error instanceof SyntaxError) return this.#complain(error)
      throw error
    }
  }

  async #handle(event: TapEvent): Promise<void> {
    const {signal} = this.#left
    if (signal.aborted) return
    try {
      await this.#handler.onEvent(event, {signal, ack: () => this.ackEvent(event.id)})
    } catch (error) {
      this.#complain(error)
    }
  }

  #complain(error: unknown): undefined {
    try {
      this.#handler.onError(error instanceof Error ? error : new Error(String(error)))
    } catch (thrown) {
      this.#fail(thrown)
    }
  }

  #fail(error: unknown): void {
    this.#fault ??= {error}
    this.#left.abort()
  }
}
