/** The hosts that this relay follows: those of its configuration, and those that asked for it. */
import type {Limits} from '#engines/limits/limits.ts'
import {describeServer} from '#lex/gen/com/atproto/server/describeServer.ts'
import type {Tasks} from '#runtime/service.ts'
import {siteOf} from '#runtime/strangers/stranger-fetch.ts'
import {Overloaded, SingleFlight} from '#std/waiting/async.ts'
import {withDeadline} from '#std/waiting/deadline.ts'
import type {Log} from '#std/log.ts'
import type {Places} from '#std/waiting/places.ts'
import type {World} from '#std/world.ts'
import {Client} from '#xrpc/client.ts'
import {isLocal, isUnder, originOf, parseHostname} from './hostname.ts'
import type {HostRow, RelayStore} from '../store/relay-store.ts'
import type {Upstream} from './upstream.ts'

const probeMs = 5_000
/** Bytes in which a server may describe itself. They are parsed while nobody else is served. */
const describedSizeMax = 256 * 1024
/** Servers that are asked at the same time whether they are one, because somebody said so. */
export const probePlaces = {max: 32, perGroupMax: 8, waitingMax: 0} as const
const dayMs = 86_400_000
/** Of the servers that are taken on a day, this part may be of one domain: names below a domain cost nothing. */
const domainParts = 5

/** What becomes of a host that asks to be followed. */
export type CrawlVerdict = 'followed' | 'bad-hostname' | 'banned' | 'closed' | 'too-many' | 'unreachable' | 'relay'

/** What a server was found to be. */
type Probed = 'server' | Extract<CrawlVerdict, 'relay' | 'unreachable' | 'too-many'>

export interface HostsOptions {
  readonly store: RelayStore
  readonly world: Pick<World, 'fetch' | 'now' | 'sleep'>
  readonly log: Log
  readonly tasks: Pick<Tasks, 'spawn'>
  /** In which those who want to be followed are asked whether they are a server, by hostname. */
  readonly places: Places
  /** Makes what follows a host. One that is trusted has a larger budget. */
  readonly upstream: (row: HostRow, isTrusted: boolean) => Upstream
  readonly trustedDomains: readonly string[]
  readonly bannedDomains: readonly string[]
  readonly requestCrawl: boolean
  readonly localHosts: boolean
  readonly newHostsPerDayMax: number
  readonly limits: Limits
}

export class Hosts {
  readonly #options: HostsOptions
  readonly #upstreams = new Map<string, Upstream>()
  readonly #newcomers = new SingleFlight<string, CrawlVerdict>()
  /** Those of the configuration. */
  #named: ReadonlySet<string> = new Set()
  readonly #started = Promise.withResolvers<void>()

  constructor(options: HostsOptions) {
    this.#options = options
  }

  /** Follows the hosts that are known from before, and those of the configuration (hostnames), which are trusted. */
  async start(configured: readonly string[]): Promise<void> {
    this.#named = new Set(configured)
    for (const row of await this.#options.store.hosts()) this.#follow(row)
    for (const hostname of configured) await this.#add(hostname)
    this.#started.resolve()
  }

  get(hostname: string): Upstream | undefined {
    return this.#upstreams.get(hostname)
  }

  /** In the order in which they were added. */
  all(): readonly Upstream[] {
    return [...this.#upstreams.values()]
  }

  /**
   * A server asks to be followed. It is asked in turn whether it is one. Within one process it may ask before the relay
   * has started: followed then, it would be read from a place that has yet to be brought to where the log is.
   */
  async requestCrawl(text: string): Promise<CrawlVerdict> {
    await this.#started.promise
    const {bannedDomains, requestCrawl, localHosts} = this.#options
    const hostname = parseHostname(text)
    if (hostname === undefined || (isLocal(hostname) && !localHosts && !this.#upstreams.has(hostname))) {
      return 'bad-hostname'
    }
    if (isUnder(hostname, bannedDomains)) return 'banned'
    const known = this.#upstreams.get(hostname)
    if (known) {
      known.wake()
      return 'followed'
    }
    if (!requestCrawl) return 'closed'
    return this.#newcomers.do(hostname, () => this.#takeIn(hostname))
  }

  /** Once at a time for each: it is counted against the day. */
  async #takeIn(hostname: string): Promise<CrawlVerdict> {
    const probed = await this.#probeInPlace(hostname)
    if (probed !== 'server') return probed
    if (!(await this.#isWelcome(hostname))) return 'too-many'
    await this.#add(hostname)
    return 'followed'
  }

  async #isWelcome(hostname: string): Promise<boolean> {
    const {newHostsPerDayMax: limit, limits} = this.#options
    const domain = isLocal(hostname) ? hostname : siteOf(hostname)
    const ofDomain = {
      name: 'new hosts of a domain',
      key: domain,
      limit: Math.ceil(limit / domainParts),
      windowMs: dayMs,
    }
    const verdicts = await limits.take([ofDomain, {name: 'new hosts', key: '', limit, windowMs: dayMs}])
    return verdicts.every(({allowed}) => allowed)
  }

  async #probeInPlace(hostname: string): Promise<Probed> {
    try {
      return await this.#options.places.with(hostname, () => this.#probe(hostname))
    } catch (error) {
      if (error instanceof Overloaded) return 'too-many'
      throw error
    }
  }

  async #probe(hostname: string): Promise<Probed> {
    const {world, log} = this.#options
    const client = new Client({
      service: originOf(hostname),
      fetch: request => world.fetch(request),
      answerSizeMax: describedSizeMax,
    })
    try {
      const {headers} = await withDeadline(world, probeMs, undefined, signal =>
        client.queryAnswer(describeServer, {}, {signal}),
      )
      // Two relays that follow each other would pass their events round for ever.
      return headers.get('server')?.includes('atproto-relay') ? 'relay' : 'server'
    } catch (error) {
      log.info('host asked to be followed and does not answer', {host: hostname, error})
      return 'unreachable'
    }
  }

  async #add(hostname: string): Promise<void> {
    const {store, world} = this.#options
    if (!this.#upstreams.has(hostname)) this.#follow(await store.addHost(hostname, world.now()))
  }

  #follow(row: HostRow): void {
    const {bannedDomains, trustedDomains, upstream, tasks} = this.#options
    const {hostname} = row
    if (this.#upstreams.has(hostname) || isUnder(hostname, bannedDomains)) return
    const host = upstream(row, this.#named.has(hostname) || isUnder(hostname, trustedDomains))
    this.#upstreams.set(hostname, host)
    tasks.spawn(`host ${hostname}`, signal => host.run(signal))
  }
}
