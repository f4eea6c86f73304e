/** Accounts whose events are given out no more, in the SQLite of the relay's notes. */
import type {Did} from '#atp/syntax/did.ts'
import type {Migration, Sql} from '#engines/sql/sql.ts'
import type {ForgottenStore} from './forgotten-store.ts'

export const forgottenMigration: Migration = {
  name: 'accounts whose events are given out no more',
  up: 'CREATE TABLE forgotten (did TEXT PRIMARY KEY, through INTEGER NOT NULL) STRICT, WITHOUT ROWID;',
}

export function sqliteForgottenStore(sql: Sql): ForgottenStore {
  return {
    forgotten: async () => {
      const rows = sql.read(tx => tx.all<{did: Did; through: number}>('SELECT did, through FROM forgotten'))
      return new Map(rows.map(({did, through}) => [did, through]))
    },

    forget: (did, through) =>
      sql.write(tx => {
        const upsert = `INSERT INTO forgotten VALUES (?, ?)
          ON CONFLICT (did) DO UPDATE SET through = max(through, excluded.through)`
        tx.run(upsert, did, through)
      }),

    letGo: first => sql.write(tx => void tx.run('DELETE FROM forgotten WHERE through < ?', first)),
  }
}
