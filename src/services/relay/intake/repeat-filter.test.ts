/** What counts as told already, as time goes on and as an account changes. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {parseDid} from '#atp/syntax/did.ts'
import {RepeatFilter} from './repeat-filter.ts'

const alice = parseDid('did:plc:aaaaaaaaaaaaaaaaaaaaaaaa')
const bob = parseDid('did:plc:bbbbbbbbbbbbbbbbbbbbbbbb')

function filterAt(): {repeats: RepeatFilter; clock: {nowMs: number}} {
  const clock = {nowMs: 1_700_000_000_000}
  return {repeats: new RepeatFilter({countMax: 2, now: () => clock.nowMs}), clock}
}

test('an account is told once of each state', () => {
  const {repeats} = filterAt()
  assert.equal(repeats.isRepeatedAccount(alice, 'active'), false)
  repeats.passedAccount(alice, 'active')
  assert.equal(repeats.isRepeatedAccount(alice, 'active'), true)
  assert.equal(repeats.isRepeatedAccount(alice, 'deleted'), false)
  assert.equal(repeats.isRepeatedAccount(bob, 'active'), false)
})

test('an identity is told again after ten minutes, and when the clock went back', () => {
  const {repeats, clock} = filterAt()
  const startMs = clock.nowMs
  assert.equal(repeats.isRepeatedIdentity(alice, 'a.test'), false)
  repeats.passedIdentity(alice, 'a.test')
  const found = [0, 599_999, 600_000, -1].map(ageMs => {
    clock.nowMs = startMs + ageMs
    return repeats.isRepeatedIdentity(alice, 'a.test')
  })
  assert.deepEqual(found, [true, true, false, false])
  clock.nowMs = startMs
  assert.equal(repeats.isRepeatedIdentity(alice, 'b.test'), false)
})

test('an identity is told again after its account changed, and leaves what was told of the account', () => {
  const {repeats} = filterAt()
  repeats.passedAccount(alice, 'active')
  repeats.passedIdentity(alice, 'a.test')
  assert.equal(repeats.isRepeatedAccount(alice, 'active'), true)
  repeats.passedAccount(alice, 'suspended')
  assert.equal(repeats.isRepeatedIdentity(alice, 'a.test'), false)
})

test('of many accounts, those heard of last are known', () => {
  const {repeats} = filterAt()
  const carol = parseDid('did:plc:cccccccccccccccccccccccc')
  for (const did of [alice, bob, carol]) repeats.passedAccount(did, 'active')
  assert.deepEqual(
    [alice, bob, carol].map(did => repeats.isRepeatedAccount(did, 'active')),
    [false, true, true],
  )
})
