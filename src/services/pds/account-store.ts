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
  account: Pick<Account, 'did' | 'handle' | 'email' | 'passwordHash' | 'createdMs' | 'deactivatedMs'>
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

export type Taken = 'did-taken' | 'handle-taken' | 'email-taken' | 'bad-invite-code'

export interface AccountStore {
  /** Makes the account, its repository and the events that tell of them, or nothing. */
  create(account: NewAccount): Promise<'done' | Taken>
  byDid(did: Did): Promise<Account | undefined>
  byHandle(handle: Handle): Promise<Account | undefined>
  byEmail(email: string): Promise<Account | undefined>
  /** Accounts in the order they were made, after `cursor` (the last one's DID). */
  list(after: Did | undefined, limit: number): Promise<readonly (Account & {head: RepoHead | undefined})[]>
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
}
