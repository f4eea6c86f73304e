/** What the directory decides by itself, whatever keeps its operations. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
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
    newest: async () => ({seq: 0, takenMs: 0}),
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
  const broken = (): Promise<never> => Promise.reject(fault)
  const store = {newest: broken, current: broken} as unknown as OperationStore
  const directory = new Directory(store, {now: () => 0}, directoryLimits)
  await assert.rejects(directory.take(did, first), fault)
  await assert.rejects(directory.current(did), fault)
})

const others = (n: number): PlcUpdate => {
  const {sig: _, ...rest} = first
  return signOperation<PlcUpdate>({...rest, alsoKnownAs: [`at://${n}.test`]}, key)
}

/** The times that so many first operations get while the clock shows these, if the newest so far is `newestMs`. */
async function times(newestMs: number, clock: readonly number[]): Promise<number[]> {
  const taken: number[] = []
  let i = 0
  const store = {
    newest: async () => ({seq: 1, takenMs: newestMs}),
    history: async () => [],
    add: async (_: unknown, __: number, {takenMs}: PlcEntry) => {
      taken.push(takenMs)
      return 'done'
    },
  } as unknown as OperationStore
  const directory = new Directory(store, {now: () => clock[i]}, directoryLimits)
  for (; i < clock.length; i++) {
    const one = others(i)
    assert.equal((await directory.take(genesisDid(one), one)).ok, true)
  }
  return taken
}

suite('the time of an operation', () => {
  const rows: [name: string, newestMs: number, clock: number[], taken: number[]][] = [
    ['is the clock’s', 0, [5_000, 5_000, 7_000], [5_000, 5_000, 7_000]],
    [
      'is never before that of another, which a reader by time may have seen',
      5_400,
      [5_000, 5_390, 5_401],
      [5_400, 5_400, 5_401],
    ],
    ['is shared as long as the clock is a second behind', 6_000, [5_000, 5_000], [6_000, 6_000]],
    ['goes on by milliseconds after the clock was put back', 9_000, [5_000, 5_000, 9_500], [9_001, 9_002, 9_500]],
  ]
  for (const [name, newestMs, clock, taken] of rows) {
    test(name, async () => assert.deepEqual(await times(newestMs, clock), taken))
  }
})

test('what is to be removed is looked at anew when the history has changed meanwhile', async () => {
  const entry = {operation: {...first, sig: 'none'}, cid: 'x', nullified: false, takenMs: 1}
  const store = {history: async () => [entry], remove: async () => 'stale'} as unknown as OperationStore
  const removal = await new Directory(store, {now: () => 0}, directoryLimits).removeInvalid(did, 'x')
  assert.equal(removal.ok ? undefined : removal.reason, 'busy')
})
