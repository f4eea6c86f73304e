/** Numbers that can be had again: what replays of the simulator and the demo hang on. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {Prng} from './prng.ts'

const draws = (prng: Prng, count: number): number[] => Array.from({length: count}, () => prng.next())

test('the same seed gives the same numbers, on every machine', () => {
  assert.deepEqual(draws(new Prng('one'), 5), draws(new Prng('one'), 5))
  assert.notDeepEqual(draws(new Prng('one'), 5), draws(new Prng('two'), 5))
  // Seeds of runs that were reported must go on giving those runs.
  assert.deepEqual(
    draws(new Prng('wholesky'), 3).map(n => Math.floor(n * 1e6)),
    [449_912, 601_396, 459_356],
  )
})

test('numbers are from 0 to below 1, spread evenly', () => {
  const buckets = Array.from({length: 10}, () => 0)
  for (const n of draws(new Prng('even'), 20_000)) buckets[Math.floor(n * 10)]++
  assert.ok(
    buckets.every(count => count > 1800 && count < 2200),
    String(buckets),
  )
})

test('seeds that are alike do not begin alike', () => {
  const firsts = Array.from({length: 200}, (_, i) => new Prng(`seed ${i}`).next())
  assert.equal(new Set(firsts).size, 200)
  const mean = firsts.reduce((sum, n) => sum + n, 0) / 200
  assert.ok(mean > 0.4 && mean < 0.6, `${mean}`)
})

test('a stream of its own is the same however much was drawn beside it', () => {
  const prng = new Prng('one')
  const before = draws(prng.of('part'), 3)
  draws(prng, 100)
  assert.deepEqual(draws(prng.of('part'), 3), before)
  assert.notDeepEqual(draws(prng.of('other'), 3), before)
  assert.notDeepEqual(draws(prng.of('part').of('part'), 3), before)
})

test('whole numbers come with both of their ends, and pick and some take from the whole list', () => {
  const prng = new Prng('whole')
  const found = new Set(Array.from({length: 200}, () => prng.whole(2, 5)))
  assert.deepEqual([...found].toSorted(), [2, 3, 4, 5])
  assert.deepEqual(new Set(Array.from({length: 100}, () => prng.pick('abc'.split('')))), new Set(['a', 'b', 'c']))
  const taken = prng.some([1, 2, 3, 4], 3)
  assert.equal(new Set(taken).size, 3)
  assert.deepEqual(prng.some([1, 2], 9).toSorted(), [1, 2])
  assert.deepEqual(prng.some([], 2), [])
})

test('a probability is kept', () => {
  const prng = new Prng('is')
  const yes = Array.from({length: 10_000}, () => prng.is(0.3)).filter(Boolean).length
  assert.ok(yes > 2800 && yes < 3200, `${yes}`)
  assert.ok(!prng.is(0) && prng.is(1))
  for (let i = 0; i < 100; i++) {
    const n = prng.between(-2, 3)
    assert.ok(n >= -2 && n < 3)
  }
})
