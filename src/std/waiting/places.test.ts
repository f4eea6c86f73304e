/** Who gets a place, who waits, who is turned away. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {HandClock} from '../../../test/hand-clock.ts'
import {Overloaded} from './async.ts'
import {Places} from './places.ts'

const groupOf = (key: string): string => key.split('.')[1]

const never = new Promise<never>(() => {})

/** Takes places and notes who has one, in order. */
function taking(places: Places) {
  const got: string[] = []
  const releases = new Map<string, () => void>()
  const take = (name: string, key: string, signal?: AbortSignal): Promise<void> =>
    places.take(key, signal).then(release => {
      got.push(name)
      releases.set(name, release)
    })
  const release = async (name: string): Promise<void> => {
    releases.get(name)?.()
    await settled()
  }
  return {got, take, release}
}

const settled = async (): Promise<void> => {
  for (let i = 0; i < 10; i++) await undefined
}

test('a place that becomes free goes to one who waits, and the next one to the next', async () => {
  const places = new Places({max: 2, waitingMax: 10})
  const {got, take, release} = taking(places)
  for (const name of ['a', 'b', 'c', 'd', 'e']) void take(name, name)
  await settled()
  assert.deepEqual([got, places.running, places.waiting], [['a', 'b'], 2, 3])
  await release('a')
  assert.deepEqual([got, places.running, places.waiting], [['a', 'b', 'c'], 2, 2])
  await release('c')
  await release('c')
  assert.deepEqual([got, places.running, places.waiting], [['a', 'b', 'c', 'd'], 2, 1])
  for (const name of ['b', 'd', 'e']) await release(name)
  assert.deepEqual([places.running, places.waiting], [0, 0])
})

test('a key that never lets go keeps its own places, and no other', async () => {
  const places = new Places({max: 4, perKeyMax: 2, waitingMax: 10})
  const {got, take} = taking(places)
  for (let i = 0; i < 5; i++) void take(`evil ${i}`, 'evil')
  await take('good 1', 'good')
  await take('good 2', 'good')
  assert.deepEqual(got, ['evil 0', 'evil 1', 'good 1', 'good 2'])
})

test('keys of one group share the places of the group', async () => {
  const places = new Places({max: 4, perKeyMax: 2, perGroupMax: 3, groupOf, waitingMax: 10})
  const {got, take, release} = taking(places)
  for (const key of ['a.evil', 'b.evil', 'c.evil', 'd.evil', 'a.good']) void take(key, key)
  await settled()
  assert.deepEqual(got, ['a.evil', 'b.evil', 'c.evil', 'a.good'])
  await release('a.good')
  assert.deepEqual(got.length, 4)
  await release('b.evil')
  assert.deepEqual(got.at(-1), 'd.evil')
})

test('the key with the fewest places is next, however many of another have waited for longer', async () => {
  const places = new Places({max: 3, waitingMax: 100})
  const {got, take, release} = taking(places)
  for (let i = 0; i < 50; i++) void take(`evil ${i}`, 'evil')
  void take('good', 'good')
  await settled()
  await release('evil 0')
  assert.deepEqual(got, ['evil 0', 'evil 1', 'evil 2', 'good'])
})

test('the group with the fewest places is next, however many names another group has', async () => {
  const places = new Places({max: 3, groupOf, waitingMax: 100})
  const {got, take, release} = taking(places)
  for (let i = 0; i < 50; i++) void take(`${i}.evil`, `${i}.evil`)
  void take('a.good', 'a.good')
  await settled()
  await release('0.evil')
  assert.deepEqual(got, ['0.evil', '1.evil', '2.evil', 'a.good'])
})

for (const [what, group] of [
  ['keys', (i: number) => `${i % 3}.evil ${i % 3}`],
  ['groups of many keys', (i: number) => `${i}.evil ${i % 3}`],
] as const) {
  test(`some ${what} that always wait do not keep out who comes after them`, async () => {
    const places = new Places({max: 2, groupOf, waitingMax: 100})
    const {got, take, release} = taking(places)
    for (let i = 0; i < 30; i++) void take(`evil ${i}`, group(i))
    void take('good', 'a.good')
    await settled()
    for (let turn = 0; turn < 4; turn++) await release(got.at(-1) ?? '')
    assert.ok(got.includes('good'), got.join(', '))
  })
}

test('who has fewer waiting takes the place of the last of whoever has most, if there is to be room', async () => {
  const refused: string[] = []
  const places = new Places({max: 1, groupOf, waitingMax: 4, makesRoom: true, onRefused: key => refused.push(key)})
  const {got, take, release} = taking(places)
  await take('runs', 'a.x')
  const waits = ['a.evil', 'b.evil', 'b.evil', 'c.good'].map((key, i) => take(`${key} ${i}`, key))
  const late = take('d.good', 'd.good')
  await assert.rejects(waits[2], Overloaded)
  await assert.rejects(take('e.evil', 'e.evil'), Overloaded)
  await assert.rejects(take('e.good', 'e.good'), Overloaded)
  assert.deepEqual(refused, ['b.evil', 'e.evil', 'e.good'])
  for (const name of ['runs', 'a.evil 0', 'c.good 3', 'b.evil 1']) await release(name)
  await late
  assert.deepEqual(got, ['runs', 'a.evil 0', 'c.good 3', 'b.evil 1', 'd.good'])
})

test('too many who wait are turned away, in all and of one key', async () => {
  const refused: string[] = []
  const places = new Places({
    max: 1,
    waitingMax: 3,
    waitingPerKeyMax: 2,
    onRefused: key => refused.push(key),
  })
  void places.with('a', () => never)
  for (let i = 0; i < 2; i++) void places.take('a')
  await assert.rejects(places.take('a'), Overloaded)
  void places.take('b')
  await assert.rejects(places.take('c'), Overloaded)
  assert.deepEqual(refused, ['a', 'c'])
})

test('who leaves while waiting leaves no trace', async () => {
  const places = new Places({max: 1, waitingMax: 1})
  const {got, take, release} = taking(places)
  await take('a', 'a')
  const leaving = new AbortController()
  const left = take('b', 'b', leaving.signal)
  leaving.abort(new Error('gone'))
  await assert.rejects(left, /gone/)
  await assert.rejects(take('c', 'c', leaving.signal), /gone/)
  assert.equal(places.waiting, 0)
  void take('d', 'd')
  await release('a')
  assert.deepEqual(got, ['a', 'd'])
})

test('who has waited for too long is turned away, and who has a place is not', async () => {
  const clock = new HandClock()
  const places = new Places({max: 1, waitingMax: 10})
  const done = Promise.withResolvers<string>()
  const first = places.withSoon(clock, 1_000, 'a', () => done.promise)
  const second = places.withSoon(clock, 1_000, 'b', async () => 'never')
  second.catch(() => {})
  await clock.pass(2_000)
  await assert.rejects(second, Overloaded)
  done.resolve('done')
  assert.equal(await first, 'done')
  assert.deepEqual([places.running, places.waiting], [0, 0])
})

test('of those who leave at the same moment none keeps a place', async () => {
  const places = new Places({max: 1, waitingMax: 10})
  const leaving = new AbortController()
  const release = await places.take('a')
  leaving.signal.addEventListener('abort', release)
  const left = [places.take('b', leaving.signal), places.take('b', leaving.signal)]
  leaving.abort(new Error('gone'))
  for (const one of left) await assert.rejects(one, /gone/)
  assert.deepEqual([places.running, places.waiting], [0, 0])
})

test('a place is given back however the work ends', async () => {
  const places = new Places({max: 1, waitingMax: 1})
  await assert.rejects(
    places.with('a', () => Promise.reject(new Error('failed'))),
    /failed/,
  )
  assert.equal(await places.with('a', async () => 'done'), 'done')
  assert.equal(places.running, 0)
})
