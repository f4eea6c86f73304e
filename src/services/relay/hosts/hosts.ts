/**
 * The hosts that this relay follows: those of its configuration, and those that asked for it; and who of them is banned.
 * One that is banned stays known, with the place where it was left, and nothing is read of it.
 */
import type {Tasks} from '#runtime/service.ts'
import {siteOf} from '#runtime/strangers/stranger-fetch.ts'
import {Overloaded, SingleFlight} from '#std/waiting/async.ts'
import type {Log} from '#std/log.ts'
import type {Places} from '#std/waiting/places.ts'
import type {World} from '#std/world.ts'
import type {DomainBans} from '../operator/domain-bans.ts'
import type {OperatorValues} from '../operator/settings.ts'
import type {HostRow, HostSettings, RelayStore} from '../store/relay-store.ts'
import {isLocal, isUnder, parseHostname} from './hostname.ts'
import {probe} from './probe.ts'
import type {Upstream} from './upstream.ts'

/** Servers that are asked at the same time whether they are one, because somebody said so. */
export const probePlaces = {max: 32, perGroupMax: 8, waitingMax: 0} as const
const dayMs = 86_400_000
/** Of the servers that are taken on a day, this part may be of one domain: names below a domain cost nothing. */
const domainParts = 5

/** What becomes of a host that asks to be followed. */
export type CrawlVerdict =
  | 'followed'
  | 'bad-hostname'
  | 'banned'
  | 'domain-banned'
  | 'closed'
  | 'too-many'
  | 'unreachable'
  | 'relay'

/** What a server was found to be. */
type Probed = 'server' | Extract<CrawlVerdict, 'relay' | 'unreachable' | 'too-many'>

export interface HostsOptions {
  readonly store: Pick<RelayStore, 'hosts' | 'addHost' | 'setHost' | 'activeCounts'>
  readonly world: Pick<World, 'fetch' | 'now' | 'sleep'>
  readonly log: Log
  readonly tasks: Pick<Tasks, 'spawn'>
  /** In which those who want to be followed are asked whether they are a server, by hostname. */
  readonly places: Places
  /** Makes what follows a host. One that is trusted has a larger budget. */
  readonly upstream: (row: HostRow, isTrusted: boolean) => Upstream
  readonly trustedDomains: readonly string[]
  readonly bans: DomainBans
  /** As they are at this moment. */
  readonly settings: OperatorValues
  readonly localHosts: boolean
}

/** A host that is known. */
export interface KnownHost {
  row: HostRow
  readonly upstream: Upstream
  /** Ends its subscription; undefined while nothing is read of it. */
  ending: AbortController | undefined
}

export class Hosts {
  readonly #options: HostsOptions
  readonly #known = new Map<string, KnownHost>()
  readonly #byId = new Map<number, Upstream>()
  readonly #newcomers = new SingleFlight<string, CrawlVerdict>()
  /** Those that were taken because they asked, and when: some of the last day, and none of it is missing. */
  #taken: {readonly hostname: string; readonly addedMs: number}[] = []
  /** Those of the configuration. */
  #named: ReadonlySet<string> = new Set()
  readonly #started = Promise.withResolvers<void>()

  constructor(options: HostsOptions) {
    this.#options = options
  }

  /** Follows the hosts that are known from before, and those of the configuration (hostnames), which are trusted. */
  async start(configured: readonly string[]): Promise<void> {
    this.#named = new Set(configured)
    const {store, bans, log} = this.#options
    for (const row of await store.hosts()) {
      if (row.asked) this.#taken.push(row)
      this.#know(row)
    }
    for (const hostname of configured) {
      if (bans.covers(hostname))
        log.warn('a host of the configuration is not followed: its domain is banned', {hostname})
      else await this.#add(hostname, false)
    }
    this.#started.resolve()
  }

  get(hostname: string): Upstream | undefined {
    return this.#known.get(hostname)?.upstream
  }

  byId(id: number): Upstream | undefined {
    return this.#byId.get(id)
  }

  /** In the order in which they were added, those that are banned among them. */
  all(): readonly Upstream[] {
    return [...this.#known.values()].map(({upstream}) => upstream)
  }

  /** With what the operator has set of each. */
  known(): readonly Readonly<KnownHost>[] {
    return [...this.#known.values()]
  }

  /** Whether something is read of a host. */
  isFollowed({hostname}: {readonly hostname: string}): boolean {
    return this.#known.get(hostname)?.ending !== undefined
  }

  /**
   * A server asks to be followed, or the operator has it followed (`isOperator`), whatever the day and the settings say.
   * It is asked in turn whether it is one. Within one process it may ask before the relay has started: followed then, it
   * would be read from a place that has yet to be brought to where the log is.
   */
  async requestCrawl(text: string, isOperator = false): Promise<CrawlVerdict> {
    await this.#started.promise
    const {bans, settings, localHosts} = this.#options
    const hostname = parseHostname(text)
    const isOpen = isOperator || (hostname !== undefined && this.#known.has(hostname))
    if (hostname === undefined || (isLocal(hostname) && !localHosts && !isOpen)) return 'bad-hostname'
    if (bans.covers(hostname)) return 'domain-banned'
    const known = this.#known.get(hostname)
    if (known?.row.banned) return 'banned'
    if (known) {
      known.upstream.wake()
      return 'followed'
    }
    if (!isOperator && !settings.requestCrawl) return 'closed'
    return this.#newcomers.do(hostname, () => this.#takeIn(hostname, isOperator))
  }

  /**
   * Changes what the operator sets of a host: one that is banned is read no more, and one that is not any more is read
   * again. False for one that is not known.
   */
  async set(hostname: string, changes: Partial<HostSettings>): Promise<boolean> {
    const known = this.#known.get(hostname)
    if (!known) return false
    // Before it is kept: what comes meanwhile is not passed on.
    known.row = {...known.row, ...changes}
    if (changes.stageSet !== undefined) known.upstream.ratchet.set = changes.stageSet
    this.#heed(known)
    const {store} = this.#options
    const {id} = known.row
    await store.setHost(id, changes)
    if (changes.accountLimit !== undefined) {
      const {accountLimit} = known.upstream
      accountLimit.active = (await store.activeCounts([id])).get(id) ?? 0
      accountLimit.set = changes.accountLimit
    }
    return true
  }

  /** Bans a host, which need not be known. */
  async ban(hostname: string): Promise<void> {
    const {store, world} = this.#options
    if (await this.set(hostname, {banned: true})) return
    const row = await store.addHost(hostname, world.now())
    await store.setHost(row.id, {banned: true})
    this.#know({...row, banned: true})
  }

  /** Bans a domain, and with it all hosts below it that are followed. */
  async banDomain(domain: string): Promise<void> {
    const banned = this.#options.bans.add(domain, this.#options.world.now())
    for (const known of this.#known.values()) this.#heed(known)
    await banned
  }

  /** Its hosts are followed again, but for those that are banned by themselves. */
  async unbanDomain(domain: string): Promise<void> {
    await this.#options.bans.remove(domain)
    for (const known of this.#known.values()) this.#heed(known)
  }

  /** Ends the connection to a host, which is made anew at once. False where there is none. */
  reconnect(hostname: string): boolean {
    const known = this.#known.get(hostname)
    if (!known?.ending || !known.upstream.connected) return false
    this.#leave(known)
    this.#follow(known)
    return true
  }

  /** Once at a time for each: it is counted against the day. */
  async #takeIn(hostname: string, isOperator: boolean): Promise<CrawlVerdict> {
    const probed = await this.#probeInPlace(hostname)
    if (probed !== 'server') return probed
    // It may have been banned while it was asked.
    if (this.#options.bans.covers(hostname)) return 'domain-banned'
    if (!isOperator && !this.#isWelcome(hostname)) return 'too-many'
    await this.#add(hostname, !isOperator)
    return 'followed'
  }

  /** Whether one more may be taken today; it is counted if so. */
  #isWelcome(hostname: string): boolean {
    const {settings, world} = this.#options
    const {newHostsPerDayMax: max} = settings
    const now = world.now()
    this.#taken = this.#taken.filter(({addedMs}) => addedMs > now - dayMs)
    const domain = domainOf(hostname)
    const ofDomain = this.#taken.filter(({hostname: other}) => domainOf(other) === domain).length
    if (this.#taken.length >= max || ofDomain >= Math.ceil(max / domainParts)) return false
    this.#taken.push({hostname, addedMs: now})
    return true
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
    const {found, ...why} = await probe(hostname, world)
    if (found === 'unreachable') log.info('host asked to be followed and does not answer', {host: hostname, ...why})
    return found
  }

  async #add(hostname: string, asked: boolean): Promise<void> {
    const {store, world} = this.#options
    if (!this.#known.has(hostname)) this.#know(await store.addHost(hostname, world.now(), asked))
  }

  #know(row: HostRow): void {
    const {trustedDomains, upstream} = this.#options
    const {hostname} = row
    if (this.#known.has(hostname)) return
    const isTrusted = this.#named.has(hostname) || isUnder(hostname, trustedDomains)
    const known = {row, upstream: upstream(row, isTrusted), ending: undefined}
    this.#known.set(hostname, known)
    this.#byId.set(row.id, known.upstream)
    this.#heed(known)
  }

  /** Follows a host, or leaves it, as the bans say. */
  #heed(known: KnownHost): void {
    const {row, upstream} = known
    upstream.isBanned = row.banned || this.#options.bans.covers(row.hostname)
    if (upstream.isBanned) this.#leave(known)
    else if (!known.ending) this.#follow(known)
  }

  #leave(known: KnownHost): void {
    known.ending?.abort(new Error('the host is not followed any more'))
    known.ending = undefined
  }

  #follow(known: KnownHost): void {
    const {upstream, row} = known
    const ending = new AbortController()
    known.ending = ending
    this.#options.tasks.spawn(`host ${row.hostname}`, async signal => {
      try {
        await upstream.run(AbortSignal.any([signal, ending.signal]))
      } catch (error) {
        // Whoever ended it knows.
        if (!ending.signal.aborted) throw error
      }
    })
  }
}

const domainOf = (hostname: string): string => (isLocal(hostname) ? hostname : siteOf(hostname))
