/** Events that are read again by their number. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {Hosted, openTestTap} from '../../../../test/tap-service.ts'
import type {TapEvent} from '../../../../test/tap-stores.ts'
import {until} from '../../../../test/until.ts'
import {pruneOld} from './replay.ts'

const kept = {TAP_REPLAY_WINDOW: '1h', TAP_OUTBOX_CAPACITY: '2'}
const idsOf = (told: readonly TapEvent[]): number[] => told.map(({id}) => id)

suite('what a Tap keeps to be read again', {timeout: 30_000}, () => {
  test('every reader has all of it from where it wants, then what happens, and nobody is waited for', async context => {
    const alice = new Hosted('alice')
    alice.write({a: 'one', b: 'two', c: 'three'})
    const tap = await openTestTap(context, [alice], {env: kept})
    await tap.add(alice.did)
    const all = await tap.connect('/channel?cursor=0')
    await until(() => all.told.length === 4, 'what is there, more than may wait')
    const [first, second, , last] = idsOf(all.told)
    const some = await tap.connect(`/channel?cursor=${second}`)
    const live = await tap.connect(`/channel?cursor=${last}`)
    tap.stream.push(alice.write({d: 'four'}))
    await until(() => all.told.length === 5 && some.told.length === 3 && live.told.length === 1, 'what has happened')
    assert.deepEqual(idsOf(all.told), [first, second, second + 1, last, last + 1])
    assert.deepEqual(some.told, all.told.slice(2))
    assert.deepEqual(live.told, all.told.slice(4))
  })

  test('beside it the queue goes on, and what is acknowledged there stays', async context => {
    const alice = new Hosted('alice')
    alice.write({a: 'one', b: 'two'})
    const tap = await openTestTap(context, [alice], {env: kept})
    const reader = await tap.connect()
    assert.ok('ack' in reader)
    await tap.add(alice.did)
    await until(() => reader.told.length === 3, 'what is there')
    reader.ack(...idsOf(reader.told))
    await until(async () => (await tap.call('GET', '/stats/outbox-buffer')).body.outbox_buffer === 0, 'nothing waits')
    const again = await tap.connect('/channel?cursor=0')
    await until(() => again.told.length === 3, 'it is there again')
  })

  for (const [cursor, status] of [
    ['', 400],
    ['-1', 400],
    ['1.5', 400],
    ['x', 400],
    ['99999999999999999999', 400],
    ['1', 400],
    ['0', 0],
  ] as const) {
    test(`the cursor "${cursor}" of an empty outbox is ${status === 0 ? 'taken' : 'refused'}`, async context => {
      const tap = await openTestTap(context, [], {env: kept})
      assert.equal((await tap.connect(`/channel?cursor=${cursor}`)).refused, status)
    })
  }

  test('where nothing is kept, no cursor is taken', async context => {
    const tap = await openTestTap(context, [])
    assert.equal((await tap.connect('/channel?cursor=0')).refused, 400)
  })

  test('what is old goes, some at a time, and it is told', async () => {
    const stop = new AbortController()
    const asked: number[][] = []
    const left = [500, 500, 7, 0]
    let told = 0
    const sleep = async (ms: number): Promise<void> => {
      if (ms === 0) return
      stop.abort()
      throw new Error('over')
    }
    const pruning = pruneOld(
      {
        store: {prune: async (...given) => (asked.push(given), left.shift() ?? 0)},
        windowMs: 1_000,
        sizeMax: 7,
        world: {now: () => 5_000, sleep},
        pruned: async () => void told++,
      },
      stop.signal,
    )
    await assert.rejects(pruning, {message: 'over'})
    assert.deepEqual([asked, told], [Array.from({length: 4}, () => [4_000, 7]), 1])
  })
})
