import {openSqlite} from '#engines/sql/sqlite.ts'
import {forgottenStoreContract} from './forgotten-store.contract.ts'
import {sqliteForgottenStore} from './forgotten-store.sqlite.ts'
import {relayMigrations} from './relay-store.sqlite.ts'

forgottenStoreContract(() => {
  const sql = openSqlite(undefined, {migrations: relayMigrations})
  return {store: sqliteForgottenStore(sql), close: () => sql.close()}
})
