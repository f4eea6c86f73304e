/**
 * Which repositories have records of which collections, and of which that is to be asked of their servers. What changes
 * of it is saved with the states of the repositories, in the same act (`relay-store.ts`).
 */
import type {Did} from '#atp/syntax/did.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'

/** Collections that are kept of one account: whoever has more has them made up. */
export const collectionsPerRepoMax = 1_000

export interface ListedRepo {
  /** In the order in which they were first seen. */
  readonly id: number
  readonly did: Did
  readonly active: boolean
}

/** A repository whose server is to be asked for its collections. */
export interface Lookup {
  readonly id: number
  readonly did: Did
  /** The id of the host that the account was on when this was noted. */
  readonly host: number
  /** How often it was asked in vain. */
  readonly tries: number
}

export interface CollectionStore {
  /** Up to `limit` repositories that have records of a collection, active or not, after the one with this id. */
  reposWith(collection: Nsid, after: number, limit: number): Promise<readonly ListedRepo[]>
  /**
   * What is to be asked first of the first host after the one with this id that has something due, for which it looks
   * at some hundreds of hosts; else the host that it came to, or `undefined` where there are no more.
   */
  nextLookup(afterHost: number, nowMs: number): Promise<{readonly host: number; readonly lookup?: Lookup} | undefined>
  /** Asks again at that time, or never. */
  postpone(id: number, dueMs: number | null): Promise<void>
  /** Repositories that are to be asked about. */
  lookupCount(): Promise<number>
}
