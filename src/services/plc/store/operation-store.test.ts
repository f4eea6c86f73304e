import {openSqlite} from '#engines/sql/sqlite.ts'
import {operationStoreContract} from './operation-store.contract.ts'
import {plcMigrations, sqliteOperationStore} from './operation-store.sqlite.ts'

operationStoreContract(() => sqliteOperationStore(openSqlite(undefined, {migrations: plcMigrations})))
