import {deepEqual} from 'node:assert/strict'
import {test} from 'node:test'
import {openSqlite} from '#engines/sql/sqlite.ts'
import {relayStoreContract} from './relay-store.contract.ts'
import {relayMigrations, sqliteRelayStore} from './relay-store.sqlite.ts'

relayStoreContract(() => sqliteRelayStore(openSqlite(undefined, {migrations: relayMigrations})))

test('the steps of a database that is there keep their names, by which it is known', () => {
  deepEqual(
    relayMigrations.slice(0, 7).map(({name}) => name),
    [
      'hosts and repos',
      'what an operator sets',
      'how strictly hosts are held to Sync 1.1',
      'collections',
      'accounts whose events are given out no more',
      'accounts that wait for room',
      'how far the events of an account are erased',
    ],
  )
})
