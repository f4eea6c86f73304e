/**
 * Counts what is not passed on, by its reason. Every reason is one that an operator can look up. Of each host it is
 * known how often each came and what the last was, and the first of each is told at warn level: once, so that a host
 * cannot fill a log. Hosts are those that are followed, and reasons are those of the table, so all of it is bounded.
 */
import {verifyReasons} from '#atp/sync/verify.ts'
import type {Log} from '#std/log.ts'
import type {Counter, Metrics} from '#runtime/health/metrics.ts'

const ownReasons = {
  'not-binary': 'A text message, where the firehose has none.',
  'error-frame': 'The server ended its stream by an error.',
  'unknown-type': 'A message of a type that is not known here.',
  'repeated-seq': 'The sequence number is not above the one before.',
  'identity-unresolved': 'The DID of the account could not be resolved.',
  'no-signing-key': 'The DID document of the account names no signing key.',
  'wrong-host': 'The account lives on another server than the one that sent the event.',
  'account-inactive': 'The account is deactivated, taken down or deleted, as its server has said.',
  'taken-down': 'The account was taken down here, by whoever runs this relay.',
  'host-full': 'The account is new, and its server has as many active ones as it may have.',
  'account-unchanged': 'An #account event says what the last one of the account said.',
  'identity-unchanged': 'An #identity event came again, and nothing of the identity has changed since.',
} as const

/** What a host that keeps Sync 1.1 does not do: by this it is measured (`hosts/ratchet.ts`). */
export const syncFaults: ReadonlySet<RefusalReason> = new Set([
  'prev-data-missing',
  'op-prev-missing',
  'duplicate-op-path',
  'record-missing',
  'op-mismatch',
  'node-missing',
  'node-malformed',
  'inversion-mismatch',
  'since-not-before-rev',
  'since-mismatch',
  'prev-data-mismatch',
])

/** Every reason for which a relay does not pass an event on, with its explanation. */
export const refusalReasons = {...verifyReasons, ...ownReasons} as const
export type RefusalReason = keyof typeof refusalReasons

/** What was refused of a host for one reason. */
export interface Refused {
  readonly count: number
  /** Of the last one: a sentence. */
  readonly detail: string
}

const detailLengthMax = 300

export class Refusals {
  readonly #log: Log
  readonly #byReason: Counter
  readonly #byHost: Counter
  readonly #came: Counter
  readonly #hosts = new Map<string, Map<RefusalReason, Refused>>()

  constructor(metrics: Metrics, log: Log) {
    this.#log = log
    this.#byReason = metrics.counter('relay_refused_total', 'Events not passed on, by reason.', ['reason'])
    this.#byHost = metrics.counter('relay_refused_by_host_total', 'Events not passed on, by host and reason.', [
      'host',
      'reason',
    ])
    this.#came = metrics.counter('relay_events_by_host_total', 'Events that came, by host.', ['host'])
  }

  /** So many messages of a host came, of which those that are refused are a part. */
  came(hostname: string, count: number): void {
    this.#came.add(count, {host: hostname})
  }

  /** `hostname` is that of a host that is followed. */
  count(hostname: string, reason: RefusalReason, detail: string): void {
    this.#byReason.add(1, {reason})
    this.#byHost.add(1, {host: hostname, reason})
    let host = this.#hosts.get(hostname)
    if (!host) this.#hosts.set(hostname, (host = new Map()))
    const before = host.get(reason)?.count ?? 0
    host.set(reason, {count: before + 1, detail: detail.slice(0, detailLengthMax)})
    const fields = {host: hostname, reason, detail, why: refusalReasons[reason]}
    if (before > 0) this.#log.debug('event refused', fields)
    else this.#log.warn('event refused, the first of this host for this reason', fields)
  }

  /** What was refused of a host since the start. */
  of(hostname: string): ReadonlyMap<RefusalReason, Refused> {
    return this.#hosts.get(hostname) ?? new Map()
  }
}
