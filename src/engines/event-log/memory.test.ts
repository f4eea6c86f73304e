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
