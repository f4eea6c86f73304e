/**
 * Other relays of the same operator: what is asked of one, and was done, is asked of the others as well, so that takedowns
 * and bans hold on all of them. A request that a relay has passed on says so (`Via`), and goes no further. As in the
 * reference relay nothing is tried twice: who was away is told again by hand.
 */
import {Lru} from '#engines/cache/lru.ts'
import {toUtf8} from '#std/text.ts'
import {withDeadline} from '#std/waiting/deadline.ts'
import type {Log} from '#std/log.ts'
import type {World} from '#std/world.ts'
import {letGo} from '#xrpc/body.ts'

const askMs = 10_000
/** Requests on their way; further ones are dropped, and that is logged. */
const waitingMax = 1_000
/** A host that asks again and again is passed on so often. */
const crawlEveryMs = 60_000
const crawlsMax = 10_000
/** Of a header that says who has passed a request on. */
const mark = 'atproto-relay'

/** What goes with a request: the password that all of them have among it. */
const passedHeaders = ['accept', 'authorization', 'content-type'] as const

interface Options {
  /** URLs. */
  readonly siblings: readonly string[]
  readonly world: Pick<World, 'fetch' | 'sleep' | 'now'>
  readonly log: Log
  /** Ends what is on its way. */
  readonly signal: AbortSignal
}

export class Siblings {
  readonly #options: Options
  readonly #crawled: Lru<string, true>
  #waiting = 0

  constructor(options: Options) {
    this.#options = options
    this.#crawled = new Lru({countMax: crawlsMax, ttlMs: crawlEveryMs, now: options.world.now})
  }

  /** Whether this request is to go on: there is somebody, and none of them has sent it. */
  wants({headers}: Request): boolean {
    if (this.#options.siblings.length === 0) return false
    return !`${headers.get('via') ?? ''} ${headers.get('user-agent') ?? ''}`.includes(mark)
  }

  /** Sends a request with this body to all of them, if it is to go on. Nobody waits for what they say. */
  pass(request: Request, body: Uint8Array<ArrayBuffer>): void {
    if (!this.wants(request)) return
    for (const sibling of this.#options.siblings) void this.#ask(sibling, request, body)
  }

  /** As `pass`, for what anyone may ask: that a host be followed. */
  passCrawl(request: Request, hostname: string): void {
    if (!this.wants(request) || this.#crawled.get(hostname)) return
    this.#crawled.set(hostname, true)
    this.pass(request, toUtf8(JSON.stringify({hostname})))
  }

  async #ask(sibling: string, request: Request, body: Uint8Array<ArrayBuffer>): Promise<void> {
    const {world, log, signal} = this.#options
    const {pathname, search} = new URL(request.url)
    const about = {sibling, path: pathname}
    if (this.#waiting >= waitingMax) return log.warn('a sibling is not told: too much is on its way', about)
    this.#waiting++
    try {
      const headers = new Headers({via: `1.1 ${mark}`})
      for (const name of passedHeaders) {
        const value = request.headers.get(name)
        if (value !== null) headers.set(name, value)
      }
      const init = {method: request.method, headers, ...(body.length > 0 ? {body} : {})}
      const answer = await withDeadline(world, askMs, signal, ends =>
        world.fetch(new Request(`${sibling}${pathname}${search}`, {...init, signal: ends})),
      )
      letGo(answer.body)
      if (answer.ok) log.info('a sibling was told', about)
      else log.warn('a sibling refused what it was told', {...about, status: answer.status})
    } catch (error) {
      if (!signal.aborted) log.warn('a sibling could not be told', {...about, error})
    } finally {
      this.#waiting--
    }
  }
}
