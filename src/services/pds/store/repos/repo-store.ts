/** What a PDS keeps of repositories: their blocks and records. Each change is one act with the event that tells of it. */
import type {BlobUse} from '#atp/data/blob-uses.ts'
import type {Cid} from '#atp/data/cid.ts'
import type {Block} from '#atp/mst/blocks.ts'
import type {CommitEvent} from '#atp/sync/event.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import type {Tid} from '#atp/syntax/tid.ts'
import type {RefusedBlob} from './blob-row-store.ts'
import type {JoinedRecords, StoredRecord} from './joined-records.ts'
import type {Refused, Result} from '#std/result.ts'

export interface RepoHead {
  /** The commit. */
  root: Cid
  data: Cid
  rev: Tid
}

/** One commit with all that changes by it. */
export interface RepoCommit {
  did: Did
  /** The commit it follows; null makes the repository. */
  prev: Cid | null
  head: RepoHead
  /** Commit and nodes that are new, and those that fall away. */
  newNodes: readonly Block[]
  oldNodes: readonly Cid[]
  put: readonly (StoredRecord & {
    /** Whether nothing was at this path before. */
    isNew: boolean
    /** What the record refers to. */
    blobs: readonly BlobUse[]
    /** What a like, repost, follow or block is about. */
    subject: string | undefined
  })[]
  deleted: readonly string[]
  /** The event for the firehose but for its `seq`, which the store gives it. */
  event: Omit<CommitEvent, 'seq'>
}

export interface RecordPage {
  collection: Nsid
  /** Record key that the page begins after. */
  after: string | undefined
  limit: number
  /** Oldest key first. */
  ascending: boolean
}

/** What became of a commit. `stale`: the repository is no longer at `prev`. */
export type Committed =
  /** `unsettled`: blobs whose bytes must follow. */
  Result<{unsettled: readonly Cid[]}, Refused<'stale'> | RefusedBlob>

export interface RepoStore {
  /** Another number after any change of what is kept: for as long as it is the same, so is every answer. */
  version(): number
  head(did: Did): Promise<RepoHead | undefined>
  /** Commit, nodes and records by CID. What is missing is left out. */
  blocks(did: Did, cids: readonly Cid[]): Promise<Block[]>
  /** Writes a commit, its records, what becomes of blobs by it, and its event, in one act; or nothing. */
  commit(change: RepoCommit): Promise<Committed>
  /** A record, unless it was taken down. */
  record(did: Did, path: string): Promise<StoredRecord | undefined>
  /** Whether the record that is at `path` was taken down, and why; undefined when there is none. */
  recordTakedown(did: Did, path: string): Promise<{cid: Cid; ref: string | null} | undefined>
  /** Hides what is at `path` from those who read single records, or with null lets it be seen again. */
  setRecordTakedown(did: Did, path: string, ref: string | null): Promise<void>
  /** Those that were not taken down. `isCut`: there are fewer than asked for because they are large. */
  records(did: Did, page: RecordPage): Promise<{records: JoinedRecords; isCut: boolean}>
  /** Of the newest record keys of `collection` up to `limit` whose commits came after `since`, newest first. */
  recent(did: Did, collection: Nsid, since: Tid, limit: number): Promise<(StoredRecord & {rev: Tid})[]>
  /** Names of the collections that have a record, ascending: the first thousand. */
  collections(did: Did): Promise<Nsid[]>
  /** Paths of the records of `collection` that are about `subject`. */
  about(did: Did, collection: Nsid, subject: string): Promise<string[]>
  /** The whole repository as a CAR in preorder, or what is newer than `since`, in chunks. */
  export(did: Did, since: Tid | undefined, signal: AbortSignal): AsyncIterable<Uint8Array>
}
