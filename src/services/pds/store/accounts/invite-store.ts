/** Invite codes: who may bring people in, and who came by whom. */
import type {Did} from '#atp/syntax/did.ts'

export interface NewInvite {
  code: string
  /** How many accounts may be made with it. */
  uses: number
  /** Whose it is: a DID, or `admin`. */
  forAccount: string
  createdBy: string
  createdMs: number
}

export interface Invite extends NewInvite {
  disabled: boolean
  usedBy: readonly {did: Did; usedMs: number}[]
}

export interface InvitePage {
  sort: 'recent' | 'usage'
  /** The last one of the page before. */
  after: string | undefined
  limit: number
}

export interface InviteStore {
  addInvites(invites: readonly NewInvite[]): Promise<void>
  invite(code: string): Promise<Invite | undefined>
  /** How many accounts may still be made with the code: none if it is unknown, void, or of an account taken down. */
  usesLeft(code: string): Promise<number>
  /** The account's own, oldest first. */
  invitesOf(did: Did): Promise<Invite[]>
  /** Newest first, or those with most uses first. */
  invites(page: InvitePage): Promise<Invite[]>
  /** Voids these codes, and all of these owners. */
  disableInvites(codes: readonly string[], owners: readonly string[]): Promise<void>
  /** The code that the account came by, and whether it may not invite. */
  standing(did: Did): Promise<{inviteCode: string | null; disabled: boolean}>
  setInviting(did: Did, disabled: boolean): Promise<void>
}
