/**
 * Asks servers for the collections of those repositories of which the index of collections cannot know them by their
 * commits alone: that were followed from their middle on, or of which something was missed. What a server tells counts
 * as of when it was asked, and commits that come meanwhile go over it.
 *
 * What is to be asked stands in the store, so no start and no crash forgets it, and hosts take turns. A server that does
 * not answer is left alone for a while; so is one that says that it is asked too much.
 */
import type {Did} from '#atp/syntax/did.ts'
import {describeRepo} from '#lex/gen/com/atproto/repo/describeRepo.ts'
import type {Metrics} from '#runtime/health/metrics.ts'
import type {Log} from '#std/log.ts'
import {Bell} from '#std/waiting/async.ts'
import {withDeadline} from '#std/waiting/deadline.ts'
import type {World} from '#std/world.ts'
import {RateLimitedHosts} from '#stream/rate-limited-hosts.ts'
import {Client} from '#xrpc/client.ts'
import type {Hosts} from '../hosts/hosts.ts'
import type {States} from '../repos/states.ts'
import type {Lookup, CollectionStore} from '../store/collection-store.ts'

/** Repositories that are asked about at the same time: one of each host. */
const atOnce = 32
const idleMs = 2_000
/** For one answer, and the bytes of one. */
const askMs = 10_000
const answerSizeMax = 256 * 1024
/** When a repository is asked about again of which its server says nothing, at first and at most, and how often. */
const againMs = 600_000
const againMsMax = 86_400_000
const triesMax = 6
/** How long a server that does not answer is left alone, at first and at most. */
const downMs = 10_000
const downMsMax = 3_600_000

type Outcome = 'told' | 'refused' | 'no-answer' | 'inactive'

interface Deps {
  readonly store: Pick<CollectionStore, 'nextLookup' | 'postpone'>
  readonly states: Pick<States, 'lookUpCollections' | 'one'>
  readonly hosts: Pick<Hosts, 'byId'>
  readonly world: Pick<World, 'now' | 'sleep'>
  /** For hosts, which are strangers. */
  readonly guarded: Pick<World, 'fetch'>
  readonly metrics: Metrics
  readonly log: Log
}

export class CollectionLookups {
  readonly #deps: Deps
  readonly #outcomes
  readonly #limited: RateLimitedHosts
  /** Hosts that did not answer, by id: how often in a row, and until when each is left alone. */
  readonly #down = new Map<number, {failures: number; untilMs: number}>()
  /** Hosts that are being asked. */
  readonly #inHand = new Set<number>()
  readonly #freed = new Bell()
  #finished = 0

  constructor(deps: Deps) {
    this.#deps = deps
    this.#limited = new RateLimitedHosts(deps.world)
    const help = 'Repositories whose servers were asked for their collections, by what came of it.'
    this.#outcomes = deps.metrics.counter('relay_collection_lookups_total', help, ['outcome'])
  }

  /** Asks what there is to ask, until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const {world} = this.#deps
    const failed = new AbortController()
    const either = AbortSignal.any([signal, failed.signal])
    const running = new Set<Promise<void>>()
    const start = (lookup: Lookup): void => {
      this.#inHand.add(lookup.host)
      const done: Promise<void> = this.#look(lookup, either)
        .catch((error: unknown) => failed.abort(error))
        .finally(() => {
          running.delete(done)
          this.#inHand.delete(lookup.host)
          this.#finished++
          this.#freed.ring()
        })
      running.add(done)
    }
    try {
      while (!either.aborted) {
        const finished = this.#finished
        await this.#round(start, either)
        if (this.#finished === finished) await this.#freed.waitUpTo(idleMs, world, either)
      }
    } finally {
      await Promise.all(running)
    }
    either.throwIfAborted()
  }

  /** Takes one of each host in hand that may be asked. */
  async #round(start: (lookup: Lookup) => void, signal: AbortSignal): Promise<void> {
    const {store, world} = this.#deps
    for (let host = 0; this.#inHand.size < atOnce && !signal.aborted;) {
      const found = await store.nextLookup(host, world.now())
      if (!found) return
      host = found.host
      if (found.lookup && this.#mayAsk(host)) start(found.lookup)
    }
  }

  #mayAsk(host: number): boolean {
    const isDown = (this.#down.get(host)?.untilMs ?? 0) > this.#deps.world.now()
    return !isDown && !this.#inHand.has(host) && this.#limited.until(String(host)) === undefined
  }

  async #look({id, did, host: noted, tries}: Lookup, signal: AbortSignal): Promise<void> {
    const {store, world} = this.#deps
    // First, so that another of the same host comes next. What is told of it, once saved, has it asked no more.
    await store.postpone(id, world.now() + Math.min(againMs * 4 ** tries, againMsMax))
    const outcome = await this.#ask(did, noted, signal)
    this.#outcomes.add(1, {outcome})
    if (outcome === 'told') this.#down.delete(noted)
    if (outcome === 'no-answer') {
      const failures = (this.#down.get(noted)?.failures ?? 0) + 1
      this.#down.set(noted, {failures, untilMs: world.now() + Math.min(downMs * 2 ** failures, downMsMax)})
    }
    if (outcome === 'refused' && tries + 1 >= triesMax) await store.postpone(id, null)
  }

  async #ask(did: Did, noted: number, signal: AbortSignal): Promise<Outcome> {
    const {states, hosts, world, guarded, log} = this.#deps
    const state = await states.one(did)
    const host = state && hosts.byId(state.host)
    if (!state?.active || !host) return 'inactive'
    const fetch = async (request: Request): Promise<Response> => {
      const response = await guarded.fetch(request)
      this.#limited.note(String(noted), response.status, Object.fromEntries(response.headers))
      return response
    }
    const client = new Client({service: host.origin, fetch, answerSizeMax})
    try {
      await states.lookUpCollections(did, () =>
        withDeadline(world, askMs, signal, async ends => {
          return (await client.query(describeRepo, {repo: did}, {signal: ends})).collections
        }),
      )
      return 'told'
    } catch (error) {
      signal.throwIfAborted()
      log.debug('a host does not tell the collections of an account', {host: host.hostname, did, error})
      return isRefusal(error) ? 'refused' : 'no-answer'
    }
  }
}

/** Whether a server has answered that it does not tell, as far as that is about the account alone. */
const isRefusal = (error: unknown): boolean => {
  const {status} = error as {status?: unknown}
  return typeof status === 'number' && status >= 400 && status < 500 && status !== 429
}
