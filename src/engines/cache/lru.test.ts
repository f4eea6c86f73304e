import assert from 'node:assert/strict'
import {test} from 'node:test'
import {Lru} from './lru.ts'

test('what was used longest ago goes first', () => {
  const cache = new Lru<string, number>({countMax: 2, now: () => 0})
  cache.set('a', 1)
  cache.set('b', 2)
  cache.get('a')
  cache.set('c', 3)
  assert.deepEqual(
    ['a', 'b', 'c'].map(key => cache.get(key)),
    [1, undefined, 3],
  )
  assert.equal(cache.size, 2)
})

test('an entry ends with its time, counted from when it was set', () => {
  const clock = {ms: 0}
  const cache = new Lru<string, number>({countMax: 10, ttlMs: 100, now: () => clock.ms})
  cache.set('a', 1)
  cache.set('b', 2, 500)
  clock.ms = 99
  assert.equal(cache.get('a'), 1)
  clock.ms = 100
  assert.deepEqual([cache.get('a'), cache.get('b'), cache.size], [undefined, 2, 1])
  cache.delete('b')
  assert.equal(cache.get('b'), undefined)
})
