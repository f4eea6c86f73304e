import {openSqlite} from '#engines/sql/sqlite.ts'
import {operationStoreContract} from './operation-store.contract.ts'
import {sqliteOperationStore} from './operation-store.sqlite.ts'
import {plcMigrations} from './schema.ts'

operationStoreContract(() => sqliteOperationStore(openSqlite(undefined, {migrations: plcMigrations})))
