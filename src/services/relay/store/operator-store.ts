/**
 * What the operator of a relay has said while it ran: domains that are banned, accounts that were taken down, and
 * settings that go over those of the configuration. What is said of a host stands in its row (`relay-store.ts`).
 */
import type {Did} from '#atp/syntax/did.ts'

/** What the account's host says of it, behind a takedown. */
export interface HostSaid {
  readonly active: boolean
  readonly status: string | null
}

export interface Takedown extends HostSaid {
  /** In the order in which they were made. */
  readonly id: number
  readonly did: Did
}

/** A setting, and the value in the configuration that it goes over: once that is another, it counts no more. */
export interface StoredSetting {
  readonly name: string
  readonly value: string
  readonly over: string
}

export interface OperatorStore {
  domainBans(): Promise<readonly string[]>
  banDomain(domain: string, nowMs: number): Promise<void>
  unbanDomain(domain: string): Promise<void>
  /** Up to `limit` of those after the one with this id, in the order in which they were made. */
  takedowns(after: number, limit: number): Promise<readonly Takedown[]>
  /** Of an account that was taken down already, nothing changes. */
  takeDown(did: Did, said: HostSaid, nowMs: number): Promise<void>
  /** Of an account that was not taken down, nothing is noted. */
  hostSaid(did: Did, said: HostSaid): Promise<void>
  reverseTakedown(did: Did): Promise<void>
  settings(): Promise<readonly StoredSetting[]>
  set(setting: StoredSetting): Promise<void>
}
