/** The outbox in SQLite. */
import {openSql} from '#engines/open.ts'
import {outboxStoreContract} from './outbox-store.contract.ts'
import {SqliteOutboxStore} from './outbox-store.sqlite.ts'
import {Pages} from './pages.ts'
import {tapMigrations} from './schema.ts'

outboxStoreContract('an outbox in SQLite', () => {
  const sql = openSql('memory:', {migrations: tapMigrations})
  return {
    store: new SqliteOutboxStore(sql),
    put: (did, count, madeMs) =>
      sql.write(tx => {
        const changes = Array.from(
          {length: count},
          (_, n) => ({collection: 'a.b.c', rkey: `${n}`, action: 'delete'}) as const,
        )
        new Pages({now: () => madeMs}, () => {}).putChanges(tx, did, 'rev', false, changes)
      }),
    [Symbol.asyncDispose]: () => sql.close(),
  }
})
