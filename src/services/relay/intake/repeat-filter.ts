/**
 * What consumers were last told of an account, so that it is not told again. An `#account` that says what the last one
 * said is a repeat. An `#identity` is one when the document and the handle are as they were at the last: but it asks
 * consumers to look for themselves, and a directory may answer late, so after some minutes it counts again, and so it does
 * once the account's status has changed.
 *
 * Held in memory, for the accounts of which this was last of use: what is forgotten is told once more.
 */
import type {Did} from '#atp/syntax/did.ts'
import {Lru} from '#engines/cache/lru.ts'

const identityRepeatMs = 10 * 60_000

interface Last {
  account?: string
  identity?: string
  identityMs: number
}

export class RepeatFilter {
  readonly #last: Lru<Did, Last>
  readonly #now: () => number

  constructor({countMax, now}: {countMax: number; now: () => number}) {
    this.#last = new Lru({countMax, now})
    this.#now = now
  }

  /** Whether consumers have this from the last `#account` event. `state` says all of it: host, activity and reason. */
  isRepeatedAccount(did: Did, state: string): boolean {
    return this.#last.get(did)?.account === state
  }

  /** Whether consumers were told of this identity some minutes ago or less. `state` says all that can change. */
  isRepeatedIdentity(did: Did, state: string): boolean {
    const last = this.#last.get(did)
    if (last?.identity !== state) return false
    const ageMs = this.#now() - last.identityMs
    return ageMs >= 0 && ageMs < identityRepeatMs
  }

  passedAccount(did: Did, state: string): void {
    this.#set(did, {account: state, identity: undefined})
  }

  passedIdentity(did: Did, state: string): void {
    this.#set(did, {identity: state, identityMs: this.#now()})
  }

  #set(did: Did, changes: Partial<Last>): void {
    this.#last.set(did, {...(this.#last.get(did) ?? {identityMs: 0}), ...changes})
  }
}
