/** Who is let in: tokens for this service and method, in the name of who signed them. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import {mintServiceToken} from '#xrpc/service-auth.ts'
import {testKey} from '../../../test/commits.ts'
import {authenticators} from './authenticate.ts'

const iss = 'did:web:alice.test' as Did
const us = 'did:web:api.example.com'
const timeline = 'app.bsky.feed.getTimeline'

function setUp() {
  const state = {nowMs: Date.parse('2026-06-01T00:00:00Z'), keysAsked: 0}
  const world = {now: () => state.nowMs, random: (size: number) => new Uint8Array(size)}
  const keyOf = async () => {
    state.keysAsked++
    return testKey(1).publicKey
  }
  const auth = authenticators({world, identities: {keyOf}, audiences: [us]})
  const call = (kind: 'viewer' | 'anyone' | 'feed', nsid: string, claims?: {aud?: string; lxm?: string}, key = 1) => {
    const {aud = us, lxm = nsid} = claims ?? {}
    const token = mintServiceToken(world, {iss, aud, lxm: lxm as Nsid, keypair: testKey(key)})
    const headers: Record<string, string> = claims ? {authorization: `Bearer ${token}`} : {}
    return auth[kind](new Request('http://localhost/', {headers}), nsid)
  }
  return {state, call}
}

test('a token for this service and method says who asks, and is checked once', async () => {
  const {state, call} = setUp()
  assert.equal((await call('viewer', timeline, {}))?.did, iss)
  assert.equal((await call('anyone', timeline, {}))?.did, iss)
  assert.equal(state.keysAsked, 1)
  assert.equal((await call('viewer', timeline, {aud: `${us}#bsky_appview`}))?.did, iss)
})

test('without a token one may only call what anyone may', async () => {
  const {call} = setUp()
  assert.equal(await call('anyone', timeline), undefined)
  await assert.rejects(call('viewer', timeline), {error: 'AuthMissing'})
})

test('a token for another service, another method or by another key is refused', async () => {
  const {call} = setUp()
  await assert.rejects(call('anyone', timeline, {aud: 'did:web:other.example.com'}), {error: 'BadJwtAudience'})
  await assert.rejects(call('anyone', timeline, {lxm: 'app.bsky.feed.getPosts'}), {error: 'BadJwtLexiconMethod'})
  await assert.rejects(call('anyone', timeline, {}, 2), {error: 'BadJwtSignature'})
  await assert.rejects(call('feed', timeline, {aud: 'x'.repeat(8_192)}), {error: 'BadJwt'})
})

test('a token that was good for one method is not for the next', async () => {
  const {call} = setUp()
  await call('anyone', timeline, {})
  await assert.rejects(call('anyone', 'app.bsky.feed.getPosts', {lxm: timeline}), {error: 'BadJwtLexiconMethod'})
})

test('for a feed the token is that of the feed’s own service', async () => {
  const {call} = setUp()
  const claims = {aud: 'did:web:feed.example.com', lxm: 'app.bsky.feed.getFeedSkeleton'}
  assert.equal((await call('feed', 'app.bsky.feed.getFeed', claims))?.did, iss)
  await assert.rejects(call('anyone', timeline, claims), {error: 'BadJwtAudience'})
})
