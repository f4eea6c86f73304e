/** Nonces: how long they are good, that what was seen is seen for as long, and that neither grows beyond bounds. */
import {deepEqual, equal, notEqual, ok} from 'node:assert/strict'
import {test} from 'node:test'
import {realWorld} from '#std/world.ts'
import {DpopNonces} from './dpop-nonces.ts'

function made(proofsMax?: number) {
  const clock = {ms: 1_000_000}
  const nonces = new DpopNonces({random: realWorld.random, now: () => clock.ms}, {proofsMax})
  return {clock, nonces}
}

test('a nonce is given out for a minute and good for three', () => {
  const {clock, nonces} = made()
  const first = nonces.current()
  clock.ms += 59_999
  equal(nonces.current(), first)
  clock.ms += 1
  notEqual(nonces.current(), first)
  clock.ms += 119_999
  equal(nonces.isGood(first), true)
  clock.ms += 1
  equal(nonces.isGood(first), false)
  equal(nonces.use(first, 'proof'), false)
  equal(nonces.isGood('made up'), false)
})

test('a proof is good once, for as long as its nonce', () => {
  const {clock, nonces} = made()
  const nonce = nonces.current()
  const uses = ['a', 'a', 'b'].map(proof => nonces.use(nonce, proof))
  deepEqual(uses, [true, false, true])
  clock.ms += 179_000
  equal(nonces.use(nonce, 'a'), false)
  equal(nonces.use(nonces.current(), 'a'), true, 'with another nonce it is another proof')
})

test('a nonce that has served many proofs makes room for the next, so that what is remembered is bounded', () => {
  const {nonces} = made(20)
  const seen: string[] = []
  for (let i = 0; i < 100; i++) {
    const nonce = nonces.current()
    if (seen.at(-1) !== nonce) seen.push(nonce)
    ok(nonces.use(nonce, `proof ${i}`))
  }
  equal(seen.length, 10)
  deepEqual(
    seen.map(nonce => nonces.isGood(nonce)),
    [false, false, false, false, false, false, true, true, true, true],
  )
  const [last] = seen.slice(-1)
  const uses = Array.from({length: 30}, (_, i) => nonces.use(last, `other proof ${i}`))
  equal(uses.filter(isGood => isGood).length, 10, 'and none by who does not take the next')
  equal(nonces.isGood(last), false)
})

test('a clock that is put back makes no proof good again', () => {
  const {clock, nonces} = made()
  const nonce = nonces.current()
  ok(nonces.use(nonce, 'proof'))
  clock.ms -= 3_600_000
  notEqual(nonces.current(), nonce)
  equal(nonces.use(nonce, 'proof'), false)
})

test('no nonce of one start is good after the next', () => {
  equal(made().nonces.isGood(made().nonces.current()), false)
})
