/** What a cache bounded by weight keeps. */
import {deepEqual} from 'node:assert/strict'
import {test} from 'node:test'
import {WeightedCache} from './weighted-cache.ts'

test('those used longest ago make room, and what is too old or too heavy is not there', () => {
  let now = 0
  const cache = new WeightedCache<string, number>(10, () => now)
  const kept = (): string => ['a', 'b', 'c', 'd'].filter(key => cache.get(key) !== undefined).join('')
  cache.set('a', 1, 4)
  cache.set('b', 2, 4, 5)
  cache.set('a', 3, 4)
  deepEqual([cache.get('a'), kept()], [3, 'ab'])
  cache.get('a')
  cache.set('c', 4, 4)
  deepEqual(kept(), 'ac')
  cache.set('d', 5, 11)
  deepEqual(kept(), 'ac')
  cache.set('b', 6, 2, 5)
  deepEqual(kept(), 'abc')
  now = 5
  deepEqual(kept(), 'ac')
  cache.set('d', 7, 2)
  deepEqual(kept(), 'acd')
})
