/**
 * Tells the operator, in the log, of hosts that come near the limit of their accounts, and again every few hours while
 * they do; and once of those that do no more. A sibling that has told already says so, and then nothing is said here.
 */
import type {Log} from '#std/log.ts'
import type {World} from '#std/world.ts'
import type {KnownHost} from './hosts.ts'

const everyMs = 5 * 60_000
const repeatMs = 6 * 3_600_000

/** That a host is near its limit, or that it is not any more. */
export const alertKinds = ['warning', 'recovery'] as const
export type AlertKind = (typeof alertKinds)[number]

interface Deps {
  readonly known: () => readonly Readonly<KnownHost>[]
  readonly world: Pick<World, 'now' | 'sleep'>
  readonly log: Log
}

export class LimitAlerts {
  readonly #deps: Deps
  /** Of hosts that are near, by hostname: when that was told. */
  readonly #told = new Map<string, number>()

  constructor(deps: Deps) {
    this.#deps = deps
  }

  /** When it was last told of a host that it is near, in milliseconds since 1970. */
  toldMs(hostname: string): number | undefined {
    return this.#told.get(hostname)
  }

  /** Somebody else has told of a host, now unless it is said when. Of one that is not known nothing is kept. */
  sent(kind: AlertKind, hostname: string, atMs = this.#deps.world.now()): void {
    if (kind === 'recovery') this.#told.delete(hostname)
    else if (this.#deps.known().some(({row}) => row.hostname === hostname))
      this.#told.set(hostname, Math.max(atMs, this.#told.get(hostname) ?? 0))
  }

  async run(signal: AbortSignal): Promise<void> {
    for (;;) {
      await this.#deps.world.sleep(everyMs, signal)
      for (const host of this.#deps.known()) this.#look(host)
    }
  }

  #look({row: {hostname, alertsSilenced}, upstream: {accountLimit, isBanned}}: Readonly<KnownHost>): void {
    const {world, log} = this.#deps
    const {active, max, isNear} = accountLimit
    const toldMs = this.#told.get(hostname)
    if (alertsSilenced || isBanned) return void this.#told.delete(hostname)
    if (!isNear && toldMs === undefined) return
    const now = world.now()
    const about = {host: hostname, active, limit: max}
    if (!isNear) {
      this.#told.delete(hostname)
      log.info('a host is not near the limit of its accounts any more', about)
    } else if (toldMs === undefined || Math.abs(now - toldMs) >= repeatMs) {
      this.#told.set(hostname, now)
      log.warn('a host comes near the limit of its accounts', about)
    }
  }
}
