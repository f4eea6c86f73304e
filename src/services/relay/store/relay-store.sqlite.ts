/** The relay's notes in SQLite. */
import {cidFromBytes} from '#atp/data/cid.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Tid} from '#atp/syntax/tid.ts'
import type {Migration, Sql} from '#engines/sql/sql.ts'
import {copyOf} from '#std/bytes.ts'
import {collectionMigration, saveCollections} from './collection-store.sqlite.ts'
import {erasedMigration, forgottenMigration} from './forgotten-store.sqlite.ts'
import {operatorMigration} from './operator-store.sqlite.ts'
import type {HostRow, RelayStore, RepoRow} from './relay-store.ts'
import type {RepoState} from '../repos/repo-state.ts'

export const relayMigrations: readonly Migration[] = [
  {
    name: 'hosts and repos',
    up: `
      CREATE TABLE host (
        id INTEGER PRIMARY KEY,
        hostname TEXT NOT NULL UNIQUE,
        cursor INTEGER NOT NULL DEFAULT 0,
        addedMs INTEGER NOT NULL
      ) STRICT;

      CREATE TABLE repo (
        id INTEGER PRIMARY KEY,
        did TEXT NOT NULL UNIQUE,
        host INTEGER NOT NULL REFERENCES host (id),
        active INTEGER NOT NULL,
        status TEXT,
        rev TEXT,
        head BLOB,
        data BLOB
      ) STRICT;
      CREATE INDEX repo_by_host ON repo (host);

      CREATE TABLE applied (id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL) STRICT;
      INSERT INTO applied VALUES (1, 0);`,
  },
  operatorMigration,
  {
    name: 'how strictly hosts are held to Sync 1.1',
    // Those that are known were held to all of it, and are so still.
    up: `
      ALTER TABLE host ADD COLUMN stage TEXT NOT NULL DEFAULT 'observe';
      ALTER TABLE host ADD COLUMN stageSinceMs INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE host ADD COLUMN stageSet TEXT;
      UPDATE host SET stage = 'enforce';`,
  },
  collectionMigration,
  forgottenMigration,
  {
    name: 'accounts that wait for room',
    up: `
      CREATE TABLE waitingAccount (
        id INTEGER PRIMARY KEY,
        host INTEGER NOT NULL REFERENCES host (id),
        did TEXT NOT NULL,
        UNIQUE (host, did)
      ) STRICT;`,
  },
  erasedMigration,
]

interface Row {
  id: number
  did: Did
  host: number
  active: number
  status: string | null
  rev: Tid | null
  head: Uint8Array | null
  data: Uint8Array | null
}

const stateOf = ({host, active, status, rev, head, data}: Row): RepoState => ({
  host,
  active: active === 1,
  status,
  head: rev && head && data ? {rev, commit: cidFromBytes(copyOf(head)), data: cidFromBytes(copyOf(data))} : null,
})

type HostRecord = Omit<HostRow, 'asked' | 'banned' | 'alertsSilenced'> &
  Record<'asked' | 'banned' | 'alertsSilenced', number>

const hostOf = ({asked, banned, alertsSilenced, ...host}: HostRecord): HostRow => ({
  ...host,
  asked: asked === 1,
  banned: banned === 1,
  alertsSilenced: alertsSilenced === 1,
})

const rowOf = (row: Row): RepoRow => ({id: row.id, did: row.did, state: stateOf(row)})

const upsertRepo = `
  INSERT INTO repo (did, host, active, status, rev, head, data) VALUES (?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (did) DO UPDATE SET host = excluded.host, active = excluded.active, status = excluded.status,
    rev = excluded.rev, head = excluded.head, data = excluded.data`

export function sqliteRelayStore(sql: Sql): RelayStore {
  return {
    hosts: async () => sql.read(tx => tx.all<HostRecord>('SELECT * FROM host ORDER BY id')).map(hostOf),

    addHost: (hostname, nowMs, asked = false) =>
      sql.write(tx => {
        const insert = 'INSERT INTO host (hostname, addedMs, asked) VALUES (?, ?, ?) ON CONFLICT DO NOTHING'
        tx.run(insert, hostname, nowMs, asked ? 1 : 0)
        return hostOf(tx.all<HostRecord>('SELECT * FROM host WHERE hostname = ?', hostname)[0])
      }),

    setHost: (id, changes) =>
      sql.write(tx => {
        const {banned, accountLimit, alertsSilenced, stageSet} = changes
        if (stageSet !== undefined) tx.run('UPDATE host SET stageSet = ? WHERE id = ?', stageSet, id)
        if (banned !== undefined) tx.run('UPDATE host SET banned = ? WHERE id = ?', Number(banned), id)
        if (accountLimit !== undefined) tx.run('UPDATE host SET accountLimit = ? WHERE id = ?', accountLimit, id)
        if (alertsSilenced !== undefined) {
          tx.run('UPDATE host SET alertsSilenced = ? WHERE id = ?', Number(alertsSilenced), id)
        }
      }),

    setStage: (id, stage, nowMs) =>
      sql.write(tx => void tx.run('UPDATE host SET stage = ?, stageSinceMs = ? WHERE id = ?', stage, nowMs, id)),

    accountCounts: async hosts =>
      sql.read(tx => {
        const count = 'SELECT count(*) AS count FROM repo WHERE host = ?'
        return new Map(hosts.map(host => [host, tx.get<{count: number}>(count, host)?.count ?? 0]))
      }),

    activeCounts: async hosts =>
      sql.read(tx => {
        const count = 'SELECT count(*) AS count FROM repo WHERE host = ? AND active = 1'
        return new Map(hosts.map(host => [host, tx.get<{count: number}>(count, host)?.count ?? 0]))
      }),

    wait: (host, did, countMax) =>
      sql.write(tx => {
        const count = 'SELECT count(*) AS count FROM waitingAccount WHERE host = ?'
        if ((tx.get<{count: number}>(count, host)?.count ?? 0) >= countMax) return
        tx.run('INSERT INTO waitingAccount (host, did) VALUES (?, ?) ON CONFLICT DO NOTHING', host, did)
      }),

    waiting: async () =>
      sql.read(tx => tx.all<{host: number}>('SELECT DISTINCT host FROM waitingAccount')).map(({host}) => host),

    takeWaiting: (host, limit) =>
      sql.write(tx => {
        const select = 'SELECT id, did FROM waitingAccount WHERE host = ? ORDER BY id LIMIT ?'
        const rows = tx.all<{id: number; did: Did}>(select, host, limit)
        for (const {id} of rows) tx.run('DELETE FROM waitingAccount WHERE id = ?', id)
        return rows.map(({did}) => did)
      }),

    repos: async dids =>
      sql.read(tx => {
        const found = new Map<Did, RepoState>()
        for (const did of dids) {
          const row = tx.get<Row>('SELECT * FROM repo WHERE did = ?', did)
          if (row) found.set(did, stateOf(row))
        }
        return found
      }),

    async reposAfter(id, limit) {
      const select = 'SELECT * FROM repo WHERE id > ? AND rev IS NOT NULL ORDER BY id LIMIT ?'
      return sql.read(tx => tx.all<Row>(select, id, limit)).map(rowOf)
    },

    save: ({applied, repos, cursors, collections}) =>
      sql.write(tx => {
        for (const [did, {host, active, status, head}] of repos) {
          const cids = [head?.commit.bytes ?? null, head?.data.bytes ?? null]
          tx.run(upsertRepo, did, host, active ? 1 : 0, status, head?.rev ?? null, ...cids)
        }
        if (collections) saveCollections(tx, collections)
        for (const [host, cursor] of cursors) tx.run('UPDATE host SET cursor = ? WHERE id = ?', cursor, host)
        tx.run('UPDATE applied SET seq = ?', applied)
      }),

    applied: async () => sql.read(tx => tx.get<{seq: number}>('SELECT seq FROM applied'))?.seq ?? 0,

    close: () => sql.close(),
  }
}
