/** What a PDS keeps of repositories: their blocks and records, and the firehose events that tell of them. */
import type {Cid} from '#atp/data/cid.ts'
import type {Block} from '#atp/mst/blocks.ts'
import type {CommitEvent} from '#atp/sync/event.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import type {Tid} from '#atp/syntax/tid.ts'

export interface RepoHead {
  /** The commit. */
  root: Cid
  data: Cid
  rev: Tid
}

export interface StoredRecord {
  /** `collection/rkey` */
  path: string
  cid: Cid
  bytes: Uint8Array
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
    /** Blobs that the record refers to; all of them have been kept. */
    blobs: readonly Cid[]
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

/** A blob that an account has uploaded. */
export interface BlobRow {
  cid: Cid
  mimeType: string
  /** Bytes. */
  size: number
  /** Where the bytes wait until a record refers to them; null once they are kept. */
  stage: string | null
  uploadedMs: number
  takedownRef: string | null
}

export interface EventPage {
  /** Of the last frame; what was asked for when there is none. */
  lastSeq: number
  frames: readonly Uint8Array[]
}

export interface RepoStore {
  head(did: Did): Promise<RepoHead | undefined>
  /** The private key (k256, 32 bytes) that signs the repository. */
  signingKey(did: Did): Promise<Uint8Array | undefined>
  /** Commit, nodes and records by CID. What is missing is left out. */
  blocks(did: Did, cids: readonly Cid[]): Promise<Block[]>
  /** Writes a commit, its records and its event in one act. `stale`: the repository is no longer at `prev`. */
  commit(change: RepoCommit): Promise<'done' | 'stale'>
  record(did: Did, path: string): Promise<StoredRecord | undefined>
  records(did: Did, page: RecordPage): Promise<StoredRecord[]>
  /** Of the newest record keys of `collection` up to `limit` whose commits came after `since`, newest first. */
  recent(did: Did, collection: Nsid, since: Tid, limit: number): Promise<(StoredRecord & {rev: Tid})[]>
  /** Names of the collections that have a record, ascending: the first thousand. */
  collections(did: Did): Promise<Nsid[]>
  /** Paths of the records of `collection` that are about `subject`. */
  about(did: Did, collection: Nsid, subject: string): Promise<string[]>
  /** The whole repository as a CAR in preorder, or what is newer than `since`, in chunks. */
  export(did: Did, since: Tid | undefined, signal: AbortSignal): AsyncIterable<Uint8Array>
  addBlob(did: Did, blob: Omit<BlobRow, 'takedownRef'>): Promise<void>
  blob(did: Did, cid: Cid): Promise<BlobRow | undefined>
  /** Hides a blob from everyone, or with null lets it be seen again. */
  setBlobTakedown(did: Did, cid: Cid, ref: string | null): Promise<void>
  /** The bytes are in the blob store for good now. */
  markKept(did: Did, cids: readonly Cid[]): Promise<void>
  /** CIDs of the blobs that records refer to, of commits after `since`, ascending. */
  usedBlobs(did: Did, since: Tid | undefined, after: Cid | undefined, limit: number): Promise<Cid[]>
  /** Whether a record refers to this blob. */
  isBlobUsed(did: Did, cid: Cid): Promise<boolean>
  /** Blobs that records refer to and that are not here, each with one such record, by ascending CID. */
  missingBlobs(did: Did, after: Cid | undefined, limit: number): Promise<{cid: Cid; path: string}[]>
  /** The next frames of the firehose after `seq`, in order: some hundred, or fewer when they are big. */
  eventsAfter(seq: number): Promise<EventPage>
  /** The oldest and the newest seq; both 0 when there was never an event. */
  eventBounds(): Promise<{first: number; last: number}>
}
