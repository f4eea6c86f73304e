// Generated from lexicons/app/bsky/contact/defs.json by the lexicon generator. Do not edit.
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import * as lex from '#lex/schema/define.ts'
import * as actorDefs from '../actor/defs.ts'

/**
 * Associates a profile with the positional index of the contact import input in the call to
 * `app.bsky.contact.importContacts`, so clients can know which phone caused a particular match.
 */
export type MatchAndContactIndex = {
  $type?: 'app.bsky.contact.defs#matchAndContactIndex'
  /** Profile of the matched user. */
  match: actorDefs.ProfileView
  /** The index of this match in the import contact input. */
  contactIndex: number
}
export const matchAndContactIndex: lex.ObjectSchema<MatchAndContactIndex> = lex.typed('app.bsky.contact.defs#matchAndContactIndex', {
  match: lex.ref(() => actorDefs.profileView),
  contactIndex: lex.integer({minimum: 0, maximum: 999}),
}, ['match', 'contactIndex'])

export type SyncStatus = {
  $type?: 'app.bsky.contact.defs#syncStatus'
  /** Last date when contacts where imported. */
  syncedAt: Datetime
  /**
   * Number of existing contact matches resulting of the user imports and of their imported contacts having imported the
   * user. Matches stop being counted when the user either follows the matched contact or dismisses the match.
   */
  matchesCount: number
}
export const syncStatus: lex.ObjectSchema<SyncStatus> = lex.typed('app.bsky.contact.defs#syncStatus', {
  syncedAt: lex.string({format: 'datetime'}),
  matchesCount: lex.integer({minimum: 0}),
}, ['syncedAt', 'matchesCount'])

/** A stash object to be sent via bsync representing a notification to be created. */
export type Notification = {
  $type?: 'app.bsky.contact.defs#notification'
  /** The DID of who this notification comes from. */
  from: Did
  /** The DID of who this notification should go to. */
  to: Did
}
export const notification: lex.ObjectSchema<Notification> = lex.typed('app.bsky.contact.defs#notification', {
  from: lex.string({format: 'did'}),
  to: lex.string({format: 'did'}),
}, ['from', 'to'])
