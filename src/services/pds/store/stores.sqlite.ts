/** All stores of a PDS on one database of SQLite, which has the tables of `schema.ts`. */
import type {Sql} from '#engines/sql/sql.ts'
import {sqliteAccountStore} from './accounts/account-store.sqlite.ts'
import {sqliteBlobRowStore} from './repos/blob-row-store.sqlite.ts'
import {sqliteDeviceStore} from './devices/device-store.sqlite.ts'
import {sqliteEventStore} from './events/event-store.sqlite.ts'
import {sqliteGrantStore} from './oauth/grant-store.sqlite.ts'
import {sqliteFactorStore} from './factors/factor-store.sqlite.ts'
import {sqliteImportStore} from './imports/import-store.sqlite.ts'
import {sqliteInviteStore} from './accounts/invite-store.sqlite.ts'
import {sqliteKeyStore} from './accounts/key-store.sqlite.ts'
import {sqliteLexiconStore} from './lexicons/lexicon-store.sqlite.ts'
import {sqliteMailNoteStore} from './mail/mail-note-store.sqlite.ts'
import {sqlitePreferenceStore} from './accounts/preference-store.sqlite.ts'
import {sqliteRepoStore} from './repos/repo-store.sqlite.ts'
import {sqliteSessionStore} from './sessions/session-store.sqlite.ts'
import type {PdsStores} from './stores.ts'

export const sqlitePdsStores = (sql: Sql): PdsStores => ({
  accounts: sqliteAccountStore(sql),
  sessions: sqliteSessionStore(sql),
  devices: sqliteDeviceStore(sql),
  factors: sqliteFactorStore(sql),
  keys: sqliteKeyStore(sql),
  invites: sqliteInviteStore(sql),
  preferences: sqlitePreferenceStore(sql),
  lexicons: sqliteLexiconStore(sql),
  repos: sqliteRepoStore(sql),
  imports: sqliteImportStore(sql),
  blobs: sqliteBlobRowStore(sql),
  events: sqliteEventStore(sql),
  grants: sqliteGrantStore(sql),
  mailNotes: sqliteMailNoteStore(sql),
})
