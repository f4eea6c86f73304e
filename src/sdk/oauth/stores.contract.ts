/** What every store of a client by OAuth keeps to: of sign-ins under way, and of sessions. */
import {deepEqual, equal} from 'node:assert/strict'
import {suite, test} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import type {OAuthSessionStore, StoredSession} from './oauth-session-store.ts'
import type {PendingAuthorization, StateStore} from './state-store.ts'

const [alice, bob] = ['did:plc:alicealicealicealicealice', 'did:plc:bobbobbobbobbobbobbobbob'] as Did[]
const dpopKey = {kty: 'EC', crv: 'P-256', x: 'x', y: 'y', d: 'd'}

const pending: PendingAuthorization = {
  issuer: 'https://pds.example.com',
  redirectUri: 'http://127.0.0.1/',
  verifier: 'v',
  dpopKey,
  clientKeyId: 'one',
  did: alice,
  appState: 'mine',
  endsMs: 1,
}

const sessionOf = (did: Did, accessToken: string): StoredSession => ({
  did,
  issuer: 'https://pds.example.com',
  pds: 'https://pds.example.com',
  scope: 'atproto',
  accessToken,
  refreshToken: 'r',
  expiresMs: 1,
  dpopKey,
  clientKeyId: 'one',
  renewingSinceMs: 2,
})

/** `open` gives an empty store. */
export function testStateStore(engine: string, open: () => StateStore): void {
  suite(`state store by ${engine}`, () => {
    test('gives what was put once, also of two that ask at once', async () => {
      const store = open()
      await store.put('s', pending)
      await store.put('t', {...pending, appState: 'other'})
      const taken = await Promise.all([store.take('s'), store.take('s')])
      deepEqual(
        taken.filter(one => one !== undefined),
        [pending],
      )
      deepEqual([await store.take('s'), (await store.take('t'))?.appState], [undefined, 'other'])
    })

    test('knows nothing of what was never put', async () => {
      const store = open()
      for (const state of ['', 's', '__proto__']) equal(await store.take(state), undefined, state)
    })
  })
}

/** `open` gives an empty store. */
export function testOAuthSessionStore(engine: string, open: () => OAuthSessionStore): void {
  suite(`session store by ${engine}`, () => {
    test('keeps the newest session of each account, whole', async () => {
      const store = open()
      for (const session of [sessionOf(alice, 'a'), sessionOf(bob, 'b'), sessionOf(alice, 'c')])
        await store.put(session)
      deepEqual([await store.get(alice), await store.get(bob)], [sessionOf(alice, 'c'), sessionOf(bob, 'b')])
    })

    test('deletes one, and of no other account', async () => {
      const store = open()
      for (const did of [alice, bob]) await store.put(sessionOf(did, 'a'))
      await store.delete(alice)
      await store.delete(alice)
      deepEqual([await store.get(alice), (await store.get(bob))?.did], [undefined, bob])
    })
  })
}
