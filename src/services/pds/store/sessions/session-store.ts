/**
 * By what people show that they are who they say: sessions, app passwords, and codes that were sent by mail. Of
 * passwords and codes only hashes are kept.
 */
import type {Did} from '#atp/syntax/did.ts'

export interface RefreshToken {
  id: string
  did: Did
  /** Name of the app password it was got with; null for the account's own. */
  appPassword: string | null
  expiresMs: number
  /** When the session began, and what the app called itself (`User-Agent`). */
  madeMs: number
  userAgent: string
}

export interface AppPassword {
  name: string
  passwordHash: string
  privileged: boolean
  createdMs: number
}

/** What a code that is sent by mail is for. */
export type EmailPurpose =
  | 'confirm_email'
  | 'update_email'
  | 'reset_password'
  | 'delete_account'
  | 'plc_operation'
  | 'sign_in'

/** One of them, as it is kept. */
export interface MailCode {
  purpose: EmailPurpose
  hash: string
}

export interface SessionStore {
  /**
   * Begins a session, unless what it was begun by has ended meanwhile: `epoch` is the account's when its password was
   * looked at (`Account.sessionEpoch`), and the app password must still be there. False then. Of an account's sessions
   * beyond `countMax` those go that were renewed longest ago.
   */
  addToken(token: RefreshToken, epoch: number, countMax: number): Promise<boolean>
  token(id: string): Promise<(RefreshToken & {successor: string | null}) | undefined>
  /**
   * Puts `next` in the place of `id`, which from then on is good until `graceUntilMs`. Gives the id of the successor:
   * that of `next`, or of the one that an earlier call put there. Undefined when there is no such token any more.
   */
  rotate(id: string, next: Pick<RefreshToken, 'id' | 'expiresMs'>, graceUntilMs: number): Promise<string | undefined>
  /** Ends the session that this token belongs to: the token and those that followed from it. */
  revoke(id: string): Promise<void>
  /** The newest token of each session that an account has by now, the last renewed first. */
  ofAccount(did: Did, nowMs: number): Promise<readonly RefreshToken[]>
  /** Throws away what has run out, so many rows at a time: true while there are more. So does `sweepEmailTokens`. */
  sweepTokens(nowMs: number): Promise<boolean>

  appPasswords(did: Did): Promise<readonly AppPassword[]>
  addAppPassword(
    did: Did,
    password: AppPassword,
    countMax: number,
  ): Promise<'done' | 'gone' | 'name-taken' | 'too-many'>
  /** Ends the sessions that were begun with it too. False when there is no such password. */
  removeAppPassword(did: Did, name: string): Promise<boolean>

  /** Keeps this one in the place of any before it for the same purpose. */
  putEmailToken(did: Did, purpose: EmailPurpose, hash: string, requestedMs: number): Promise<void>
  /** Whose code this is, and since when. */
  emailToken(purpose: EmailPurpose, hash: string): Promise<{did: Did; requestedMs: number} | undefined>
  /** Takes this code away, if it is there: since when it was. Of two who come at once one gets it. */
  takeEmailToken(did: Did, purpose: EmailPurpose, hash: string): Promise<number | undefined>
  sweepEmailTokens(beforeMs: number): Promise<boolean>
}
