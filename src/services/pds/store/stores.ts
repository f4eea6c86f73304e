/** All that a PDS keeps, by noun. One engine holds all of it, so that an act on several nouns is one transaction. */
import type {AccountStore} from './account-store.ts'
import type {BlobRowStore} from './blob-row-store.ts'
import type {EventStore} from './event-store.ts'
import type {ImportStore} from './import-store.ts'
import type {InviteStore} from './invite-store.ts'
import type {KeyStore} from './key-store.ts'
import type {PreferenceStore} from './preference-store.ts'
import type {RepoStore} from './repo-store.ts'
import type {SessionStore} from './session-store.ts'

export interface PdsStores {
  readonly accounts: AccountStore
  readonly sessions: SessionStore
  readonly keys: KeyStore
  readonly invites: InviteStore
  readonly preferences: PreferenceStore
  readonly repos: RepoStore
  readonly imports: ImportStore
  readonly blobs: BlobRowStore
  readonly events: EventStore
}
