import assert from 'node:assert/strict'
import {test} from 'node:test'
import {setImmediate as turn} from 'node:timers/promises'
import {AgingCache, type Failure, type Looked} from './aging-cache.ts'

const ages = {freshMs: 10, staleMs: 100, failureMs: 5, countMax: 2}
const failure = (passing: boolean): Failure => ({ok: false, reason: 'none', detail: '', passing})

/** A cache at a time that the test sets, whose looks are counted and answer what the test says. */
function setUp() {
  const state = {now: 0, looks: 0, answer: {ok: true, value: 1} as Looked<number>}
  const cache = new AgingCache<string, number, Failure>(ages, () => state.now)
  const get = (key = 'a', fresh = false) =>
    cache.get(
      key,
      async () => {
        state.looks++
        return state.answer
      },
      fresh ? {maxAgeMs: 0} : {},
    )
  return {state, cache, get}
}

test('fresh answers are given, stale ones too while a newer one is fetched, and old ones waited for', async () => {
  const {state, get} = setUp()
  await get()
  state.now = 9
  await get()
  assert.equal(state.looks, 1)
  state.now = 50
  state.answer = {ok: true, value: 2}
  assert.deepEqual(await get(), {ok: true, value: 1})
  await turn()
  assert.deepEqual(await get(), {ok: true, value: 2})
  assert.equal(state.looks, 2)
  state.now = 500
  state.answer = {ok: true, value: 3}
  assert.deepEqual(await get(), {ok: true, value: 3})
})

test('a fresh look can be demanded', async () => {
  const {state, get} = setUp()
  await get()
  await get('a', true)
  assert.equal(state.looks, 2)
})

test('what a look says that began before it was to be forgotten is not remembered', async () => {
  const {state, cache, get} = setUp()
  const old = Promise.withResolvers<Looked<number>>()
  const first = cache.get('a', () => old.promise)
  await turn()
  cache.forget('a')
  state.answer = {ok: true, value: 2}
  assert.deepEqual(await get(), state.answer)
  old.resolve(failure(false))
  assert.equal((await first).ok, false)
  assert.deepEqual([await get(), state.looks], [state.answer, 1])
})

test('a look no longer ago than the caller says is good enough', async () => {
  const {state, cache, get} = setUp()
  await get()
  const young = {maxAgeMs: 5}
  state.now = 4
  assert.deepEqual(await cache.get('a', () => assert.fail('looked'), young), {ok: true, value: 1})
  state.now = 5
  state.answer = failure(true)
  assert.equal((await cache.get('a', async () => state.answer, young)).ok, false)
  assert.equal((await cache.get('a', () => assert.fail('looked'), young)).ok, true)
})

test('callers at the same time share one look', async () => {
  const {state, get} = setUp()
  await Promise.all([get(), get(), get('a', true)])
  assert.equal(state.looks, 1)
})

test('a failure is remembered for its own time', async () => {
  const {state, get} = setUp()
  state.answer = failure(false)
  await get()
  await get()
  assert.equal(state.looks, 1)
  state.now = 5
  await get()
  assert.equal(state.looks, 2)
})

test('a passing failure does not drive out what is known; a lasting one does', async () => {
  const {state, get} = setUp()
  await get()
  state.answer = failure(true)
  assert.equal((await get('a', true)).ok, false)
  assert.equal((await get()).ok, true)
  state.answer = failure(false)
  await get('a', true)
  assert.equal((await get()).ok, false)
})

test('through a passing failure, a stale answer is not renewed at every use', async () => {
  const {state, get} = setUp()
  await get()
  state.now = 50
  state.answer = failure(true)
  for (let i = 0; i < 3; i++) {
    assert.equal((await get()).ok, true)
    await turn()
  }
  assert.equal(state.looks, 2)
  state.now = 100
  assert.equal((await get()).ok, false)
})

test('the answer unused for longest goes first', async () => {
  const {state, get} = setUp()
  for (const key of ['a', 'b', 'a', 'c']) await get(key)
  assert.equal(state.looks, 3)
  await get('a')
  assert.equal(state.looks, 3)
  await get('b')
  assert.equal(state.looks, 4)
})

test('where all were used the one that came first goes, and no more than some are gone through for it', async () => {
  const cache = new AgingCache<number, number, Failure>({...ages, countMax: 200}, () => 0)
  const get = (key: number): Promise<Looked<number>> => cache.get(key, async () => ({ok: true, value: key}))
  const keys = Array.from({length: 201}, (_, key) => key)
  for (let i = 0; i < 2; i++) for (const key of keys.slice(0, 200)) await get(key)
  await get(200)
  assert.deepEqual(
    keys.filter(key => !cache.isFresh(key)),
    [64],
  )
})

test('answers go when together they weigh too much, also one alone, and what has gone weighs nothing', async () => {
  const cache = new AgingCache<string, number, Failure>({...ages, countMax: 100}, () => 0, {
    max: 10,
    of: (key, answer) => key.length + (answer.ok ? answer.value : 0),
  })
  const learn = (key: string, weight: number) => cache.get(key, async () => ({ok: true, value: weight}))
  const held = () => ['a', 'b', 'c', 'd'].filter(key => cache.isFresh(key)).join('')
  const steps: [key: string, weight: number, held: string][] = [
    ['a', 4, 'a'],
    ['b', 4, 'ab'],
    ['c', 4, 'bc'],
    ['d', 10, ''],
    ['a', 9, 'a'],
  ]
  for (const [key, weight, left] of steps) {
    await learn(key, weight)
    assert.equal(held(), left, `after ${key} of ${weight}`)
  }
  cache.forget('a')
  await learn('b', 9)
  cache.doubt('b')
  await cache.get('b', async () => failure(true))
  assert.equal(held(), 'b', 'in doubt, and looked for in vain')
  cache.forget('b')
  await learn('b', 3)
  await learn('c', 5)
  assert.equal(held(), 'bc')
})

test('what is forgotten is looked for again', async () => {
  const {state, cache, get} = setUp()
  await get()
  cache.forget('a')
  await get()
  assert.equal(state.looks, 2)
})

test('what is in doubt is looked for anew, and given after that was in vain', async () => {
  const {state, cache, get} = setUp()
  await get()
  cache.doubt('a')
  assert.equal(cache.isFresh('a'), false)
  state.answer = failure(true)
  assert.deepEqual([(await get()).ok, (await get()).ok, state.looks], [false, true, 2])
  // Nobody waits for the next look, and what it brings is in no doubt.
  state.now = ages.failureMs
  state.answer = {ok: true, value: 2}
  assert.deepEqual(await get(), {ok: true, value: 1})
  await turn()
  assert.deepEqual([await get(), state.looks], [state.answer, 3])
  cache.doubt('a')
  state.answer = failure(false)
  assert.deepEqual([(await get()).ok, (await get()).ok], [false, false])
})

test("one caller's abort ends his wait, not the look of the others", async () => {
  const {cache} = setUp()
  const {promise, resolve} = Promise.withResolvers<Looked<number>>()
  const caller = new AbortController()
  const first = cache.get('a', () => promise, {signal: caller.signal})
  const second = cache.get('a', () => promise)
  caller.abort(new Error('gone'))
  await assert.rejects(first, /gone/)
  resolve({ok: true, value: 7})
  assert.deepEqual(await second, {ok: true, value: 7})
})

test('a look is given up when the last who asked has gone, and nothing is remembered of it', async () => {
  const {cache, get, state} = setUp()
  const callers = [new AbortController(), new AbortController()]
  let given: AbortSignal | undefined
  const look = async (signal: AbortSignal): Promise<Looked<number>> => {
    given = signal
    await new Promise(resolve => signal.addEventListener('abort', resolve))
    return failure(true)
  }
  const asked = callers.map(({signal}) => cache.get('a', look, {signal}))
  await turn()
  callers[0].abort(new Error('gone'))
  await assert.rejects(asked[0], /gone/)
  assert.equal(given?.aborted, false)
  callers[1].abort(new Error('gone too'))
  await assert.rejects(asked[1], /gone too/)
  assert.equal(given?.aborted, true)
  await turn()
  assert.deepEqual(await get(), {ok: true, value: 1})
  assert.equal(state.looks, 1)
})

test('after the clock was put back, what was looked up by the clock before it is looked up anew', async () => {
  const {state, cache, get} = setUp()
  state.now = 1_000
  state.answer = failure(true)
  await get()
  state.now = 0
  state.answer = {ok: true, value: 1}
  assert.equal(cache.isFresh('a'), false)
  assert.deepEqual(await get(), {ok: true, value: 1}, 'a failure')
  state.now = 1_000
  await get()
  state.now = 0
  state.answer = {ok: true, value: 2}
  assert.deepEqual(await get('a', true), {ok: true, value: 2}, 'a fresh look that is demanded')
})
