/** What moderators act on: an account, one of its records, or one of its blobs. */
import {isCid, parseCid} from '#atp/data/cid.ts'
import {parseAtUri} from '#atp/syntax/at-uri.ts'
import {isDid, type Did} from '#atp/syntax/did.ts'
import type {AccountStore} from '../store/accounts/account-store.ts'
import type {Blobs} from '../blobs/blobs.ts'
import type {BlobRowStore} from '../store/repos/blob-row-store.ts'
import type {RepoStore} from '../store/repos/repo-store.ts'
import type {Standing} from '../accounts/standing.ts'
import {Refusal} from '../refusal.ts'

/** An account, or one thing of it. */
export interface Subject {
  did: Did
  /** CID of the blob. */
  blob?: string
  /** `collection/rkey` of the record. */
  record?: string
}

export interface Mark {
  applied: boolean
  ref?: string
}

export interface Marks {
  takedown: Mark
  /** Of an account. */
  deactivated: Mark | undefined
  /** Of a record. */
  cid: string | undefined
}

export interface SubjectsParts {
  accounts: Pick<AccountStore, 'byDid'>
  blobs: Pick<BlobRowStore, 'row' | 'setTakedown'>
  records: Pick<RepoStore, 'recordTakedown' | 'setRecordTakedown'>
  /** Brings the bytes of blobs to where their rows say. */
  bytes: Pick<Blobs, 'settle'>
  standing: Pick<Standing, 'takeDown' | 'activate' | 'deactivate' | 'tell'>
}

export class Subjects {
  readonly #parts: SubjectsParts

  constructor(parts: SubjectsParts) {
    this.#parts = parts
  }

  /** Throws `Refusal` when there is nothing like that here. */
  async marks({did, blob, record}: Subject): Promise<Marks> {
    const {accounts, blobs, records} = this.#parts
    const account = await accounts.byDid(did)
    if (!account) throw nothing()
    if (record !== undefined) {
      const found = await records.recordTakedown(did, record)
      if (!found) throw nothing()
      return {takedown: markOf(found.ref), deactivated: undefined, cid: found.cid.toString()}
    }
    if (blob !== undefined) {
      const row = isCid(blob) ? await blobs.row(did, parseCid(blob)) : undefined
      if (!row) throw nothing()
      return {takedown: markOf(row.takedownRef), deactivated: undefined, cid: undefined}
    }
    const deactivated = {applied: account.deactivatedMs !== null}
    return {takedown: markOf(account.takedownRef), deactivated, cid: undefined}
  }

  /**
   * Takes the subject down or lets it be seen again, and says how it stands then. A record or blob that is not there, or
   * not any more, is barred: moderators are often later than who deletes. Throws `Refusal` without such an account.
   */
  async takeDown({did, blob, record}: Subject, {applied, ref}: Mark): Promise<Mark> {
    const {accounts, records, blobs, bytes, standing} = this.#parts
    const isNone = blob !== undefined && !isCid(blob)
    if (isNone || !(await accounts.byDid(did))) throw nothing()
    const given = applied ? (ref ?? 'admin') : null
    if (record !== undefined) await records.setRecordTakedown(did, record, given)
    else if (blob !== undefined) {
      const cid = parseCid(blob)
      await blobs.setTakedown(did, cid, given)
      bytes.settle(did, [cid])
    } else await standing.takeDown(did, given)
    return markOf(given)
  }

  /** Tells the firehose once more how the account stands. Throws as above. */
  async tell(subject: Subject): Promise<void> {
    await this.marks(subject)
    if (isAccount(subject)) await this.#parts.standing.tell(subject.did)
  }

  /** Puts an account at rest, or lets it serve; of what is no account there is nothing to do. Throws as above. */
  async deactivate(subject: Subject, {applied}: Mark): Promise<void> {
    await this.marks(subject)
    if (!isAccount(subject)) return
    if (applied) await this.#parts.standing.deactivate(subject.did, null)
    else await this.#parts.standing.activate(subject.did)
  }
}

/** The subject that a call names. Throws `Refusal` for what is none. */
export function subjectOf(given: {$type: string; did?: unknown; cid?: unknown; uri?: unknown}): Subject {
  const {$type, did, cid, uri} = given
  if ($type === 'com.atproto.admin.defs#repoRef') return {did: did as Did}
  if ($type === 'com.atproto.admin.defs#repoBlobRef') return {did: did as Did, blob: cid as string}
  if ($type === 'com.atproto.repo.strongRef') return recordSubject(uri as string)
  throw new Refusal('bad-subject', `Invalid subject (${$type})`)
}

/** The record at `at://<did>/<collection>/<rkey>`. Throws as above. */
export function recordSubject(uri: string): Subject {
  const {authority, collection, rkey} = parseAtUri(uri)
  if (!isDid(authority) || collection === undefined || rkey === undefined) {
    throw new Refusal('bad-subject', 'uri: expected at://<did>/<collection>/<rkey>.')
  }
  return {did: authority, record: `${collection}/${rkey}`}
}

const isAccount = ({blob, record}: Subject): boolean => blob === undefined && record === undefined
const nothing = (): Refusal => new Refusal('subject-missing', 'This server has no such account, record or blob.')
const markOf = (ref: string | null): Mark => (ref === null ? {applied: false} : {applied: true, ref})
