import {openSqlite} from '#engines/sql/sqlite.ts'
import {relayStoreContract} from './relay-store.contract.ts'
import {relayMigrations, sqliteRelayStore} from './relay-store.sqlite.ts'

relayStoreContract(() => sqliteRelayStore(openSqlite(undefined, {migrations: relayMigrations})))
