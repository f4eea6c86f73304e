/**
 * The index of what is public, as it is written: what a batch of events does to it is one act, and so is what is done to
 * a repository that is fetched (`#stream/resync-store.ts`). What records mean, whom they count for and who is told of them,
 * is said by `../index/`; a store holds it to the rules of `index-store.contract.ts`. It has one writer at a time.
 */
import type {Did} from '#atp/syntax/did.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import type {ResyncStore} from '#stream/resync-store.ts'
import type {Cursor, StreamEvent} from '#stream/verified-events.ts'

/** Why a commit or a record was not indexed. */
export const skipReasons = [
  'replayed',
  'account-deleted',
  'missing-block',
  'no-record',
  'bad-record-key',
  'invalid',
] as const
export type SkipReason = (typeof skipReasons)[number]

export interface IndexStore extends ResyncStore {
  /** The last event of a service that was applied; `undefined` before the first. */
  cursor(service: string): Promise<Cursor | undefined>
  /**
   * Applies events of `service` in their order, and notes where it stands after them. A commit that was applied before is
   * known by its revision, so applying events twice changes nothing. What events cannot tell is noted as due. Resolves
   * once that is durable; one call at a time. Where an account is deleted, what it has goes in acts before that of the
   * rest, each of which may be done again.
   */
  apply(service: string, events: readonly StreamEvent[], cursor: Cursor): Promise<Applied>
  /**
   * Gives an account its handle, or none when it has not been confirmed, and says when to look again. The newest
   * confirmation wins: who had the handle before is without one, and due. `seenDueMs` is since when it was due when the
   * look began: if it has become due again meanwhile, what was seen may be old, and it stays due.
   */
  setHandle(did: Did, handle: Handle | null, dueMs: number, seenDueMs?: number): Promise<void>
  /** Accounts whose handle is to be looked at, and since when, longest due first. */
  handlesDue(limit: number): Promise<readonly HandleDue[]>
  /** Notes the pictures of some records that are older than this was kept; true while there are more. */
  notePictures(): Promise<boolean>
  /** Commits and records that were left out since the start, by reason. */
  readonly skipped: ReadonlyMap<SkipReason, number>
}

export interface HandleDue {
  readonly did: Did
  /** Milliseconds since 1970. */
  readonly dueMs: number
}

export interface Applied {
  /** Whether the handle of an account is due by it. */
  readonly handlesDue: boolean
}
