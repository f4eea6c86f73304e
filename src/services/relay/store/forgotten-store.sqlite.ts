/** Accounts whose events are given out no more, in the SQLite of the relay's notes. */
import type {Did} from '#atp/syntax/did.ts'
import type {Migration, Sql} from '#engines/sql/sql.ts'
import type {ForgottenStore} from './forgotten-store.ts'

export const forgottenMigration: Migration = {
  name: 'accounts whose events are given out no more',
  up: 'CREATE TABLE forgotten (did TEXT PRIMARY KEY, through INTEGER NOT NULL) STRICT, WITHOUT ROWID;',
}

export const erasedMigration: Migration = {
  name: 'how far the events of an account are erased',
  up: 'ALTER TABLE forgotten ADD COLUMN erased INTEGER NOT NULL DEFAULT 0;',
}

interface Row {
  readonly did: Did
  readonly through: number
  readonly erased: number
}

export function sqliteForgottenStore(sql: Sql): ForgottenStore {
  return {
    forgotten: async () => {
      const rows = sql.read(tx => tx.all<Row>('SELECT did, through, erased FROM forgotten'))
      return new Map(rows.map(({did, through, erased}) => [did, {through, erased}]))
    },

    forget: (did, through) =>
      sql.write(tx => {
        const upsert = `INSERT INTO forgotten (did, through) VALUES (?, ?)
          ON CONFLICT (did) DO UPDATE SET through = max(through, excluded.through)`
        tx.run(upsert, did, through)
      }),

    erased: (forgotten, seq) =>
      sql.write(tx => {
        for (const [did, {through}] of forgotten) {
          tx.run('UPDATE forgotten SET erased = max(erased, ?) WHERE did = ? AND through = ?', seq, did, through)
          tx.run('DELETE FROM forgotten WHERE did = ? AND through <= erased', did)
        }
      }),

    letGo: first => sql.write(tx => void tx.run('DELETE FROM forgotten WHERE through < ?', first)),
  }
}
