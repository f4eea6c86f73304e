/** The codes that are sent by mail, each for one purpose of one account: only their hashes are kept. */
import type {Did} from '#atp/syntax/did.ts'

export type EmailPurpose = 'confirm_email' | 'update_email' | 'reset_password' | 'delete_account' | 'plc_operation'

export interface EmailTokenStore {
  /** Keeps this one in the place of any before it for the same purpose. */
  putEmailToken(did: Did, purpose: EmailPurpose, hash: string, requestedMs: number): Promise<void>
  /** Whose code this is, and since when. */
  emailToken(purpose: EmailPurpose, hash: string): Promise<{did: Did; requestedMs: number} | undefined>
  dropEmailToken(did: Did, purpose: EmailPurpose): Promise<void>
  sweepEmailTokens(beforeMs: number): Promise<void>
}
