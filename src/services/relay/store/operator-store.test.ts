import {openSqlite} from '#engines/sql/sqlite.ts'
import {operatorStoreContract} from './operator-store.contract.ts'
import {sqliteOperatorStore} from './operator-store.sqlite.ts'
import {relayMigrations} from './relay-store.sqlite.ts'

operatorStoreContract(() => {
  const sql = openSqlite(undefined, {migrations: relayMigrations})
  return {store: sqliteOperatorStore(sql), close: () => sql.close()}
})
