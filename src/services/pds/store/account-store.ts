/** What a PDS keeps of its accounts: who they are, how they log in, and where they stand. */
import type {Block} from '#atp/mst/blocks.ts'
import type {CommitEvent, AccountEvent, IdentityEvent, SyncEvent} from '#atp/sync/event.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import type {RepoHead} from './repo-store.ts'

export interface Account {
  did: Did
  /** Null once another has taken it over, or after it could not be confirmed. */
  handle: Handle | null
  email: string | null
  emailConfirmedMs: number | null
  passwordHash: string | null
  createdMs: number
  deactivatedMs: number | null
  /** When a deactivated account is to be deleted, if it asked for that. */
  deleteAfterMs: number | null
  takedownRef: string | null
}

/** An event without the seq, which the store gives it in the same act. */
export type Unsequenced =
  | Omit<CommitEvent, 'seq'>
  | Omit<SyncEvent, 'seq'>
  | Omit<IdentityEvent, 'seq'>
  | Omit<AccountEvent, 'seq'>

export interface NewAccount {
  account: Pick<Account, 'did' | 'handle' | 'email' | 'passwordHash' | 'createdMs' | 'deactivatedMs' | 'deleteAfterMs'>
  inviteCode: string | undefined
  /** The repository's first commit. */
  repo: {head: RepoHead; blocks: readonly Block[]; signingKey: Uint8Array}
  events: readonly Unsequenced[]
}

export interface RefreshToken {
  id: string
  did: Did
  /** Name of the app password it was got with; null for the account's own. */
  appPassword: string | null
  expiresMs: number
}

export interface AppPassword {
  name: string
  passwordHash: string
  privileged: boolean
  createdMs: number
}

export interface RepoContents {
  /** Commit, nodes and records. */
  blocks: number
  records: number
  blobsReferred: number
  blobsKept: number
}

/** A key for an account that is to come. */
export interface ReservedKey {
  /** did:key */
  publicKey: string
  privateKey: Uint8Array
  did: Did | null
  /** Who asked for it, as addresses are counted. */
  asker: string
  reservedMs: number
}

/** How many keys may be reserved, and until when one is good. */
export interface ReservedKeyLimits {
  ofAsker: number
  all: number
  /** Keys from before go first. */
  beforeMs: number
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
  /** The private key that was reserved for the account; it goes once the account is made. */
  reservedKey(did: Did): Promise<Uint8Array | undefined>
  /**
   * Gives the public key that is reserved from now on: this one, or the one that its DID has already. Undefined when
   * its asker has enough of them. When there are too many over all, one goes of the asker who has the most.
   */
  reserveKey(key: ReservedKey, limits: ReservedKeyLimits): Promise<string | undefined>

  /** Ends all sessions too. */
  setPassword(did: Did, passwordHash: string): Promise<void>
  setEmail(did: Did, email: string, confirmedMs: number | null): Promise<'done' | 'email-taken'>
  deactivate(did: Did, nowMs: number, deleteAfterMs: number | null, events: readonly Unsequenced[]): Promise<void>
  activate(did: Did, events: readonly Unsequenced[]): Promise<void>
  setTakedown(did: Did, ref: string | null, events: readonly Unsequenced[]): Promise<void>
  /** Appends events to the firehose without any other change. */
  tell(events: readonly Unsequenced[]): Promise<void>
  /** Removes the account, all its rows and all its events, and tells of that. */
  remove(did: Did, events: readonly Unsequenced[]): Promise<void>
  /** How much there is of an account's repository, here and by what it refers to. */
  contents(did: Did): Promise<RepoContents | undefined>
  /** Accounts at rest that are to be deleted by now. */
  due(nowMs: number, limit: number): Promise<readonly Did[]>

  setHandle(did: Did, handle: Handle, events: readonly Unsequenced[]): Promise<'done' | 'handle-taken'>

  addToken(token: RefreshToken): Promise<void>
  token(id: string): Promise<(RefreshToken & {successor: string | null}) | undefined>
  /**
   * Puts `next` in the place of `id`, which from then on is good until `graceUntilMs`. Gives the id of the successor:
   * that of `next`, or of the one that an earlier call put there. Undefined when there is no such token any more.
   */
  rotate(id: string, next: RefreshToken, graceUntilMs: number): Promise<string | undefined>
  /** Ends the session that this token belongs to: the token and those that followed from it. */
  revoke(id: string): Promise<void>
  sweepTokens(nowMs: number): Promise<void>

  appPasswords(did: Did): Promise<readonly AppPassword[]>
  addAppPassword(did: Did, password: AppPassword, countMax: number): Promise<'done' | 'name-taken' | 'too-many'>
  /** Ends the sessions that were begun with it too. */
  removeAppPassword(did: Did, name: string): Promise<void>
}
