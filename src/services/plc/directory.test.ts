/** What the directory decides by itself, whatever keeps its operations. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {Keypair} from '#atp/crypto/key.ts'
import {directoryLimits} from '#atp/plc/limits.ts'
import type {PlcEntry} from '#atp/plc/log.ts'
import {genesisDid, signOperation, type PlcUpdate} from '#atp/plc/operation.ts'
import {realWorld} from '#std/world.ts'
import {Directory} from './directory.ts'
import type {OperationStore} from './store/operation-store.ts'

const key = Keypair.generate('k256', realWorld.random)
const first = signOperation<PlcUpdate>(
  {
    type: 'plc_operation',
    rotationKeys: [key.didKey],
    verificationMethods: {atproto: key.didKey},
    alsoKnownAs: ['at://alice.test'],
    services: {},
    prev: null,
  },
  key,
)
const did = genesisDid(first)

/** A store that is `stale` so many times before it takes something. */
function stale(times: number) {
  const added: PlcEntry[] = []
  let tries = 0
  const store = {
    history: async () => added,
    async add(_: unknown, __: number, entry: PlcEntry) {
      if (tries++ < times) return 'stale'
      added.push(entry)
      return 'done'
    },
  } as unknown as OperationStore
  return {directory: new Directory(store, {now: () => 5_000}, directoryLimits), added, tries: () => tries}
}

test('an operation is judged anew when another came first, and not for ever', async () => {
  const some = stale(7)
  assert.equal((await some.directory.take(did, first)).ok, true)
  assert.deepEqual([some.tries(), some.added.length, some.added[0].takenMs], [8, 1, 5_000])
  const never = stale(100)
  const taken = await never.directory.take(did, first)
  assert.equal(taken.ok ? undefined : taken.reason, 'busy')
  assert.deepEqual([never.tries(), never.added.length], [8, 0])
})

test('what is no operation is refused by the reason of its parser, and stored nowhere', async () => {
  const {directory, tries} = stale(0)
  for (const json of [undefined, null, 7, {}, {...first, type: 'plc_wish'}, {...first, sig: 7}]) {
    const taken = await directory.take(did, json)
    assert.ok(!taken.ok && /^[a-z0-9-]+$/.test(taken.reason), JSON.stringify(json))
  }
  assert.equal(tries(), 0)
})

test('a fault of the store is none of who asked', async () => {
  const fault = new Error('The disk is gone.')
  const store = {history: () => Promise.reject(fault)} as unknown as OperationStore
  const directory = new Directory(store, {now: () => 0}, directoryLimits)
  await assert.rejects(directory.take(did, first), fault)
  await assert.rejects(directory.current(did), fault)
})
