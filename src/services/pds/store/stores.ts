/** All that a PDS keeps, by noun. One engine holds all of it, so that an act on several nouns is one transaction. */
import type {AccountStore} from './accounts/account-store.ts'
import type {DeviceStore} from './devices/device-store.ts'
import type {BlobRowStore} from './repos/blob-row-store.ts'
import type {EventStore} from './events/event-store.ts'
import type {FactorStore} from './factors/factor-store.ts'
import type {ImportStore} from './imports/import-store.ts'
import type {GrantStore} from './oauth/grant-store.ts'
import type {InviteStore} from './accounts/invite-store.ts'
import type {KeyStore} from './accounts/key-store.ts'
import type {LexiconStore} from './lexicons/lexicon-store.ts'
import type {MailNoteStore} from './mail/mail-note-store.ts'
import type {PreferenceStore} from './accounts/preference-store.ts'
import type {RepoStore} from './repos/repo-store.ts'
import type {SessionStore} from './sessions/session-store.ts'

export interface PdsStores {
  readonly accounts: AccountStore
  readonly sessions: SessionStore
  readonly devices: DeviceStore
  readonly factors: FactorStore
  readonly keys: KeyStore
  readonly invites: InviteStore
  readonly preferences: PreferenceStore
  readonly lexicons: LexiconStore
  readonly repos: RepoStore
  readonly imports: ImportStore
  readonly blobs: BlobRowStore
  readonly events: EventStore
  readonly grants: GrantStore
  readonly mailNotes: MailNoteStore
}
