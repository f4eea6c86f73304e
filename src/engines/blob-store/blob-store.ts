/**
 * Blobs by account and CID. A blob comes in as a stream of unknown length and unknown name: it is staged, which tells
 * its CID and size, and stays invisible until it is kept. What is staged and never kept is swept away later.
 */
import type {Cid} from '#atp/data/cid.ts'
import type {Did} from '#atp/syntax/did.ts'

/** A blob that has come in whole. `stage` names it until it is kept, and is good for one account only. */
export interface StagedBlob {
  readonly stage: string
  /** Of codec `raw` (spec: data model, "blob type"). */
  readonly cid: Cid
  /** Bytes. */
  readonly size: number
}

export interface OpenBlob {
  /** Bytes. */
  readonly size: number
  /** To be iterated, or ended by its signal: until then it holds a file open. */
  readonly body: AsyncIterable<Uint8Array>
}

export interface BlobStore {
  /**
   * Takes in a blob, reading no more than `sizeMax` bytes and one chunk. Resolved means durable. Rejects as the body
   * does; then, and when it is too big, nothing is left behind.
   */
  stage(did: Did, body: AsyncIterable<Uint8Array>, sizeMax: number): Promise<StagedBlob | 'too-big'>
  /**
   * Makes a staged blob durable and visible under its CID. The same blob may be kept again, from another stage. Resolves
   * with false when there is neither such a stage nor such a blob, because it was swept away.
   */
  keep(did: Did, stage: string, cid: Cid): Promise<boolean>
  /** What was staged, by who staged it; `undefined` when it is not there any more. */
  openStage(did: Did, stage: string, signal: AbortSignal): Promise<OpenBlob | undefined>
  /** Throws away what was staged, if it is there still. */
  discard(did: Did, stage: string): Promise<void>
  /** `undefined` when the account has no such blob. */
  open(did: Did, cid: Cid, signal: AbortSignal): Promise<OpenBlob | undefined>
  /** Up to `limit` CIDs of the account's blobs, in the order of their text, after `after`. */
  list(did: Did, after: Cid | null, limit: number): Promise<readonly Cid[]>
  /**
   * Puts a blob where only who runs the machine finds it (`openQuarantined`): neither `open` nor `list` do. Resolves with whether it is there
   * now, for it may be called again.
   */
  quarantine(did: Did, cid: Cid): Promise<boolean>
  /** One in quarantine, for who runs the machine: nobody is to be given it. */
  openQuarantined(did: Did, cid: Cid, signal: AbortSignal): Promise<OpenBlob | undefined>
  /** Puts it back. Resolves as above. */
  release(did: Did, cid: Cid): Promise<boolean>
  /** Removes those that are there, in quarantine as well. */
  remove(did: Did, cids: readonly Cid[]): Promise<void>
  /** Removes what was staged longer ago than this and never kept. Resolves with how many. */
  sweep(olderThanMs: number): Promise<number>
}
