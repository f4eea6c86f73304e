import assert from 'node:assert/strict'
import {test} from 'node:test'
import {InProcessLimits} from './in-process.ts'
import {limitsContract} from './limits.contract.ts'

limitsContract('in-process', now => new InProcessLimits(now))

test('windows that have ended are forgotten, and keys are bounded', async () => {
  const clock = {ms: 0}
  const limits = new InProcessLimits(() => clock.ms, 50)
  const take = async (key: string): Promise<boolean> =>
    (await limits.take([{name: 'calls', key, limit: 1, windowMs: 100}]))[0].allowed
  for (let i = 0; i < 1_000; i++) await take(`key ${i}`)
  assert.equal(limits.size, 50)
  assert.equal(await take('key 999'), false)
  clock.ms = 100
  await take('key 999')
  assert.equal(limits.size, 1)
})

test('a hundred thousand keys of a count are held unless said otherwise, and the oldest are forgotten', async () => {
  const limits = new InProcessLimits(() => 0)
  const take = async (key: number): Promise<boolean> =>
    (await limits.take([{name: 'calls', key: String(key), limit: 1, windowMs: 100}]))[0].allowed
  for (let key = 0; key < 100_000; key++) await take(key)
  assert.deepEqual([limits.size, await take(0)], [100_000, false])
  await take(100_000)
  assert.deepEqual([limits.size, await take(1), await take(0)], [100_000, false, true])
})
