/**
 * How many accounts of one host are passed on: of those that are active, so that who has left, or was thrown out, takes
 * nobody's place. The limit grows by itself: it is doubled for each day since the host was added, as long as the host
 * keeps Sync 1.1 (`ratchet.ts`). One that has not shown that it does stays where it began. The operator may set it.
 */
import type {SyncStage} from '../store/relay-store.ts'

const dayMs = 86_400_000
/** Beyond it no limit grows by itself. */
const grownMax = 1_000_000
/** From this part of its limit on a host is said to come near it. */
const nearPart = 0.8

export interface AccountLimitOptions {
  /** What every host has at first; Infinity for one that is trusted. */
  readonly base: number
  /** When the host was added, in milliseconds since 1970. */
  readonly addedMs: number
  readonly stage: () => SyncStage
  readonly now: () => number
}

export class AccountLimit {
  readonly #options: AccountLimitOptions
  /** What the operator has set; null for nothing. */
  set: number | null
  /** Active accounts of the host, as far as is known. */
  active = 0

  constructor(options: AccountLimitOptions, set: number | null) {
    this.#options = options
    this.set = set
  }

  /** Infinity where there is none. */
  get max(): number {
    const {base, addedMs, stage, now} = this.#options
    if (this.set !== null) return this.set
    if (stage() === 'observe' || base >= grownMax) return base
    const days = Math.max(0, Math.floor((now() - addedMs) / dayMs))
    return Math.min(base * 2 ** days, grownMax)
  }

  get room(): number {
    return Math.max(0, this.max - this.active)
  }

  get isNear(): boolean {
    return this.active >= this.max * nearPart
  }
}
