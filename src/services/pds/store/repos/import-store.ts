/** What an import writes while a repository comes in: a second tree beside the one that serves, and then the swap. */
import type {Cid} from '#atp/data/cid.ts'
import type {Block} from '#atp/mst/blocks.ts'
import type {SyncEvent} from '#atp/sync/event.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Tid} from '#atp/syntax/tid.ts'
import type {RepoCommit, RepoHead} from './repo-store.ts'

/** A tree that an import fills, and where it keeps blocks that came before their turn. No repository has either. */
export interface ImportPlace {
  tree: number
  spool: number
}

/** Some blocks, as they are found to belong to the repository, or are not yet. */
export interface ImportBatch {
  nodes?: readonly Block[]
  records?: readonly ImportedRecord[]
  early?: readonly Block[]
  /** By which CIDs records are found, and what they are about: at any time until the tree is adopted. */
  cids?: readonly {cid: Cid; path: string}[]
  links?: readonly {path: string; subject: string}[]
}

/** A record by itself; how it is found is told apart. */
export type ImportedRecord = Omit<RepoCommit['put'][number], 'subject' | 'isNew'>

export interface Adoption {
  did: Did
  tree: number
  /** The commit that the repository must still be at. */
  prev: Cid
  head: RepoHead
  commit: Block
  /** For the firehose, which is told only of accounts that are active. */
  event: Omit<SyncEvent, 'seq'>
}

export interface ImportStore {
  begin(): Promise<ImportPlace>
  /** `rev` is that of the commit to come. */
  fill(place: ImportPlace, rev: Tid, batch: ImportBatch): Promise<void>
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
