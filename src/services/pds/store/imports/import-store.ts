/** What an import writes while a repository comes in: a second tree beside the one that serves, and then the swap. */
import type {Cid} from '#atp/data/cid.ts'
import type {Block} from '#atp/mst/blocks.ts'
import type {SyncEvent} from '#atp/sync/event.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Tid} from '#atp/syntax/tid.ts'
import type {RepoCommit, RepoHead} from '../repos/repo-store.ts'

/** A tree that an import fills, and where it keeps blocks that came before their turn. No repository has either. */
export interface ImportPlace {
  tree: number
  spool: number
  /**
   * The CIDs of records that are told now, and those records, belong to this run of them: see `record-cids.sqlite.ts`. Who
   * tells them goes on to the next after some thousand, when all of a run are told.
   */
  run: number
}

/** What one act writes, as it comes: all of it is copied. */
export interface ImportBatch {
  /** That of the commit to come: to be set before the first node or record. */
  rev: Tid
  /** Bytes, about. */
  readonly size: number
  /** Blocks that are found to belong to the repository, or come before their turn. */
  readonly count: number
  node(block: Block): void
  record(record: ImportedRecord): void
  early(block: Block): void
  /** By which CIDs records are found, and what they are about: at any time until the tree is adopted. */
  lookup(cid: Cid, path: string): void
  link(path: string, subject: string): void
  /** One of its records or early blocks; a view that is good until more is added. */
  block(cid: Cid): Uint8Array | undefined
}

/** A record by itself; how it is found is told apart. */
export type ImportedRecord = Omit<RepoCommit['put'][number], 'subject' | 'isNew'>

export interface Adoption {
  did: Did
  place: ImportPlace
  /** The commit that the repository must still be at. */
  prev: Cid
  head: RepoHead
  commit: Block
  /** For the firehose, which is told only of accounts that are active. */
  event: Omit<SyncEvent, 'seq'>
}

export interface ImportStore {
  begin(): Promise<ImportPlace>
  /** An empty batch for this place. Nothing is written before `fill`. */
  batch(place: ImportPlace): ImportBatch
  /** Writes a batch that `batch` gave, and takes it. Kept for as long as the machine runs, and durable once adopted. */
  fill(batch: ImportBatch): Promise<void>
  /** A block that came before its turn, or a record whose CID was told. */
  block(place: ImportPlace, cid: Cid): Promise<Uint8Array | undefined>
  /** Puts the filled tree in the place of the repository's own. `stale`: the repository is no longer at `prev`. */
  adopt(adoption: Adoption): Promise<'done' | 'stale'>
  /** The import is over; what no repository has of it may be swept. */
  end(place: ImportPlace): Promise<void>
  /** Some of the trees that no repository has and no import fills: what was replaced or left, or was of the deleted. */
  strays(): Promise<readonly number[]>
  /** Removes some rows of such a tree. Whether there may be more. */
  removeSome(tree: number): Promise<boolean>
}
