/** What every store of sessions keeps to. */
import {deepEqual, equal} from 'node:assert/strict'
import {suite, test, type TestContext} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import type {SessionState} from '#sdk/session.ts'
import {alice, bob} from '../../../../test/web-network.ts'
import type {SessionStore} from './session-store.ts'

const stateOf = (person: typeof alice, accessJwt: string): SessionState =>
  ({
    ...person,
    service: 'http://localhost:2583',
    pds: undefined,
    accessJwt,
    refreshJwt: 'r',
    email: undefined,
    active: true,
    status: undefined,
  }) as SessionState

/** `open` gives a store without sessions. */
export function testSessionStore(engine: string, open: (context: TestContext) => SessionStore): void {
  suite(`session store by ${engine}`, () => {
    test('gives back what was added, by its hash alone', async context => {
      const store = open(context)
      const state = stateOf(alice, 'a')
      await store.add('one', state, 1)
      deepEqual(await store.find('one'), JSON.parse(JSON.stringify(state)))
      equal(await store.find('two'), undefined)
      equal(await store.find(''), undefined)
    })

    test('keeps the newest tokens, and of no other session', async context => {
      const store = open(context)
      await store.add('one', stateOf(alice, 'a'), 1)
      await store.add('two', stateOf(alice, 'b'), 1)
      await store.replace('one', stateOf(alice, 'c'), 2)
      deepEqual([(await store.find('one'))?.accessJwt, (await store.find('two'))?.accessJwt], ['c', 'b'])
    })

    test('does not bring back by new tokens what was removed', async context => {
      const store = open(context)
      await store.add('one', stateOf(alice, 'a'), 1)
      await store.remove('one')
      await store.replace('one', stateOf(alice, 'b'), 2)
      equal(await store.find('one'), undefined)
      await store.remove('one')
    })

    test('knows the sessions of an account, and of no other', async context => {
      const store = open(context)
      await store.add('one', stateOf(alice, 'a'), 1)
      await store.add('two', stateOf(alice, 'b'), 1)
      await store.add('three', stateOf(bob, 'c'), 1)
      deepEqual((await store.ofAccount(alice.did as Did)).toSorted(), ['one', 'two'])
      await store.remove('one')
      deepEqual(await store.ofAccount(alice.did as Did), ['two'])
      deepEqual(await store.ofAccount('did:plc:aaaaaaaaaaaaaaaaaaaaaaaa' as Did), [])
    })

    test('sweeps out what was last renewed before a time, and says how many', async context => {
      const store = open(context)
      for (const [hash, atMs] of [
        ['one', 10],
        ['two', 20],
        ['three', 30],
      ] as const)
        await store.add(hash, stateOf(alice, hash), atMs)
      await store.replace('one', stateOf(alice, 'a'), 40)
      equal(await store.sweep(30), 1)
      equal(await store.sweep(30), 0)
      deepEqual((await store.ofAccount(alice.did as Did)).toSorted(), ['one', 'three'])
    })
  })
}
