import {equal} from 'node:assert/strict'
import {test} from 'node:test'
import {openSqlite} from '#engines/sql/sqlite.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import {collectionStoreContract} from './collection-store.contract.ts'
import {sqliteCollectionStore} from './collection-store.sqlite.ts'
import {relayMigrations, sqliteRelayStore} from './relay-store.sqlite.ts'

collectionStoreContract(() => {
  const sql = openSqlite(undefined, {migrations: relayMigrations})
  return {relay: sqliteRelayStore(sql), collections: sqliteCollectionStore(sql)}
})

test('the name of a collection goes with the last account that has it', async () => {
  const sql = openSqlite(undefined, {migrations: relayMigrations})
  const store = sqliteRelayStore(sql)
  const {id: host} = await store.addHost('pds.example.com', 1)
  const did = 'did:web:a.example.com' as Did
  for (const [isThere, count] of [
    [true, 2],
    [false, 0],
  ] as const) {
    const has = new Map(['a.b.c', 'd.e.f'].map(name => [name as Nsid, isThere]))
    const repos = new Map([[did, {host, active: true, status: null, head: null}]])
    const collections = new Map([[did, {isAll: false, has, toAsk: false}]])
    await store.save({applied: 1, repos, cursors: new Map(), collections})
    const counted = (table: string) => sql.read(tx => tx.all(`SELECT * FROM ${table}`)).length
    equal(counted('collection'), count)
    equal(counted('repoCollections'), Math.min(count, 1))
  }
  await store.close()
})
