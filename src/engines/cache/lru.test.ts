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

test('order is of use, whichever of the entries is used or goes', () => {
  const cache = new Lru<string, number>({countMax: 3, now: () => 0})
  const kept = (): string[] => ['a', 'b', 'c', 'd', 'e'].filter(key => cache.get(key) !== undefined)
  const fill = (...keys: string[]): void => {
    cache.clear()
    for (const key of keys) cache.set(key, 1)
  }
  const rows: [act: () => void, kept: string[]][] = [
    [() => cache.get('a'), ['a', 'd', 'e']],
    [() => cache.get('b'), ['b', 'd', 'e']],
    [() => cache.get('c'), ['c', 'd', 'e']],
    [() => cache.set('b', 2), ['b', 'd', 'e']],
    [() => cache.delete('a'), ['c', 'd', 'e']],
    [() => cache.delete('b'), ['c', 'd', 'e']],
    [() => cache.delete('c'), ['b', 'd', 'e']],
    [() => cache.delete('none'), ['c', 'd', 'e']],
    [() => (cache.get('b'), cache.delete('b')), ['c', 'd', 'e']],
  ]
  for (const [act, expected] of rows) {
    fill('a', 'b', 'c')
    act()
    cache.set('d', 1)
    cache.set('e', 1)
    assert.deepEqual(kept(), expected)
    assert.equal(cache.size, 3)
    // And so it goes on.
    for (const key of ['v', 'w', 'x', 'y', 'z']) cache.set(key, 1)
    assert.deepEqual([kept(), cache.size], [[], 3])
    assert.ok(cache.get('x') && cache.get('y') && cache.get('z'))
  }
  for (const key of ['y', 'x', 'z']) cache.delete(key)
  assert.equal(cache.size, 0)
  fill('a')
  cache.clear()
  assert.equal(cache.size, 0)
  cache.set('b', 2)
  assert.deepEqual([cache.get('b'), cache.size], [2, 1])
})

test('a value set again has its new time', () => {
  const clock = {ms: 0}
  const cache = new Lru<string, number>({countMax: 10, ttlMs: 100, now: () => clock.ms})
  cache.set('a', 1)
  clock.ms = 60
  cache.set('a', 2)
  clock.ms = 159
  assert.equal(cache.get('a'), 2)
  clock.ms = 160
  assert.equal(cache.get('a'), undefined)
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
