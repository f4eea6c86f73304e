/** How a Tap gets on, for people and for metrics. */
import type {Metrics} from '#runtime/health/metrics.ts'
import type {Cursor} from '#stream/verified-events.ts'
import type {Filters} from './filters.ts'
import type {Outbox} from './outbox/outbox.ts'
import {skipReasons, type SkipReason, type TapStore} from './store/tap-store.ts'

export interface Shown {
  readonly repos: number
  readonly records: number
  readonly states: Readonly<Record<string, number>>
  readonly resyncing: number
  /** A second, over the last few. */
  readonly rates: Rates
  readonly faults: readonly {readonly reason: string; readonly count: number}[]
  readonly outbox: {readonly waiting: number; readonly inMemory: number; readonly isFull: boolean}
  readonly consumers: readonly {about: string; inFlight: number; acknowledged: number}[]
  readonly delivered: number
  readonly acknowledged: number
  readonly cursor: Cursor | null
  readonly upstream: string
  readonly connected: boolean
  /** How old the newest event was when it was dealt with; null before the first. */
  readonly lagMs: number | null
  readonly skipped: Readonly<Record<string, number>>
  readonly fullNetwork: boolean
  readonly collections: readonly string[]
  readonly signals: readonly string[]
}

interface Rates {
  readonly received: number
  readonly delivered: number
  readonly acknowledged: number
}

/** Rates are of at least so long. */
const rateMs = 1_000
const faultsShown = 10

interface Deps {
  readonly now: () => number
  readonly store: TapStore & {readonly resyncing: number}
  readonly outbox: Outbox
  readonly filters: Filters
  readonly relay: string
}

export class Progress {
  received = 0
  delivered = 0
  acknowledged = 0
  isConnected = false
  cursor: Cursor | undefined
  lagMs: number | null = null
  readonly #deps: Deps
  #before: Rates & {readonly atMs: number}
  #rates: Rates = {received: 0, delivered: 0, acknowledged: 0}

  constructor(deps: Deps) {
    this.#deps = deps
    this.#before = {...this.#rates, atMs: deps.now()}
  }

  /** How much has come and gone a second since this was asked last, or the time before that. */
  #ratesNow(): Rates {
    const {received, delivered, acknowledged} = this
    const now = {received, delivered, acknowledged, atMs: this.#deps.now()}
    const before = this.#before
    const seconds = (now.atMs - before.atMs) / 1_000
    if (seconds * 1_000 < rateMs) return this.#rates
    this.#before = now
    return (this.#rates = {
      received: Math.round((received - before.received) / seconds),
      delivered: Math.round((delivered - before.delivered) / seconds),
      acknowledged: Math.round((acknowledged - before.acknowledged) / seconds),
    })
  }

  /** How far the stream was dealt with, now or before this start; `undefined` where that was never. */
  async position(): Promise<Cursor | undefined> {
    const {store, relay} = this.#deps
    return this.cursor ?? (await store.cursor(relay))
  }

  async cursors(): Promise<{firehose: number; list_repos: string}> {
    const {store, relay, filters} = this.#deps
    const firehose = (await this.position()) ?? 0
    const [signal] = filters.settings.signals
    if (!filters.discovers) return {firehose, list_repos: ''}
    const list = filters.settings.fullNetwork ? relay : `${relay} ${signal}`
    return {firehose, list_repos: (await store.listed(list)) ?? ''}
  }

  async show(): Promise<Shown> {
    const {store, outbox, filters, relay} = this.#deps
    // All at once, so that they are counted once.
    const counting = [store.counts(), store.states(), store.faults(faultsShown)] as const
    const [{repos, records}, states, faults] = await Promise.all(counting)
    return {
      repos,
      records,
      states: Object.fromEntries(states),
      resyncing: store.resyncing,
      rates: this.#ratesNow(),
      faults,
      outbox: {waiting: outbox.waiting, inMemory: outbox.inMemory, isFull: outbox.isFull},
      consumers: outbox.consumers.map(({about, inFlight, acknowledged}) => ({about, inFlight, acknowledged})),
      delivered: this.delivered,
      acknowledged: this.acknowledged,
      cursor: (await this.position()) ?? null,
      upstream: relay,
      connected: this.isConnected,
      lagMs: this.lagMs,
      skipped: Object.fromEntries(store.skipped ?? []),
      ...filters.settings,
    }
  }

  /** The numbers, by the names that the official Tap gives them where it has them. */
  observe(metrics: Metrics): void {
    const {outbox, store} = this.#deps
    const gauge = (name: string, help: string, read: () => number): void => metrics.gauge(name, help, {}, read)
    gauge('tap_firehose_last_seq', 'The newest event of the relay that is dealt with.', () => this.cursor ?? 0)
    gauge('tap_event_cache_size', 'Events that wait in memory to be acknowledged.', () => outbox.inMemory)
    gauge('tap_outbox_waiting', 'Events that wait to be acknowledged.', () => outbox.waiting)
    gauge('tap_consumers', 'Consumers that are connected.', () => outbox.consumers.length)
    gauge('tap_acks_ignored', 'Acknowledgements of events that the consumer was not given.', () => outbox.strays)
    gauge('tap_resyncing', 'Repositories that are being fetched.', () => store.resyncing)
    for (const reason of skipReasons) {
      metrics.gauge('tap_skipped', 'What the network sent and was not told of.', {reason}, () =>
        skippedOf(store, reason),
      )
    }
  }
}

const skippedOf = ({skipped}: TapStore, reason: SkipReason): number => skipped.get(reason) ?? 0
