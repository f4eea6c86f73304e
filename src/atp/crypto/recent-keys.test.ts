/** What is kept of keys is bounded, and those in use stay. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {RecentKeys} from './recent-keys.ts'

test('recent keys are prepared once while they are in use, and never held beyond the cap', () => {
  const prepared: number[] = []
  const keys = new RecentKeys<number>(4, key => {
    prepared.push(key[0])
    return key[0] * 10
  })
  const get = (n: number): number => keys.get(Uint8Array.of(n))
  for (const n of [1, 2, 1, 2, 1]) assert.equal(get(n), n * 10)
  assert.deepEqual(prepared, [1, 2])
  for (const n of [3, 1, 4, 1, 5, 1, 6, 1]) get(n)
  assert.deepEqual(prepared, [1, 2, 3, 4, 5, 6], 'the one in use was kept')
  get(2)
  assert.equal(prepared.at(-1), 2, 'the one long unused was not')
})

test('a key that cannot be prepared is not kept', () => {
  const keys = new RecentKeys<number>(4, () => {
    throw new RangeError('no')
  })
  for (let i = 0; i < 2; i++) assert.throws(() => keys.get(Uint8Array.of(1)), RangeError)
})
