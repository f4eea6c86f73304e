import assert from 'node:assert/strict'
import {test} from 'node:test'
import {testEventLog} from './event-log.contract.ts'
import {Overrun} from './event-log.ts'
import {memoryEventLog} from './memory.ts'

testEventLog('memory', async clock => memoryEventLog({now: () => clock.ms}))

test('a log begins with the seq that it is given', async () => {
  const log = memoryEventLog({now: () => 0, first: 500})
  assert.deepEqual([log.next, log.bounds()], [500, {first: 500, last: 499}])
  assert.equal(await log.append([new Uint8Array(1), new Uint8Array(1)]), 501)
  await log.close()
})

test('trimming cuts within what was appended at once', async () => {
  const log = memoryEventLog({now: () => 7})
  await log.append([1, 2, 3, 4, 5].map(n => Uint8Array.of(n)))
  await log.append([Uint8Array.of(6)])
  const size = log.size
  await log.trim(2)
  assert.deepEqual(log.bounds(), {first: 3, last: 6})
  assert.deepEqual(
    (await log.read(0, 10)).events.map(([n]) => n),
    [3, 4, 5],
  )
  assert.equal(await log.seqAtTime(7), 3)
  await log.trim(5)
  assert.deepEqual(log.bounds(), {first: 6, last: 6})
  await log.trim(6)
  assert.deepEqual([log.bounds(), log.next], [{first: 7, last: 6}, 7])
  assert.ok(log.size < size)
  await log.close()
})

test('what is held is bounded, and a reader that is overtaken is told', async () => {
  const log = memoryEventLog({now: () => 0, sizeMax: 1_000})
  await log.append([new Uint8Array(100)])
  const reader = log.tail(0, new AbortController().signal)[Symbol.asyncIterator]()
  await reader.next()
  for (let i = 0; i < 20; i++) await log.append([new Uint8Array(100)])
  assert.deepEqual(log.bounds(), {first: 12, last: 21})
  await assert.rejects(reader.next(), Overrun)
  await log.close()
})

test('a quarter of a gigabyte is held unless said otherwise, and no more', async () => {
  const log = memoryEventLog({now: () => 0})
  // Nobody touches them, so they take no memory.
  for (let i = 0; i < 2; i++) await log.append([new Uint8Array(2 ** 27)])
  assert.deepEqual([log.size, log.bounds()], [2 ** 28, {first: 1, last: 2}])
  await log.append([new Uint8Array(1)])
  assert.deepEqual([log.size, log.bounds()], [2 ** 27 + 1, {first: 2, last: 3}])
  await log.close()
})

test('of what is too much only the newest is held, however large', async () => {
  const log = memoryEventLog({now: () => 0, sizeMax: 1})
  for (const last of [1, 2, 3]) {
    await log.append([new Uint8Array(2)])
    assert.deepEqual(log.bounds(), {first: last, last})
  }
  await log.close()
})

test('who is told that he was overtaken is told so by name', async () => {
  const log = memoryEventLog({now: () => 0, sizeMax: 1})
  const reader = log.tail(0, new AbortController().signal)[Symbol.asyncIterator]()
  await log.append([new Uint8Array(1)])
  await reader.next()
  for (let i = 0; i < 3; i++) await log.append([new Uint8Array(1)])
  await assert.rejects(reader.next(), {name: 'Overrun', message: 'The event 2 is no longer kept.'})
})
