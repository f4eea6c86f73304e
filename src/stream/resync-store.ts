/**
 * The view's side of fetching repositories (`resync.ts`): which are due, and how what was fetched gets in. The records
 * come in pieces, before anything of them is to be believed, so they are kept apart; commits go on meanwhile. Once all was
 * verified, the difference is applied as if events had brought it. A repository stays due until then, so dying between
 * loses nothing.
 */
import type {Cid} from '#atp/data/cid.ts'
import type {Did} from '#atp/syntax/did.ts'

/** A repository as a service lists it. */
export interface ListedRepo {
  readonly did: Did
  readonly rev: string
  readonly active?: boolean
  readonly status?: string
}

/** A record of a repository that is being fetched. */
export interface FetchedRecord {
  readonly collection: string
  readonly rkey: string
  readonly cid: Cid
  readonly bytes: Uint8Array
}

/** A repository that is to be fetched. */
export interface DueRepo {
  readonly did: Did
  /** How often that has failed. */
  readonly tries: number
}

export interface ResyncStore {
  /** How far the list of this service's repositories has been noted; null once all are, `undefined` before the first. */
  listed(service: string): Promise<string | null | undefined>
  /** Notes a page of a service's repositories: those that the view has not, or not as new, are due. */
  note(service: string, repos: readonly ListedRepo[], cursor: string | null): Promise<void>
  /** Repositories to be fetched, longest due first. */
  due(limit: number): Promise<readonly DueRepo[]>
  /** Makes ready for the records of a repository, and forgets what was left of an earlier fetch. */
  begin(did: Did): Promise<void>
  /**
   * Keeps records of a repository that is being fetched, in the order of its tree; those of types that the view knows not may
   * be left out. Their bytes and CIDs are lent, and others once this has resolved.
   */
  stage(did: Did, records: readonly FetchedRecord[]): Promise<void>
  /**
   * Puts in place what was staged: the view has then what the repository had at `rev`, and what commits after it did.
   * `behind` when the view had got further than `rev` before the fetch began, and `gone` when the account was deleted
   * meanwhile; then nothing is changed.
   */
  finish(did: Did, rev: string): Promise<'done' | 'behind' | 'gone'>
  /** Leaves a repository until `dueMs`; nothing is wrong with it. What was begun of it is forgotten. */
  putOff(did: Did, dueMs: number): Promise<void>
  /** Gives up on a repository until `dueMs`; `reason` says why, for people. */
  postpone(did: Did, dueMs: number, reason?: string): Promise<void>
}
