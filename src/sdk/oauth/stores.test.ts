/** The stores in memory keep to their contracts, and to their bound. */
import {equal} from 'node:assert/strict'
import {test} from 'node:test'
import {MemoryOAuthSessionStore} from './oauth-session-store.ts'
import {MemoryStateStore, type PendingAuthorization} from './state-store.ts'
import {testOAuthSessionStore, testStateStore} from './stores.contract.ts'

testStateStore('memory', () => new MemoryStateStore())
testOAuthSessionStore('memory', () => new MemoryOAuthSessionStore())

test('sign-ins that nobody finishes push the oldest out', async () => {
  const store = new MemoryStateStore(2)
  const pending = {verifier: 'v'} as PendingAuthorization
  for (const state of ['a', 'b', 'c']) await store.put(state, pending)
  equal(await store.take('a'), undefined)
  for (const state of ['b', 'c']) equal(await store.take(state), pending)
})
