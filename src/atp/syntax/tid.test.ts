import assert from 'node:assert/strict'
import {test} from 'node:test'
import {isTid, parseTid, TidClock, tidMicros, tidOf} from './tid.ts'

test('a TID carries its moment and sorts by it', () => {
  for (const micros of [0, 1, 31, 32, 1_700_000_000_123_456, Number.MAX_SAFE_INTEGER]) {
    const tid = tidOf(micros, 1023)
    assert.ok(isTid(tid), tid)
    assert.equal(tidMicros(tid), micros)
  }
  assert.equal(tidOf(0, 0), '2222222222222')
  assert.equal(tidOf(1n, 0), '2222222222322')
  assert.equal(tidOf(0, 33), '2222222222233')
  assert.ok(tidOf(999, 1023) < tidOf(1000, 0))
})

test('a moment or a clock number that a TID cannot hold is a bug of the caller', () => {
  for (const [micros, clockId] of [
    [-1, 0],
    [2 ** 53, 0],
    [0.5, 0],
    [0, 1024],
    [0, -1],
  ]) {
    assert.throws(() => tidOf(micros, clockId), /Broken invariant/)
  }
})

test('a clock never repeats and never goes back, while the time stands still, jumps back or leaps ahead', () => {
  const times = [1000, 1000, 1000, 500, 0, 1000.0005, 1000.5, 1_700_000_000_000, 3]
  let now = 0
  const clock = new TidClock({now: () => now}, 7)
  let last = ''
  for (const time of times) {
    now = time
    for (let i = 0; i < 50; i++) {
      const tid = clock.next()
      assert.ok(tid > last, `${tid} follows ${last} at ${time}`)
      last = tid
    }
  }
})

test('a clock follows the time to the microsecond when it may', () => {
  let now = 1_700_000_000_000
  const clock = new TidClock({now: () => now}, 3)
  assert.equal(tidMicros(clock.next()), 1_700_000_000_000_000)
  now += 2.25
  assert.equal(tidMicros(clock.next()), 1_700_000_000_002_250)
})

test('a clock goes past a revision that another clock gave, and stays past it', () => {
  const clock = new TidClock({now: () => 1000}, 0)
  const after = tidOf(5_000_000, 1023)
  const next = clock.next(after)
  assert.ok(next > after)
  assert.ok(clock.next(after) > next)
  assert.ok(clock.next() > next)
  assert.ok(clock.next(tidOf(1, 0)) > next, 'an old revision holds nothing back')
})

test('nothing comes after the last TID', () => {
  const clock = new TidClock({now: () => 1000}, 0)
  const last = new TidClock({now: () => 1000}, 0).next(tidOf(Number.MAX_SAFE_INTEGER - 1, 0))
  assert.equal(tidMicros(last), Number.MAX_SAFE_INTEGER)
  assert.throws(() => clock.next(tidOf(Number.MAX_SAFE_INTEGER, 0)), {format: 'tid', reason: 'no-later-tid'})
  assert.throws(() => clock.next(parseTid('jzzzzzzzzzzzz')), {format: 'tid', reason: 'no-later-tid'})
  assert.equal(tidMicros(clock.next()), 1_000_000, 'the clock is unharmed')
})
