/** What moderators act on: an account, or one of its blobs. Records they hide by labels, where these are read. */
import {isCid, parseCid} from '#atp/data/cid.ts'
import type {Did} from '#atp/syntax/did.ts'
import {XrpcError} from '#xrpc/errors.ts'
import type {AccountStore} from './account-store.ts'
import type {BlobRowStore} from './blob-row-store.ts'
import type {Standing} from './standing.ts'

/** An account, or one blob of it. */
export interface Subject {
  did: Did
  /** CID of the blob. */
  blob: string | undefined
}

export interface Mark {
  applied: boolean
  ref?: string
}

export class Subjects {
  readonly #accounts: Pick<AccountStore, 'byDid'>
  readonly #blobs: Pick<BlobRowStore, 'row' | 'setTakedown'>
  readonly #standing: Pick<Standing, 'takeDown' | 'activate' | 'deactivate' | 'tell'>

  constructor(
    accounts: Pick<AccountStore, 'byDid'>,
    blobs: Pick<BlobRowStore, 'row' | 'setTakedown'>,
    standing: Pick<Standing, 'takeDown' | 'activate' | 'deactivate' | 'tell'>,
  ) {
    this.#accounts = accounts
    this.#blobs = blobs
    this.#standing = standing
  }

  /** Throws `XrpcError` when there is no such account or blob. */
  async marks({did, blob}: Subject): Promise<{takedown: Mark; deactivated: Mark | undefined}> {
    const account = await this.#accounts.byDid(did)
    const row = account && blob !== undefined && isCid(blob) ? await this.#blobs.row(did, parseCid(blob)) : undefined
    if (!account || (blob !== undefined && !row))
      throw new XrpcError('InvalidRequest', 'There is nothing like that here.')
    if (row) return {takedown: markOf(row.takedownRef), deactivated: undefined}
    return {takedown: markOf(account.takedownRef), deactivated: {applied: account.deactivatedMs !== null}}
  }

  /** Takes the subject down or lets it be seen again. Throws as above. */
  async takeDown(subject: Subject, {applied, ref}: Mark): Promise<void> {
    await this.marks(subject)
    const {did, blob} = subject
    const given = applied ? (ref ?? 'admin') : null
    if (blob === undefined) await this.#standing.takeDown(did, given)
    else await this.#blobs.setTakedown(did, parseCid(blob), given)
  }

  /** Tells the firehose once more how the account stands. Throws as above. */
  async tell(subject: Subject): Promise<void> {
    await this.marks(subject)
    if (subject.blob === undefined) await this.#standing.tell(subject.did)
  }

  async deactivate({did}: Subject, {applied}: Mark): Promise<void> {
    if (applied) await this.#standing.deactivate(did, null)
    else await this.#standing.activate(did)
  }
}

/** The subject that a call names. Throws `XrpcError` for what is neither an account nor a blob. */
export function subjectOf(given: {$type: string; did?: unknown; cid?: unknown}): Subject {
  const {$type, did, cid} = given
  if ($type === 'com.atproto.admin.defs#repoRef') return {did: did as Did, blob: undefined}
  if ($type === 'com.atproto.admin.defs#repoBlobRef') return {did: did as Did, blob: cid as string}
  throw new XrpcError('InvalidRequest', 'subject: this server takes down accounts and blobs; hide records by labels.')
}

const markOf = (ref: string | null): Mark => (ref === null ? {applied: false} : {applied: true, ref})
