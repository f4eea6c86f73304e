/**
 * What a PDS knows of each blob of an account. The rows are the truth: they change in the transaction of the commit,
 * import or deletion that is the reason, and the bytes follow (`blobs.ts`), however often the process ends in between.
 */
import type {BlobUse} from '#atp/data/blob-uses.ts'
import type {Cid} from '#atp/data/cid.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Tid} from '#atp/syntax/tid.ts'
import type {Refused, Result} from '#std/result.ts'

/**
 * The life of a blob. `uploaded`: no record refers to it; its bytes are staged, and private. `moving`: a record refers
 * to it, and its bytes are on their way to their place. `kept`: they are there. `lost`: they should be, and are not.
 * `leaving`: no record refers to it any more, or none did in time; its bytes go, and then the row. `barred`: taken down,
 * and without bytes.
 */
export type BlobState = 'uploaded' | 'moving' | 'kept' | 'lost' | 'leaving' | 'barred'

export interface BlobRow {
  cid: Cid
  mimeType: string
  /** Bytes. */
  size: number
  state: BlobState
  /** Where the bytes wait until they are in their place. */
  stage: string | null
  uploadedMs: number
  /** Why nobody may see it or upload it again. */
  takedownRef: string | null
  /** Whether the bytes are in quarantine, where they go once the blob is taken down. */
  quarantined: boolean
}

export interface Upload {
  cid: Cid
  mimeType: string
  size: number
  stage: string
  uploadedMs: number
}

/** What became of an upload. */
export type Uploaded = Result<
  {
    /** The type that the blob has from now on. */
    mimeType: string
    /** `moving` when records refer to it already, as after an import. */
    state: 'uploaded' | 'moving' | 'kept'
    /** A stage whose bytes are not needed, or not any more. */
    needless: string | null
  },
  Refused<'taken-down'>
>

/** Why a record may not refer to a blob so. */
export interface BlobFault {
  reason: 'blob-missing' | 'wrong-mime-type' | 'wrong-size' | 'legacy-form'
  cid: Cid
  detail: string
}

export type RefusedBlob = Refused & BlobFault

export interface BlobRowStore {
  add(did: Did, upload: Upload): Promise<Uploaded>
  row(did: Did, cid: Cid): Promise<BlobRow | undefined>
  /** Hides a blob from everyone and bars it, also one that is not here, or with null lets it be seen again. */
  setTakedown(did: Did, cid: Cid, ref: string | null): Promise<void>
  /** What speaks against a record at `path` that refers to these blobs. */
  fault(did: Did, path: string, uses: readonly BlobUse[]): Promise<BlobFault | undefined>

  /** Bytes of the account's blobs that no record refers to yet. */
  waiting(did: Did): Promise<number>
  /** Whether a record of the account refers to this blob. */
  isUsed(did: Did, cid: Cid): Promise<boolean>

  /**
   * Blobs that are `moving` or `leaving`, or have to go into quarantine or out of it, after the given one, by account and
   * CID.
   */
  unsettled(after: {did: Did; cid: Cid} | undefined, limit: number): Promise<{did: Did; cid: Cid}[]>
  /** The bytes are in their place. */
  moved(did: Did, cid: Cid): Promise<void>
  /** The bytes of a `kept` blob are in quarantine, or back in their place. */
  confined(did: Did, cid: Cid, isSo: boolean): Promise<void>
  /** The bytes are gone. */
  gone(did: Did, cid: Cid): Promise<void>
  /** The bytes of a blob that is used are not to be found: it counts as missing, and may be uploaded again. */
  lost(did: Did, cid: Cid): Promise<void>
  /** The bytes of one that was lost are in their place. */
  found(did: Did, cid: Cid): Promise<void>
  /** Lets those go that were uploaded before this and never used. Resolves with how many of at most `limit`. */
  lapse(beforeMs: number, limit: number): Promise<number>

  /** All blobs whose bytes are here, and the sum of those. */
  total(): Promise<{count: number; size: number}>
  /** Accounts that have blobs in their places, after the given one. */
  owners(after: Did | undefined, limit: number): Promise<Did[]>
  /** CIDs of the account's blobs whose bytes are in their places, and not in quarantine. */
  kept(did: Did, after: Cid | undefined, limit: number): Promise<Cid[]>
  /** Those whose bytes are in quarantine. */
  quarantined(did: Did, after: Cid | undefined, limit: number): Promise<Cid[]>

  /** CIDs of the blobs that records of commits after `since` refer to and that anyone may have, ascending. */
  visible(did: Did, since: Tid | undefined, after: Cid | undefined, limit: number): Promise<Cid[]>
  /** Blobs that records refer to and that are to be uploaded yet, each with one such record, by ascending CID. */
  missing(did: Did, after: Cid | undefined, limit: number): Promise<{cid: Cid; path: string}[]>
}
