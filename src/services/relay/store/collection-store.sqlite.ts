/**
 * The index of collections in SQLite. It has a row of some ten bytes for each account and collection, so both have
 * numbers. Which collections an account has stands once more with the account, as a list of numbers, where a second
 * index would take several times as much.
 */
import type {Did} from '#atp/syntax/did.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import type {Migration, Sql, SqlReader, SqlWriter} from '#engines/sql/sql.ts'
import type {CollectionChange} from '../collections/collection-change.ts'
import {collectionsPerRepoMax, type Lookup, type CollectionStore} from './collection-store.ts'

export const collectionMigration: Migration = {
  name: 'collections',
  up: `
    CREATE TABLE collection (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;

    CREATE TABLE collectionRepo (
      collection INTEGER NOT NULL,
      repo INTEGER NOT NULL,
      PRIMARY KEY (collection, repo)
    ) STRICT, WITHOUT ROWID;

    -- The ids of its collections, as JSON.
    CREATE TABLE repoCollections (repo INTEGER PRIMARY KEY, collections TEXT NOT NULL) STRICT;

    CREATE TABLE collectionAsk (
      repo INTEGER PRIMARY KEY,
      host INTEGER NOT NULL,
      dueMs INTEGER NOT NULL,
      tries INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX collectionAsk_by_host ON collectionAsk (host, dueMs);

    -- Of what was followed before there was an index, all is to be asked.
    INSERT INTO collectionAsk SELECT id, host, 0, 0 FROM repo WHERE rev IS NOT NULL;`,
}

/** Hosts that are looked at for one that may be asked. */
const hostsAtOnce = 200

/** Part of the act that saves the states, which has the repositories themselves saved before. */
export function saveCollections(tx: SqlWriter, changes: ReadonlyMap<Did, CollectionChange>): void {
  for (const [did, change] of changes) {
    const repo = tx.get<{id: number; host: number}>('SELECT id, host FROM repo WHERE did = ?', did)
    if (repo) saveRepo(tx, repo, change)
  }
}

function saveRepo(tx: SqlWriter, {id, host}: {id: number; host: number}, {isAll, has, toAsk}: CollectionChange): void {
  const known = knownOf(tx, id)
  const kept = new Set(isAll ? [] : known)
  for (const [name, isThere] of has) {
    const collection = tx.get<{id: number}>('SELECT id FROM collection WHERE name = ?', name)?.id
    if (!isThere) {
      if (collection !== undefined) kept.delete(collection)
    } else if (kept.size < collectionsPerRepoMax) kept.add(collection ?? added(tx, name))
  }
  for (const collection of kept) {
    if (!known.has(collection)) tx.run('INSERT INTO collectionRepo VALUES (?, ?)', collection, id)
  }
  for (const collection of known) if (!kept.has(collection)) remove(tx, collection, id)
  if (kept.size > 0) {
    const upsert = `INSERT INTO repoCollections VALUES (?, ?)
      ON CONFLICT (repo) DO UPDATE SET collections = excluded.collections`
    if (kept.size !== known.size || ![...kept].every(collection => known.has(collection))) {
      tx.run(upsert, id, JSON.stringify([...kept]))
    }
  } else if (known.size > 0) tx.run('DELETE FROM repoCollections WHERE repo = ?', id)
  if (toAsk) tx.run('INSERT INTO collectionAsk VALUES (?, ?, 0, 0) ON CONFLICT DO NOTHING', id, host)
  else if (isAll) tx.run('DELETE FROM collectionAsk WHERE repo = ?', id)
}

function knownOf(tx: SqlReader, repo: number): ReadonlySet<number> {
  const select = 'SELECT collections FROM repoCollections WHERE repo = ?'
  const row = tx.get<{collections: string}>(select, repo)
  return new Set(row ? (JSON.parse(row.collections) as number[]) : [])
}

const added = (tx: SqlWriter, name: Nsid): number => tx.run('INSERT INTO collection (name) VALUES (?)', name).lastRowId

/** With the last account that has it goes its name: names are strangers' inventions. */
function remove(tx: SqlWriter, collection: number, repo: number): void {
  tx.run('DELETE FROM collectionRepo WHERE collection = ? AND repo = ?', collection, repo)
  if (tx.get('SELECT 1 FROM collectionRepo WHERE collection = ? LIMIT 1', collection)) return
  tx.run('DELETE FROM collection WHERE id = ?', collection)
}

export function sqliteCollectionStore(sql: Sql): CollectionStore {
  return {
    reposWith: async (name, after, limit) =>
      sql
        .read(tx =>
          tx.all<{id: number; did: Did; active: number}>(
            `SELECT repo.id, repo.did, repo.active FROM (
               SELECT repo AS id FROM collectionRepo
               WHERE collection = (SELECT id FROM collection WHERE name = ?) AND repo > ? ORDER BY repo LIMIT ?
             ) AS found JOIN repo ON repo.id = found.id ORDER BY repo.id`,
            name,
            after,
            limit,
          ),
        )
        .map(({id, did, active}) => ({id, did, active: active === 1})),

    nextLookup: async (afterHost, nowMs) =>
      sql.read(tx => {
        let at = afterHost
        for (let count = 0; count < hostsAtOnce; count++) {
          const next = 'SELECT host FROM collectionAsk WHERE host > ? ORDER BY host LIMIT 1'
          const host = tx.get<{host: number}>(next, at)?.host
          if (host === undefined) return count === 0 ? undefined : {host: at}
          at = host
          const first = `SELECT collectionAsk.repo AS id, did, collectionAsk.host, tries
            FROM collectionAsk JOIN repo ON repo.id = collectionAsk.repo
            WHERE collectionAsk.host = ? AND dueMs <= ? ORDER BY dueMs LIMIT 1`
          const lookup = tx.get<Lookup>(first, host, nowMs)
          if (lookup) return {host, lookup}
        }
        return {host: at}
      }),

    postpone: (id, dueMs) =>
      sql.write(tx => {
        if (dueMs === null) tx.run('DELETE FROM collectionAsk WHERE repo = ?', id)
        else tx.run('UPDATE collectionAsk SET dueMs = ?, tries = tries + 1 WHERE repo = ?', dueMs, id)
      }),

    lookupCount: async () =>
      sql.read(tx => tx.get<{count: number}>('SELECT count(*) AS count FROM collectionAsk'))?.count ?? 0,
  }
}
