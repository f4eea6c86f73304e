/** What every store of a replica must do alike: rows and cursor change together, or not at all. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {historyOf} from './operation-store.contract.ts'
import type {OperationStore} from './operation-store.ts'
import type {Finding, Followed, Place, ReplicaStore} from './replica-store.ts'

const primary = 'https://plc.example.com'
const alice = historyOf('alice', 3, 1_000_000)
const at = (seq: number): Place => ({seq, cid: `cid of ${seq}`})
const followed = (i: number, seq: number): Followed => ({
  did: alice.did,
  known: i,
  entry: alice.entries[i],
  nullifies: [],
  seq,
})
const finding = (did: string, kind: Finding['kind'] = 'refused', detail = 'no key'): Finding => ({did, kind, detail})

/** `open` gives empty stores over the same rows. */
export function replicaStoreContract(open: () => {operations: OperationStore; replica: ReplicaStore}): void {
  suite('a store of a replica', () => {
    test('begins at nothing, and keeps a place for each primary', async () => {
      const {replica, operations} = open()
      assert.deepEqual(await replica.place(primary), {seq: 0, cid: null, recheckedMs: -1})
      assert.equal(await replica.apply(primary, at(7), [], [], 1), 'done')
      await replica.rechecked(primary, 500, [], 2)
      assert.equal(await replica.apply('https://other.example.com', at(3), [], [], 1), 'done')
      assert.deepEqual(await replica.place(primary), {...at(7), recheckedMs: 500})
      assert.deepEqual(await replica.place('https://other.example.com'), {...at(3), recheckedMs: -1})
      await replica.apply(primary, at(5), [], [], 1)
      assert.deepEqual(await replica.place(primary), {...at(5), recheckedMs: 500}, 'a primary may have been put back')
      await operations.close()
    })

    test('adds operations with their places, marks and cursor in one act', async () => {
      const {replica, operations} = open()
      const recovery = {...followed(2, 40), nullifies: [alice.entries[1].cid]}
      assert.equal(await replica.apply(primary, at(40), [followed(0, 10), followed(1, 20), recovery], [], 1), 'done')
      assert.deepEqual(
        (await operations.after(0, 10)).map(({seq, nullified}) => [seq, nullified]),
        [
          [10, false],
          [20, true],
          [40, false],
        ],
      )
      assert.equal((await replica.place(primary)).seq, 40)
      await operations.close()
    })

    test('does nothing of an act of which one part does not fit', async () => {
      const {replica, operations} = open()
      assert.equal(
        await replica.apply(primary, at(9), [followed(0, 1), followed(2, 2)], [finding(alice.did)], 1),
        'stale',
      )
      assert.deepEqual(await operations.history(alice.did), [])
      assert.deepEqual(await replica.place(primary), {seq: 0, cid: null, recheckedMs: -1})
      assert.equal((await replica.findings(10)).count, 0)
      await operations.close()
    })

    test('gives places of its own where those of the primary are taken, or are beyond reason', async () => {
      const {replica, operations} = open()
      const bob = historyOf('bob', 1, 1_000_000)
      const carol = historyOf('carol', 1, 1_000_000)
      await replica.apply(primary, at(30), [followed(0, 30), followed(1, 30), followed(2, 4)], [], 1)
      const far = {did: bob.did, known: 0, entry: bob.entries[0], nullifies: [], seq: Number.MAX_SAFE_INTEGER}
      await replica.apply(primary, at(31), [far], [], 1)
      const farthest = {did: carol.did, known: 0, entry: carol.entries[0], nullifies: [], seq: 33 + 10_000_000}
      await replica.apply(primary, at(31), [farthest], [], 1)
      assert.deepEqual(
        (await operations.after(0, 10)).map(({seq}) => seq),
        [30, 31, 32, 33, 10_000_033],
      )
      await operations.close()
    })

    test('keeps each finding once, with how often and when, the newest first', async () => {
      const {replica, operations} = open()
      await replica.apply(primary, at(1), [], [finding('did:a'), finding('did:b', 'vanished', 'x'.repeat(900))], 10)
      await replica.rechecked(primary, 1, [finding('did:a', 'refused', 'another key')], 20)
      const {count, newest} = await replica.findings(10)
      assert.equal(count, 2)
      assert.deepEqual(newest[0], {...finding('did:a', 'refused', 'another key'), firstMs: 10, lastMs: 20, count: 2})
      assert.deepEqual(newest[1], {...finding('did:b', 'vanished', 'x'.repeat(500)), firstMs: 10, lastMs: 10, count: 1})
      assert.equal((await replica.findings(1)).newest.length, 1)
      await operations.close()
    })

    test('keeps no more than ten thousand of them, and goes on counting those it keeps', async () => {
      const {replica, operations} = open()
      const many = Array.from({length: 10_005}, (_, i) => finding(`did:${String(i).padStart(6, '0')}`))
      await replica.apply(primary, at(1), [], many, 10)
      await replica.apply(primary, at(1), [], [many[0], many[10_004]], 20)
      const {count, newest} = await replica.findings(1)
      assert.equal(count, 10_000)
      assert.deepEqual([newest[0].did, newest[0].count], ['did:000000', 2])
      await operations.close()
    })
  })
}
