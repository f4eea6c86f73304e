/** Which events go, and which stay, to the event. */
import {deepEqual, equal} from 'node:assert/strict'
import {test} from 'node:test'
import {pdsRepo} from '../../../../test/pds-repo.ts'
import {parseDid} from '#atp/syntax/did.ts'
import {sqliteEventStore} from './event-store.sqlite.ts'

const [alice, bob] = ['alice', 'bob'].map(name => parseDid(`did:web:${name}.test`))

test('events go that are older than a time or up to a number, some in each act, from the oldest on', async context => {
  const {sql} = await pdsRepo(context)
  const store = sqliteEventStore(sql)
  await sql.write(tx => {
    for (let i = 1; i <= 10; i++)
      tx.run('INSERT INTO event (did, timeMs, frame) VALUES (?, ?, zeroblob(3))', i % 2 ? alice : bob, i * 10)
  })
  const seqs = (): unknown[] => sql.read(tx => tx.arrays('SELECT seq FROM event ORDER BY seq')).flat()
  deepEqual(await store.span(0, 100), {lastSeq: 10, size: 30})
  deepEqual(await store.span(4, 2), {lastSeq: 6, size: 6})
  equal(await store.span(10, 2), undefined)

  const prune = (beforeMs: number, toSeq: number, limit = 100) => store.prune({beforeMs, toSeq, limit})
  deepEqual(await prune(0, 0), {count: 0, prunedTo: 0})
  deepEqual(await prune(10, 0), {count: 0, prunedTo: 0})
  deepEqual(await prune(11, 0), {count: 1, prunedTo: 1})
  deepEqual(await prune(0, 3), {count: 2, prunedTo: 3})
  deepEqual(await prune(1_000, 1_000, 2), {count: 2, prunedTo: 5})
  equal(await store.prunedTo(), 5)
  deepEqual(seqs(), [6, 7, 8, 9, 10])

  equal(await store.forget(alice, 1), 1)
  equal(await store.forget(alice, 9), 1)
  deepEqual(seqs(), [6, 8, 10])
  deepEqual(await prune(1_000, 1_000), {count: 3, prunedTo: 10})
})
