/** The stores of a PDS keep to their contracts on SQLite. */
import {openSqlite} from '#engines/sql/sqlite.ts'
import type {OpenStores} from '../../../../test/pds-stores.ts'
import {testAccountStore} from './accounts/account-store.contract.ts'
import {testBlobRowStore} from './repos/blob-row-store.contract.ts'
import {testDeviceStore} from './devices/device-store.contract.ts'
import {testEventStore} from './events/event-store.contract.ts'
import {testGrantStore} from './oauth/grant-store.contract.ts'
import {testFactorStore} from './factors/factor-store.contract.ts'
import {testImportStore} from './imports/import-store.contract.ts'
import {testInviteStore} from './accounts/invite-store.contract.ts'
import {testKeyStore} from './accounts/key-store.contract.ts'
import {testLexiconStore} from './lexicons/lexicon-store.contract.ts'
import {testMailNoteStore} from './mail/mail-note-store.contract.ts'
import {testPreferenceStore} from './accounts/preference-store.contract.ts'
import {testRepoStore} from './repos/repo-store.contract.ts'
import {pdsMigrations} from './schema.ts'
import {testSessionStore} from './sessions/session-store.contract.ts'
import {sqlitePdsStores} from './stores.sqlite.ts'

const open: OpenStores = async context => {
  const sql = openSqlite(undefined, {migrations: pdsMigrations})
  context.after(() => sql.close())
  return sqlitePdsStores(sql)
}

const contracts = [
  testAccountStore,
  testSessionStore,
  testDeviceStore,
  testFactorStore,
  testKeyStore,
  testInviteStore,
  testPreferenceStore,
  testLexiconStore,
  testRepoStore,
  testImportStore,
  testBlobRowStore,
  testEventStore,
  testGrantStore,
  testMailNoteStore,
]
for (const contract of contracts) contract('SQLite', open)
