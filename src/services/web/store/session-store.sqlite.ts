/** Sessions in SQLite. The file is its owner's alone: it holds tokens. */
import type {SessionState} from '#sdk/session.ts'
import type {Migration, Sql} from '#engines/sql/sql.ts'
import type {SessionStore} from './session-store.ts'

export const sessionMigrations: readonly Migration[] = [
  {
    name: 'sessions',
    up: `
      CREATE TABLE session (
        idHash TEXT PRIMARY KEY,
        did TEXT NOT NULL,
        state TEXT NOT NULL,
        createdMs INTEGER NOT NULL,
        renewedMs INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX session_by_did ON session (did);
      CREATE INDEX session_by_renewal ON session (renewedMs);`,
  },
]

export function sqliteSessionStore(sql: Sql): SessionStore {
  return {
    add: (idHash, state, nowMs) =>
      sql.write(tx => {
        const insert = 'INSERT INTO session (idHash, did, state, createdMs, renewedMs) VALUES (?, ?, ?, ?, ?)'
        tx.run(insert, idHash, state.did, JSON.stringify(state), nowMs, nowMs)
      }),

    async find(idHash) {
      const row = sql.read(tx => tx.get<{state: string}>('SELECT state FROM session WHERE idHash = ?', idHash))
      return row && (JSON.parse(row.state) as SessionState)
    },

    replace: (idHash, state, nowMs) =>
      sql.write(tx => {
        const update = 'UPDATE session SET state = ?, renewedMs = ? WHERE idHash = ?'
        tx.run(update, JSON.stringify(state), nowMs, idHash)
      }),

    remove: idHash =>
      sql.write(tx => {
        tx.run('DELETE FROM session WHERE idHash = ?', idHash)
      }),

    ofAccount: async did =>
      sql
        .read(tx => tx.all<{idHash: string}>('SELECT idHash FROM session WHERE did = ? LIMIT 1000', did))
        .map(({idHash}) => idHash),

    sweep: beforeMs => sql.write(tx => tx.run('DELETE FROM session WHERE renewedMs < ?', beforeMs).changes),

    close: () => sql.close(),
  }
}
