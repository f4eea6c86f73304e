import assert from 'node:assert/strict'
import {test} from 'node:test'
import {InProcessLimits} from '#engines/limits/in-process.ts'
import {notePeer} from '#runtime/strangers/peer.ts'
import {HandClock} from '../../test/hand-clock.ts'
import {Attempts} from './attempts.ts'

const from = (address: string | undefined): Request => {
  const request = new Request('http://localhost/sign-in', {method: 'POST'})
  if (address !== undefined) notePeer(request, address)
  return request
}
const made = (clock = new HandClock()) => new Attempts({'sign-in': 3, 'sign-up': 1}, new InProcessLimits(clock.now))
const tries = async (attempts: ReturnType<typeof made>, address: string | undefined, count = 5): Promise<number> =>
  (await Promise.all(Array.from({length: count}, () => attempts.admit('sign-in', from(address))))).filter(Boolean)
    .length

test('a stranger has so many, and then none', async () => {
  assert.equal(await tries(made(), '192.0.2.7'), 3)
})

test('each kind is counted by itself', async () => {
  const attempts = made()
  await tries(attempts, '192.0.2.7')
  assert.ok(await attempts.admit('sign-up', from('192.0.2.7')))
  assert.ok(!(await attempts.admit('sign-up', from('192.0.2.7'))))
})

test('strangers do not use up those of each other, but one of IPv6 is a /64', async () => {
  const attempts = made()
  assert.equal(await tries(attempts, '192.0.2.7'), 3)
  assert.equal(await tries(attempts, '192.0.2.8'), 3)
  assert.equal(await tries(attempts, '2001:db8::1', 2), 2)
  assert.equal(await tries(attempts, '2001:db8::2'), 1)
})

test('after five minutes there are as many again', async () => {
  const clock = new HandClock(1_000_000)
  const attempts = made(clock)
  assert.equal(await tries(attempts, '192.0.2.7'), 3)
  await clock.pass(5 * 60_000 - 1)
  assert.equal(await tries(attempts, '192.0.2.7'), 0)
  await clock.pass(1)
  assert.equal(await tries(attempts, '192.0.2.7'), 3)
})

test('this machine is not counted: all its people, and a proxy, would be one', async () => {
  for (const address of ['127.0.0.1', '::1', undefined])
    assert.equal(await tries(made(), address, 50), 50, String(address))
})
