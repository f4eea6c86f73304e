import {openSqlite} from '#engines/sql/sqlite.ts'
import {sqliteOperationStore} from './operation-store.sqlite.ts'
import {replicaStoreContract} from './replica-store.contract.ts'
import {sqliteReplicaStore} from './replica-store.sqlite.ts'
import {plcMigrations} from './schema.ts'

replicaStoreContract(() => {
  const sql = openSqlite(undefined, {migrations: plcMigrations})
  return {operations: sqliteOperationStore(sql), replica: sqliteReplicaStore(sql)}
})
