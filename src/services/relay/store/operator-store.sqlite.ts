/** What the operator has said, in the SQLite of the relay's notes. */
import type {Did} from '#atp/syntax/did.ts'
import type {Migration, Sql} from '#engines/sql/sql.ts'
import type {OperatorStore, StoredSetting} from './operator-store.ts'

export const operatorMigration: Migration = {
  name: 'what an operator sets',
  up: `
    ALTER TABLE host ADD COLUMN asked INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE host ADD COLUMN banned INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE host ADD COLUMN accountLimit INTEGER;
    ALTER TABLE host ADD COLUMN alertsSilenced INTEGER NOT NULL DEFAULT 0;

    CREATE TABLE domainBan (domain TEXT PRIMARY KEY, addedMs INTEGER NOT NULL) STRICT, WITHOUT ROWID;

    CREATE TABLE takedown (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      did TEXT NOT NULL UNIQUE,
      active INTEGER NOT NULL,
      status TEXT,
      addedMs INTEGER NOT NULL
    ) STRICT;

    CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL, over TEXT NOT NULL) STRICT, WITHOUT ROWID;`,
}

interface TakedownRow {
  id: number
  did: Did
  active: number
  status: string | null
}

export function sqliteOperatorStore(sql: Sql): OperatorStore {
  return {
    domainBans: async () =>
      sql
        .read(tx => tx.all<{domain: string}>('SELECT domain FROM domainBan ORDER BY domain'))
        .map(({domain}) => domain),

    banDomain: (domain, nowMs) =>
      sql.write(tx => void tx.run('INSERT INTO domainBan VALUES (?, ?) ON CONFLICT DO NOTHING', domain, nowMs)),

    unbanDomain: domain => sql.write(tx => void tx.run('DELETE FROM domainBan WHERE domain = ?', domain)),

    async takedowns(after, limit) {
      const select = 'SELECT id, did, active, status FROM takedown WHERE id > ? ORDER BY id LIMIT ?'
      return sql.read(tx => tx.all<TakedownRow>(select, after, limit)).map(row => ({...row, active: row.active === 1}))
    },

    takeDown: (did, {active, status}, nowMs) =>
      sql.write(tx => {
        const insert = 'INSERT INTO takedown (did, active, status, addedMs) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING'
        tx.run(insert, did, active ? 1 : 0, status, nowMs)
      }),

    hostSaid: (did, {active, status}) =>
      sql.write(tx => {
        tx.run('UPDATE takedown SET active = ?, status = ? WHERE did = ?', active ? 1 : 0, status, did)
      }),

    reverseTakedown: did => sql.write(tx => void tx.run('DELETE FROM takedown WHERE did = ?', did)),

    settings: async () =>
      sql.read(tx => tx.all<StoredSetting>('SELECT name, value, over FROM setting')).map(row => ({...row})),

    set: ({name, value, over}) =>
      sql.write(tx => {
        const insert = `INSERT INTO setting VALUES (?, ?, ?)
          ON CONFLICT (name) DO UPDATE SET value = excluded.value, over = excluded.over`
        tx.run(insert, name, value, over)
      }),
  }
}
