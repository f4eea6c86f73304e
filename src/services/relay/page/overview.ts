/** What the page of a relay shows, gathered: hosts with most failures first, and what was refused by reason. */
import {hostDetail, type HostView} from '../hosts/host-view.ts'
import type {Hosts} from '../hosts/hosts.ts'
import {refusalReasons, type Refusals} from '../intake/refusals.ts'
import type {DomainBans} from '../operator/domain-bans.ts'
import type {OperatorValues} from '../operator/settings.ts'
import type {Consumer, Consumers} from '../consumers.ts'
import type {RelayStore, SyncStage} from '../store/relay-store.ts'

export interface ShownHost {
  readonly hostname: string
  readonly status: HostView['status']
  /** What it waits for. */
  readonly waitsFor: string | undefined
  readonly seq: number
  readonly accounts: number
  readonly events: number
  readonly stage: SyncStage
  /** Part of its newest commits. */
  readonly failureRate: number | undefined
  /** How often each reason came, and of which part of its events, the most frequent first. */
  readonly refused: readonly (readonly [reason: string, count: number, part: number])[]
}

export interface Shown {
  readonly hosts: readonly ShownHost[]
  readonly consumers: readonly Consumer[]
  /** `part` is that of all that came. */
  readonly reasons: readonly {
    readonly reason: string
    readonly times: number
    readonly part: number
    readonly about: string
  }[]
  readonly bans: readonly {readonly domain: string; readonly isConfigured: boolean}[]
  readonly asksOpen: boolean
  readonly newHostsPerDayMax: number
  readonly takedowns: number
  readonly newestSeq: number
  /** Since the page was looked at before, or over some seconds. */
  readonly eventsPerSecond: number
}

interface Options {
  readonly hosts: Pick<Hosts, 'all'>
  readonly store: Pick<RelayStore, 'accountCounts'>
  readonly refusals: Pick<Refusals, 'of'>
  readonly consumers: Pick<Consumers, 'all'>
  readonly bans: Pick<DomainBans, 'list' | 'isConfigured'>
  readonly settings: OperatorValues
  readonly takedowns: {readonly count: number}
  readonly newestSeq: () => number
  readonly now: () => number
}

/** A rate is taken over this long at least, and over less than twice as long. */
const paceMs = 5_000

export class Overview {
  readonly #options: Options
  /** When how many events had been passed on, the last two looks that lie far enough apart. */
  #looks: {readonly ms: number; readonly seq: number}[]

  constructor(options: Options) {
    this.#options = options
    this.#looks = [{ms: options.now(), seq: options.newestSeq()}]
  }

  async show(): Promise<Shown> {
    const {hosts, store, refusals, consumers, bans, settings, takedowns, newestSeq} = this.#options
    const all = hosts.all()
    const counts = await store.accountCounts(all.map(({id}) => id))
    const reasons = new Map<keyof typeof refusalReasons, number>()
    let events = 0
    const shown = all.map((host): ShownHost => {
      const found = refusals.of(host.hostname)
      for (const [reason, {count}] of found) reasons.set(reason, (reasons.get(reason) ?? 0) + count)
      events += host.eventCount
      const {status, accountCount, waitsFor, sync} = hostDetail(host, counts, found)
      const refused = [...found].map(
        ([reason, {count}]) => [reason, count, count / Math.max(1, host.eventCount)] as const,
      )
      return {
        hostname: host.hostname,
        status,
        waitsFor,
        seq: host.seq,
        accounts: accountCount,
        events: host.eventCount,
        stage: sync.stage,
        failureRate: sync.failureRate,
        refused: refused.toSorted(([, a], [, b]) => b - a),
      }
    })
    return {
      hosts: shown.toSorted((a, b) => refusedOf(b) - refusedOf(a)),
      consumers: consumers.all(),
      reasons: [...reasons]
        .map(([reason, times]) => ({
          reason,
          times,
          part: events === 0 ? 0 : times / events,
          about: refusalReasons[reason],
        }))
        .toSorted((a, b) => b.times - a.times),
      bans: bans.list().map(domain => ({domain, isConfigured: bans.isConfigured(domain)})),
      asksOpen: settings.requestCrawl,
      newHostsPerDayMax: settings.newHostsPerDayMax,
      takedowns: takedowns.count,
      newestSeq: newestSeq(),
      eventsPerSecond: this.#pace(),
    }
  }

  #pace(): number {
    const look = {ms: this.#options.now(), seq: this.#options.newestSeq()}
    const newest = this.#looks[this.#looks.length - 1]
    if (look.ms - newest.ms >= paceMs) this.#looks = [newest, look]
    const [before] = this.#looks
    // A clock that was put back tells nothing.
    return look.ms > before.ms ? (look.seq - before.seq) / ((look.ms - before.ms) / 1_000) : 0
  }
}

const refusedOf = ({refused}: ShownHost): number => refused.reduce((sum, [, count]) => sum + count, 0)
