/** For how long a repository of a busy server is left, as the pace of that server says. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {HandClock} from '../../test/hand-clock.ts'
import {HostPaces} from './host-paces.ts'

const host = 'pds.example.com'

test('those that are left for later come as often as their server has one done, a little sooner, and within bounds', async () => {
  const clock = new HandClock()
  const paces = new HostPaces(clock)
  assert.equal(paces.until(host), 250, 'nothing is known')
  for (let n = 0; n < 100; n++) {
    await clock.pass(1_000)
    paces.ended(host)
  }
  const leftMs = Array.from({length: 60}, () => paces.until(host) - clock.now())
  assert.deepEqual(
    [0, 1, 9, 59].map(n => Math.round(leftMs[n] / 10) * 10),
    [750, 1_500, 7_500, 30_000],
  )
  assert.equal(paces.until('other.example.com') - clock.now(), 250)
  await clock.pass(60_000)
  assert.equal(paces.until(host) - clock.now(), 30_000, 'none was done for a minute')
})

test('ten thousand servers are remembered, those that were asked about last', async () => {
  const clock = new HandClock()
  const paces = new HostPaces(clock)
  paces.until(host)
  await clock.pass(10_000)
  assert.equal(paces.until(host), 17_500)
  for (let n = 0; n < 10_000; n++) paces.until(`${n}`)
  assert.equal(paces.until(host), 10_250)
})
