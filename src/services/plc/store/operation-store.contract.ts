/** What every store of the directory's operations must do alike. A store's test is one call of this. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {Keypair} from '#atp/crypto/key.ts'
import type {PlcEntry} from '#atp/plc/log.ts'
import {genesisDid, operationCid, signOperation, type PlcUpdate} from '#atp/plc/operation.ts'
import type {Did} from '#atp/syntax/did.ts'
import {realWorld} from '#std/world.ts'
import type {OperationStore} from './operation-store.ts'

const key = Keypair.generate('k256', realWorld.random)

/** A history of so many operations, a second apart, and whose it is. */
export function historyOf(name: string, count: number, startMs: number): {did: Did; entries: PlcEntry[]} {
  const entries: PlcEntry[] = []
  for (let i = 0; i < count; i++) {
    const operation = signOperation<PlcUpdate>(
      {
        type: 'plc_operation',
        rotationKeys: [key.didKey],
        verificationMethods: {atproto: key.didKey},
        alsoKnownAs: [`at://${name}${i}.test`],
        services: {},
        prev: entries.at(-1)?.cid ?? null,
      },
      key,
    )
    entries.push({operation, cid: operationCid(operation), nullified: false, takenMs: startMs + 1_000 * i})
  }
  return {did: genesisDid(entries[0].operation as PlcUpdate), entries}
}

const cidsOf = (entries: readonly PlcEntry[]): string[] => entries.map(({cid}) => cid)

/** `open` gives an empty store. */
export function operationStoreContract(open: () => OperationStore): void {
  const alice = historyOf('alice', 3, 1_000_000)
  const bob = historyOf('bob', 2, 1_000_500)

  /** Both histories, as they came by time. */
  async function filled(): Promise<OperationStore> {
    const store = open()
    for (const [{did, entries}, i] of [
      [alice, 0],
      [bob, 0],
      [alice, 1],
      [bob, 1],
      [alice, 2],
    ] as const) {
      assert.equal(await store.add(did, i, entries[i], []), 'done')
    }
    return store
  }

  suite('a store of operations', () => {
    test('is empty at first', async () => {
      const store = open()
      assert.deepEqual(await store.history(alice.did), [])
      assert.deepEqual(await store.newest(), {seq: 0, takenMs: 0})
      assert.equal(await store.current(alice.did), undefined)
      assert.deepEqual(await store.after(0, 10), [])
      assert.deepEqual(await store.takenAfter(0, 10), [])
      await store.close()
    })

    test('gives back each history as it was put in', async () => {
      const store = await filled()
      assert.deepEqual(await store.history(alice.did), alice.entries)
      assert.deepEqual(await store.history(bob.did), bob.entries)
      await store.close()
    })

    test('takes nothing for a history that has grown meanwhile, or is shorter than was thought', async () => {
      const store = await filled()
      const more = historyOf('more', 1, 2_000_000).entries[0]
      for (const known of [0, 2, 4])
        assert.equal(await store.add(alice.did, known, more, [alice.entries[1].cid]), 'stale')
      assert.deepEqual(await store.history(alice.did), alice.entries)
      const both = await Promise.all([store.add(alice.did, 3, more, []), store.add(alice.did, 3, more, [])])
      assert.deepEqual(both.toSorted(), ['done', 'stale'])
      assert.equal((await store.history(alice.did)).length, 4)
      await store.close()
    })

    test('gives a long history as it was at one moment, and lets others have their turn meanwhile', async () => {
      const store = await filled()
      const {did, entries} = historyOf('long', 300, 3_000_000)
      for (const [i, entry] of entries.entries()) await store.add(did, i, entry, [])
      let turns = 0
      const read = store.history(did)
      const next = setImmediate(() => {
        turns++
        void store.add(did, 300, historyOf('more', 1, 4_000_000).entries[0], [])
      })
      assert.deepEqual(await read, entries)
      clearImmediate(next)
      assert.equal(turns, 1)
      await store.close()
    })

    test('marks what an operation strikes out, of that identity only, and keeps it', async () => {
      const store = await filled()
      const recovery = historyOf('recovery', 1, 2_000_000).entries[0]
      const struck = [alice.entries[1].cid, alice.entries[2].cid]
      assert.equal(await store.add(alice.did, 3, recovery, [...struck, bob.entries[1].cid]), 'done')
      const marks = (await store.history(alice.did)).map(({nullified}) => nullified)
      assert.deepEqual(marks, [false, true, true, false])
      assert.deepEqual(await store.history(bob.did), bob.entries)
      const listed = await store.after(0, 10)
      assert.deepEqual(cidsOf(listed.filter(({nullified}) => nullified)), struck)
      await store.close()
    })

    test('lists all in the order in which they came, from any place, so many at a time', async () => {
      const store = await filled()
      const all = await store.after(0, 10)
      assert.deepEqual(
        all.map(({did}) => did),
        [alice, bob, alice, bob, alice].map(({did}) => did),
      )
      const seqs = all.map(({seq}) => seq)
      assert.deepEqual(
        seqs,
        seqs.toSorted((a, b) => a - b),
      )
      assert.ok(seqs[0] >= 1)
      assert.deepEqual(await store.newest(), {seq: seqs[4], takenMs: 1_002_000})
      assert.deepEqual(await store.after(seqs[1], 2), all.slice(2, 4))
      assert.deepEqual(await store.after(seqs[4], 10), [])
      await store.close()
    })

    test('knows what each identity is now', async () => {
      const store = await filled()
      assert.deepEqual(await store.current(alice.did), alice.entries[2].operation)
      assert.deepEqual(await store.current(bob.did), bob.entries[1].operation)
      const recovery = historyOf('recovery', 1, 2_000_000).entries[0]
      await store.add(alice.did, 3, recovery, [alice.entries[2].cid])
      assert.deepEqual(await store.current(alice.did), recovery.operation)
      await store.close()
    })

    test('takes away the end of a history, whole or in part, and never gives a seq twice', async () => {
      const store = await filled()
      const newest = await store.newest()
      for (const known of [0, 2, 4]) assert.equal(await store.remove(alice.did, known, 1, 3_000_000), 'stale')
      assert.deepEqual(await store.history(alice.did), alice.entries)
      assert.equal(await store.remove(alice.did, 3, 1, 3_000_000), 'done')
      assert.deepEqual(await store.history(alice.did), [alice.entries[0]])
      assert.deepEqual(await store.current(alice.did), alice.entries[0].operation)
      assert.equal(await store.remove(bob.did, 2, 0, 3_000_000), 'done')
      assert.deepEqual(await store.history(bob.did), [])
      assert.deepEqual(
        (await store.after(0, 10)).map(({cid}) => cid),
        [alice.entries[0].cid],
      )
      assert.deepEqual(cidsOf(await store.takenAfter(0, 10)), [alice.entries[0].cid])
      assert.equal(await store.add(bob.did, 0, bob.entries[0], []), 'done')
      assert.equal(await store.add(alice.did, 1, alice.entries[1], []), 'done')
      assert.deepEqual(await store.history(alice.did), alice.entries.slice(0, 2))
      assert.ok((await store.after(newest.seq, 10)).length === 2, 'both are after all that there ever were')
      await store.close()
    })

    test('lists what was taken after a time, without what was taken at it', async () => {
      const store = await filled()
      const times = async (ms: number, limit = 10): Promise<number[]> =>
        (await store.takenAfter(ms, limit)).map(({takenMs}) => takenMs)
      assert.deepEqual(await times(0), [1_000_000, 1_000_500, 1_001_000, 1_001_500, 1_002_000])
      assert.deepEqual(await times(1_000_500), [1_001_000, 1_001_500, 1_002_000])
      assert.deepEqual(await times(1_000_499, 2), [1_000_500, 1_001_000])
      assert.deepEqual(await times(1_002_000), [])
      await store.close()
    })
  })
}
