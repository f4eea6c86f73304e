/**
 * Numbers of a PDS that no call shows: how many accounts it has and how they stand, how far its events are, how full its
 * disk is, whether relays and mail servers take what they are told. What has to be counted in the database is counted
 * once a minute, and not at each look.
 */
import {statfsSync, statSync} from 'node:fs'
import {dirname, resolve} from 'node:path'
import type {World} from '#std/world.ts'
import type {Metrics} from '#runtime/health/metrics.ts'
import type {PdsConfig} from './config.ts'
import type {AccountStore} from './store/accounts/account-store.ts'
import type {EventStore} from './store/events/event-store.ts'

const everyMs = 60_000

export interface PdsNumbersOptions {
  config: Pick<PdsConfig, 'database'>
  metrics: Metrics
  accounts: Pick<AccountStore, 'counts'>
  events: Pick<EventStore, 'bounds'>
  world: Pick<World, 'sleep'>
}

export class PdsNumbers {
  readonly #options: PdsNumbersOptions
  readonly mailed: (isSent: boolean) => void
  readonly relayTold: (relay: string, isTaken: boolean) => void
  #accounts = {active: 0, deactivated: 0, takendown: 0}
  #events = {first: 0, last: 0}

  constructor(options: PdsNumbersOptions) {
    this.#options = options
    const {metrics, config} = options
    const mails = metrics.counter('pds_mails_total', 'Mails, by whether the mail server took them.', ['outcome'])
    this.mailed = isSent => mails.add(1, {outcome: isSent ? 'sent' : 'failed'})
    const help = 'Relays told of this server (requestCrawl), by whether they took it.'
    const told = metrics.counter('pds_relays_told_total', help, ['relay', 'outcome'])
    this.relayTold = (relay, isTaken) => told.add(1, {relay, outcome: isTaken ? 'taken' : 'failed'})
    for (const status of ['active', 'deactivated', 'takendown'] as const) {
      metrics.gauge('pds_accounts', 'Accounts, by how they stand.', {status}, () => this.#accounts[status])
    }
    metrics.gauge('pds_first_seq', 'The oldest event that is kept; 0 when none is.', {}, () => this.#events.first)
    metrics.gauge('pds_last_seq', 'The newest event.', {}, () => this.#events.last)
    const path = databaseFile(config)
    if (path === undefined) return
    metrics.gauge('pds_database_bytes', 'The database file.', {}, () => sizeOf(path))
    metrics.gauge('pds_wal_bytes', 'Changes that are to be folded into it.', {}, () => sizeOf(`${path}-wal`))
    metrics.gauge('pds_disk_free_bytes', 'Room on the disk of the database.', {}, () => freeBeside(path))
  }

  /** Counts anew each minute, until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const {accounts, events, world} = this.#options
    for (;;) {
      this.#accounts = await accounts.counts()
      this.#events = await events.bounds()
      await world.sleep(everyMs, signal)
    }
  }
}

export interface DiskUse {
  /** The database, and the changes that are to be folded into it. */
  database: number
  wal: number
  /** Room on its disk. */
  free: number
}

/** What the database takes up, in bytes; undefined for one that is in memory. */
export function diskUse(config: Pick<PdsConfig, 'database'>): DiskUse | undefined {
  const path = databaseFile(config)
  return path === undefined ? undefined : {database: sizeOf(path), wal: sizeOf(`${path}-wal`), free: freeBeside(path)}
}

const databaseFile = ({database}: Pick<PdsConfig, 'database'>): string | undefined =>
  database.startsWith('sqlite:') ? resolve(database.slice('sqlite:'.length)) : undefined

function freeBeside(path: string): number {
  const {bavail, bsize} = statfsSync(dirname(path))
  return bavail * bsize
}

const sizeOf = (path: string): number => statSync(path, {throwIfNoEntry: false})?.size ?? 0
