/**
 * Asks relays to crawl this server when it has something new (`requestCrawl`), so that they follow it, and follow it again
 * after they have given it up. The last event of a burst is notified too, if later; what fails is tried again.
 */
import {requestCrawl} from '#lex/gen/com/atproto/sync/requestCrawl.ts'
import {Bell} from '#std/waiting/async.ts'
import {withDeadline} from '#std/waiting/deadline.ts'
import type {Log} from '#std/log.ts'
import type {World} from '#std/world.ts'
import {Client} from '#xrpc/client.ts'

/** A relay that is told looks at the server at once, which by then should be listening. */
const startMs = 3_000
const answerMs = 10_000
const retryMs = 30_000

export interface CrawlRequestsOptions {
  /** Base URLs of the relays. */
  relays: readonly string[]
  /** This server, with its port where it has one of its own. */
  hostname: string
  /** A relay is told no more often than this. */
  everyMs: number
  world: World
  log: Log
  /** Told of each try, and whether the relay took it. */
  onTold?: (relay: string, isTaken: boolean) => void
}

/** When a relay was last told, and whether it took it. */
export interface Told {
  readonly atMs: number
  readonly isTaken: boolean
}

export class CrawlRequests {
  readonly #options: CrawlRequestsOptions
  readonly #told = new Map<string, Told>()
  readonly #news = new Bell()
  #events = 0

  constructor(options: CrawlRequestsOptions) {
    this.#options = options
  }

  /** There is a new event. */
  notify(): void {
    this.#events++
    this.#news.ring()
  }

  /** By relay; nothing for one that was not told since the start. */
  told(relay: string): Told | undefined {
    return this.#told.get(relay)
  }

  /** Tells one of the relays at once, at the word of whoever runs the server. Says whether it took it. */
  async tellNow(relay: string, signal: AbortSignal): Promise<boolean> {
    return this.#options.relays.includes(relay) && this.#tell(relay, signal)
  }

  /** Keeps all relays told until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const {relays, world} = this.#options
    if (relays.length === 0) return
    await world.sleep(startMs, signal)
    await Promise.all(relays.map(relay => this.#keepTold(relay, signal)))
  }

  async #keepTold(relay: string, signal: AbortSignal): Promise<void> {
    const {world, everyMs} = this.#options
    let failures = 0
    for (;;) {
      const events = this.#events
      failures = (await this.#tell(relay, signal)) ? 0 : failures + 1
      await world.sleep(failures === 0 ? everyMs : Math.min(everyMs, retryMs * 2 ** (failures - 1)), signal)
      if (failures === 0 && events === this.#events) await this.#news.wait(signal)
    }
  }

  async #tell(relay: string, stopping: AbortSignal): Promise<boolean> {
    const {hostname, world, log, onTold} = this.#options
    const client = new Client({service: relay, fetch: world.fetch})
    try {
      await withDeadline(world, answerMs, stopping, signal => client.procedure(requestCrawl, {hostname}, {signal}))
      this.#told.set(relay, {atMs: world.now(), isTaken: true})
      onTold?.(relay, true)
      return true
    } catch (error) {
      stopping.throwIfAborted()
      this.#told.set(relay, {atMs: world.now(), isTaken: false})
      onTold?.(relay, false)
      log.warn('could not notify a relay of this server', {relay, error})
      return false
    }
  }
}
