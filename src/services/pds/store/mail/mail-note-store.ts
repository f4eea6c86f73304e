/** Which mails went out lately, and which did not and why: for whoever runs the server. Never what was in them. */
import type {Did} from '#atp/syntax/did.ts'
import type {EmailPurpose} from '../sessions/session-store.ts'

/** What a mail was for: a code, a word on what was done to the account, or something that the admin wrote. */
export type MailKind = EmailPurpose | 'notice' | 'message'

export interface NewMailNote {
  atMs: number
  /** Whose mail it was. */
  did: Did
  kind: MailKind
  /** Why it did not go; null for one that went. */
  fault: string | null
}

export interface MailNote extends NewMailNote {
  id: number
}

export interface MailNotePage {
  /** Of this account alone. */
  did?: Did | undefined
  failed?: boolean
  /** The last one of the page before. */
  before: number | undefined
  limit: number
}

/** So many are kept; the oldest go. */
export const mailNotesMax = 5_000

export interface MailNoteStore {
  add(note: NewMailNote): Promise<void>
  /** The newest first. */
  notes(page: MailNotePage): Promise<readonly MailNote[]>
  /** How many of those kept went, and how many did not, since then; and when the last one went. */
  counts(sinceMs: number): Promise<{sent: number; failed: number; lastSentMs: number | null}>
}
