/** Counts what is not passed on, by its reason. Every reason is one that an operator can look up. */
import {verifyReasons} from '#atp/sync/verify.ts'
import type {Log} from '#std/log.ts'
import type {Counter, Metrics} from '#runtime/metrics.ts'

const ownReasons = {
  'not-binary': 'A text message, where the firehose has none.',
  'error-frame': 'The server ended its stream by an error.',
  'unknown-type': 'A message of a type that is not known here.',
  'repeated-seq': 'The sequence number is not above the one before.',
  'identity-unresolved': 'The DID of the account could not be resolved.',
  'no-signing-key': 'The DID document of the account names no signing key.',
  'wrong-host': 'The account lives on another server than the one that sent the event.',
  'account-inactive': 'The account is deactivated, taken down or deleted, as its server has said.',
} as const

/** Every reason for which a relay does not pass an event on, with its explanation. */
const refusalReasons = {...verifyReasons, ...ownReasons} as const
export type RefusalReason = keyof typeof refusalReasons

export class Refusals {
  readonly #log: Log
  readonly #byReason: Counter
  readonly #byHost: Counter

  constructor(metrics: Metrics, log: Log) {
    this.#log = log
    this.#byReason = metrics.counter('relay_refused_total', 'Events not passed on, by reason.', ['reason'])
    this.#byHost = metrics.counter('relay_refused_by_host_total', 'Events not passed on, by host.', ['host'])
  }

  count(hostname: string, reason: RefusalReason, detail: string): void {
    this.#byReason.add(1, {reason})
    this.#byHost.add(1, {host: hostname})
    this.#log.debug('event refused', {host: hostname, reason, detail, why: refusalReasons[reason]})
  }
}
