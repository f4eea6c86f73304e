/** What a PDS keeps of its accounts: who they are, and where they stand. Each change is one act with its events. */
import type {Block} from '#atp/mst/blocks.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import type {Unsequenced} from '../events/event-store.ts'
import type {MailCode, RefreshToken} from '../sessions/session-store.ts'
import type {RepoHead} from '../repos/repo-store.ts'

export interface Account {
  did: Did
  /** Null once another has taken it over, or after it could not be confirmed. */
  handle: Handle | null
  email: string | null
  emailConfirmedMs: number | null
  /** Since when a code that goes by mail is asked for beside the password; null where none is. */
  emailFactorMs: number | null
  passwordHash: string | null
  createdMs: number
  deactivatedMs: number | null
  /** When a deactivated account is to be deleted, if it asked for that. */
  deleteAfterMs: number | null
  takedownRef: string | null
  /** Access tokens of another one have ended. */
  sessionEpoch: number
}

export interface NewAccount {
  account: Pick<Account, 'did' | 'handle' | 'email' | 'passwordHash' | 'createdMs' | 'deactivatedMs' | 'deleteAfterMs'>
  inviteCode: string | undefined
  /** The repository's first commit. */
  repo: {head: RepoHead; blocks: readonly Block[]; signingKey: Uint8Array}
  events: readonly Unsequenced[]
  /** The session in which its owner is at once, if he is. */
  session?: RefreshToken
}

export interface RepoContents {
  /** Commit, nodes and records. */
  blocks: number
  records: number
  blobsReferred: number
  blobsKept: number
}

/** What an account takes up, in bytes. */
export interface AccountSize {
  records: number
  recordsSize: number
  /** There are more records, which are not counted. */
  isMore: boolean
  blobs: number
  blobsSize: number
}

/** How an account stands. */
export type StandingName = 'active' | 'deactivated' | 'takendown'

/** What accounts are looked for by. */
export interface Wanted {
  /** A DID, or a part of a handle or email address; empty for all. */
  text: string
  standing: StandingName | undefined
}

export type Taken = 'did-taken' | 'handle-taken' | 'email-taken' | 'bad-invite-code'

export interface AccountStore {
  /** Makes the account, its repository and the events that tell of them, or nothing. */
  create(account: NewAccount): Promise<'done' | Taken>
  byDid(did: Did): Promise<Account | undefined>
  byHandle(handle: Handle): Promise<Account | undefined>
  byEmail(email: string): Promise<Account | undefined>
  /** Accounts in the order they were made, after `cursor` (the last one's DID). */
  list(after: Did | undefined, limit: number): Promise<readonly (Account & {head: RepoHead | undefined})[]>
  /** Accounts whose email begins so, in the order they were made, after the account `after`. */
  search(email: string, after: Did | undefined, limit: number): Promise<readonly Account[]>
  /** Accounts that are wanted, the newest first, after the account `after`. */
  seek(wanted: Wanted, after: Did | undefined, limit: number): Promise<readonly Account[]>

  /**
   * Ends all sessions and what apps hold too, and signs the account out of all devices. A `code` that was mailed for it
   * is spent by it, and nothing happens where the account has no such code, or no longer. So it is wherever a `code` is
   * given. App passwords stay unless they are to be `ended` by it.
   */
  setPassword(
    did: Did,
    passwordHash: string | null,
    code?: MailCode,
    appPasswords?: 'kept' | 'ended',
  ): Promise<'done' | 'wrong-code'>
  /** Ends all that lets somebody in: sessions and their tokens, grants of OAuth, browsers. So do the two below. */
  endAccess(did: Did): Promise<void>
  /**
   * An address that is another, or is not confirmed, guards the sign-in no longer, and codes that went to the one before
   * it are void. With `unconfirmed` in the place of a code it is done while the address that is there is not confirmed.
   */
  setEmail(
    did: Did,
    email: string,
    confirmedMs: number | null,
    code?: MailCode | 'unconfirmed',
  ): Promise<'done' | 'email-taken' | 'wrong-code' | 'code-needed'>
  /** Whether a code by mail is asked for at sign-in. Nothing changes while the address is not confirmed. */
  setEmailFactor(did: Did, sinceMs: number | null, code?: MailCode): Promise<'done' | 'unchanged' | 'wrong-code'>
  deactivate(
    did: Did,
    nowMs: number,
    deleteAfterMs: number | null,
    events: readonly Unsequenced[],
    code?: MailCode,
  ): Promise<'done' | 'wrong-code'>
  activate(did: Did, events: readonly Unsequenced[]): Promise<void>
  /** With a reason it ends all sessions too, signs the account out of all devices, and ends what apps hold. */
  setTakedown(did: Did, ref: string | null, events: readonly Unsequenced[]): Promise<void>
  /** Takes the password, all app passwords and all second factors away, and ends what was let in by them, as above. */
  revoke(did: Did): Promise<void>
  /** Removes the account, all its rows and all its events, and tells of that. */
  remove(did: Did, events: readonly Unsequenced[]): Promise<void>
  /** How many accounts there are, by how they stand. */
  counts(): Promise<{active: number; deactivated: number; takendown: number}>
  /** How much there is of an account's repository, here and by what it refers to. */
  contents(did: Did): Promise<RepoContents | undefined>
  size(did: Did): Promise<AccountSize>
  /** Accounts at rest that are to be deleted by now. */
  due(nowMs: number, limit: number): Promise<readonly Did[]>

  /** Keeps a handle back for nobody. */
  reserve(handle: Handle): Promise<void>
  isReserved(handle: Handle): Promise<boolean>
  setHandle(did: Did, handle: Handle, events: readonly Unsequenced[]): Promise<'done' | 'handle-taken'>
}
