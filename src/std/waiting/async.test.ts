import assert from 'node:assert/strict'
import {getEventListeners} from 'node:events'
import {test} from 'node:test'
import {HandClock} from '../../../test/hand-clock.ts'
import {abortable, Bell, Channel, mapConcurrent, SingleFlight} from './async.ts'

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

test('abortable settles with the promise, or with the reason of the signal', async () => {
  const control = new AbortController()
  assert.equal(await abortable(Promise.resolve(1), control.signal), 1)
  await assert.rejects(abortable(Promise.reject(new Error('no')), control.signal), /no/)
  const waiting = abortable(new Promise(() => {}), control.signal)
  control.abort(new Error('enough'))
  await assert.rejects(waiting, /enough/)
  await assert.rejects(abortable(new Promise(() => {}), control.signal), /enough/)
})

test('a bell wakes everyone waiting and remembers nothing', async () => {
  const bell = new Bell()
  bell.ring()
  let woken = 0
  const waiters = [1, 2, 3].map(() => bell.wait().then(() => woken++))
  await turn()
  assert.equal(woken, 0)
  bell.ring()
  await Promise.all(waiters)
  assert.equal(woken, 3)
  await assert.rejects(bell.wait(AbortSignal.abort(new Error('gone'))), /gone/)
})

test('a bell forgets who leaves, and whoever has waited for long enough', async () => {
  const bell = new Bell()
  const leaving = new AbortController()
  const left = bell.wait(leaving.signal)
  assert.equal(bell.waiting, 1)
  leaving.abort(new Error('left'))
  await assert.rejects(left, /left/)
  await assert.rejects(bell.wait(leaving.signal), /left/)
  assert.equal(bell.waiting, 0)

  const clock = new HandClock()
  const late = bell.waitUpTo(1_000, clock)
  await clock.pass(1_000)
  await late
  assert.equal(bell.waiting, 0)
  const rung = bell.waitUpTo(1_000, clock)
  bell.ring()
  await rung
  const going = new AbortController()
  const gone = bell.waitUpTo(1_000, clock, going.signal)
  going.abort(new Error('gone'))
  await assert.rejects(gone, /gone/)
  await assert.rejects(bell.waitUpTo(1_000, clock, going.signal), /gone/)
  assert.equal(bell.waiting, 0)

  const staying = new AbortController()
  const woken = bell.waitUpTo(1_000, clock, staying.signal)
  assert.equal(getEventListeners(staying.signal, 'abort').length, 1)
  bell.ring()
  await woken
  assert.equal(getEventListeners(staying.signal, 'abort').length, 0)
})

test('who waits for a bell again and again hangs on his signal once, and leaves with it', async () => {
  const bell = new Bell()
  const staying = new AbortController()
  const listeners = (): number => getEventListeners(staying.signal, 'abort').length
  {
    using waiter = bell.waiter(staying.signal)
    for (let i = 0; i < 3; i++) {
      const waiting = waiter.wait()
      assert.deepEqual([bell.waiting, listeners()], [1, 1])
      bell.ring()
      await waiting
      assert.deepEqual([bell.waiting, listeners()], [0, 1])
    }
    const left = waiter.wait()
    staying.abort(new Error('left'))
    await assert.rejects(left, /left/)
    await assert.rejects(waiter.wait(), /left/)
    assert.equal(bell.waiting, 0)
  }
  assert.equal(listeners(), 0)
})

test('of many who wait for a bell those are woken who have not left, in the order in which they came', async () => {
  const bell = new Bell()
  const signals = Array.from({length: 60}, () => new AbortController())
  const woken: number[] = []
  const all = signals.map(({signal}, i) => bell.wait(signal).then(() => woken.push(i)))
  for (const [i, control] of signals.entries()) if (i % 20 > 0) control.abort(new Error('left'))
  assert.equal(bell.waiting, 3)
  bell.ring()
  await Promise.allSettled(all)
  assert.deepEqual([woken, bell.waiting], [[0, 20, 40], 0])
})

test('a channel keeps order and makes a producer wait for room', async () => {
  const channel = new Channel<number>(2)
  const made: number[] = []
  const producer = (async () => {
    for (let i = 0; i < 6; i++) {
      await channel.put(i)
      made.push(i)
    }
    channel.close()
  })()
  await turn()
  assert.deepEqual(made, [0, 1], 'two fit, the third waits')
  const taken: number[] = []
  for await (const item of channel) taken.push(item)
  await producer
  assert.deepEqual(taken, [0, 1, 2, 3, 4, 5])
})

test('a full channel refuses an offer, a closed one every item, and what waited is still taken', async () => {
  const channel = new Channel<string>(1)
  assert.equal(channel.offer('a'), true)
  assert.equal(channel.offer('b'), false)
  const late = channel.put('c')
  channel.close(new Error('broken'))
  await assert.rejects(late, /broken/)
  assert.equal(channel.offer('d'), false)
  assert.deepEqual(await channel.nextAll(), ['a'])
  await assert.rejects(channel.nextAll(), /broken/)
  const ended = new Channel<string>(1)
  ended.close()
  assert.equal(await ended.nextAll(), undefined)
})

test('waiting for room ends with the signal', async () => {
  const channel = new Channel<number>(1)
  const control = new AbortController()
  channel.offer(1)
  const waiting = channel.put(2, control.signal)
  control.abort(new Error('stop'))
  await assert.rejects(waiting, /stop/)
  assert.deepEqual(channel.takeAll(), [1])
  await assert.rejects(channel.put(3, control.signal), /stop/)
  assert.equal(channel.size, 0)
})

test('mapConcurrent keeps the order of its items and the limit', async () => {
  let running = 0
  let most = 0
  const results = await mapConcurrent([5, 1, 3, 2, 4], 2, async item => {
    most = Math.max(most, ++running)
    for (let i = 0; i < item; i++) await turn()
    running--
    return item * 10
  })
  assert.deepEqual(results, [50, 10, 30, 20, 40])
  assert.equal(most, 2)
})

test('of one item, or none, mapConcurrent makes no more than its work', async () => {
  const {signal} = new AbortController()
  for (const items of [[1], new Set([1])])
    assert.deepEqual(await mapConcurrent(items, 32, async (item, given) => [item, given === signal], signal), [
      [1, true],
    ])
  for (const items of [[], new Set<number>()]) assert.deepEqual(await mapConcurrent(items, 32, async item => item), [])
})

test('the first failure stops mapConcurrent, after those under way have ended', async () => {
  const ended: number[] = []
  const map = mapConcurrent([1, 2, 3, 4], 2, async (item, signal) => {
    if (item === 1) throw new Error('first')
    while (!signal.aborted) await turn()
    ended.push(item)
  })
  await assert.rejects(map, /first/)
  assert.deepEqual(ended, [2])
  await assert.rejects(
    mapConcurrent([1], 1, async () => {}, AbortSignal.abort(new Error('before'))),
    /before/,
  )
})

test('whoever ends mapConcurrent ends what is under way, and hears his own reason; nothing hangs on his signal', async () => {
  const going = new AbortController()
  const heard: unknown[] = []
  const map = mapConcurrent(
    new Set([1, 2, 3]),
    2,
    async (item, signal) => {
      while (!signal.aborted) await turn()
      heard.push(item, (signal.reason as Error).message)
    },
    going.signal,
  )
  await turn()
  going.abort(new Error('gone'))
  await assert.rejects(map, /gone/)
  assert.deepEqual(heard, [1, 'gone', 2, 'gone'])
  const staying = new AbortController()
  for (const items of [[], [1], [1, 2, 3]]) {
    assert.deepEqual(await mapConcurrent(items, 2, async item => item, staying.signal), items)
    assert.equal(getEventListeners(staying.signal, 'abort').length, 0)
  }
})

test('a single flight asks once for callers at the same time, and again afterwards', async () => {
  const flight = new SingleFlight<string, number>()
  let asked = 0
  const ask = async (): Promise<number> => {
    await turn()
    return ++asked
  }
  assert.deepEqual(await Promise.all([flight.do('a', ask), flight.do('a', ask), flight.do('b', ask)]), [1, 1, 2])
  assert.equal(await flight.do('a', ask), 3)
  await assert.rejects(
    flight.do('a', () => {
      throw new Error('at once')
    }),
    /at once/,
  )
  assert.equal(flight.size, 0)
})

test('a single flight goes on until it is done, or the last who asked has left', async () => {
  const flights = new SingleFlight<string, number>()
  const signals: AbortSignal[] = []
  const answers: PromiseWithResolvers<number>[] = []
  const ask = (signal: AbortSignal): Promise<number> => {
    signals.push(signal)
    answers.push(Promise.withResolvers())
    return answers[answers.length - 1].promise
  }
  const [first, second] = [new AbortController(), new AbortController()]
  const asked = [flights.do('a', ask, first.signal), flights.do('a', ask, second.signal)]
  await turn()
  first.abort(new Error('first gone'))
  await assert.rejects(asked[0], /first gone/)
  assert.deepEqual([signals.length, signals[0].aborted, flights.size], [1, false, 1])
  second.abort(new Error('second gone'))
  await assert.rejects(asked[1], /second gone/)
  assert.deepEqual([signals[0].aborted, flights.size], [true, 0])

  const third = new AbortController()
  const again = [flights.do('a', ask, third.signal), flights.do('a', ask)]
  await turn()
  third.abort(new Error('third gone'))
  await assert.rejects(again[0], /third gone/)
  answers[0].reject(new Error('too late'))
  answers[1].resolve(7)
  assert.equal(await again[1], 7)
  assert.deepEqual([signals.length, signals[1].aborted, flights.size], [2, false, 0])
  await assert.rejects(flights.do('b', ask, third.signal), /third gone/)
  await assert.rejects(
    flights.do('b', () => Promise.reject(new Error('no'))),
    /no/,
  )
  assert.equal(flights.size, 0)
})
