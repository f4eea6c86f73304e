/** What counts as told already, as time goes on and as an account changes. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {parseDid} from '#atp/syntax/did.ts'
import {Told} from './told.ts'

const alice = parseDid('did:plc:aaaaaaaaaaaaaaaaaaaaaaaa')
const bob = parseDid('did:plc:bbbbbbbbbbbbbbbbbbbbbbbb')

function toldAt(): {told: Told; clock: {nowMs: number}} {
  const clock = {nowMs: 1_700_000_000_000}
  return {told: new Told({countMax: 2, now: () => clock.nowMs}), clock}
}

test('an account is told once of each state', () => {
  const {told} = toldAt()
  assert.equal(told.hasAccount(alice, 'active'), false)
  told.account(alice, 'active')
  assert.equal(told.hasAccount(alice, 'active'), true)
  assert.equal(told.hasAccount(alice, 'deleted'), false)
  assert.equal(told.hasAccount(bob, 'active'), false)
})

test('an identity is told again after ten minutes, and when the clock went back', () => {
  const {told, clock} = toldAt()
  const startMs = clock.nowMs
  assert.equal(told.hasIdentity(alice, 'a.test'), false)
  told.identity(alice, 'a.test')
  const found = [0, 599_999, 600_000, -1].map(ageMs => {
    clock.nowMs = startMs + ageMs
    return told.hasIdentity(alice, 'a.test')
  })
  assert.deepEqual(found, [true, true, false, false])
  clock.nowMs = startMs
  assert.equal(told.hasIdentity(alice, 'b.test'), false)
})

test('an identity is told again after its account changed, and leaves what was told of the account', () => {
  const {told} = toldAt()
  told.account(alice, 'active')
  told.identity(alice, 'a.test')
  assert.equal(told.hasAccount(alice, 'active'), true)
  told.account(alice, 'suspended')
  assert.equal(told.hasIdentity(alice, 'a.test'), false)
})

test('of many accounts, those heard of last are known', () => {
  const {told} = toldAt()
  const carol = parseDid('did:plc:cccccccccccccccccccccccc')
  for (const did of [alice, bob, carol]) told.account(did, 'active')
  assert.deepEqual(
    [alice, bob, carol].map(did => told.hasAccount(did, 'active')),
    [false, true, true],
  )
})
