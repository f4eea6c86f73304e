/** Tokens for other services: who may have one for what, and how long one is used again. */
import {deepEqual, equal, notEqual, rejects, throws} from 'node:assert/strict'
import {test} from 'node:test'
import {Keypair} from '#atp/crypto/key.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import {verifyServiceToken} from '#xrpc/service-auth.ts'
import {realWorld} from '#std/world.ts'
import {testKey} from '../../../../test/repos.ts'
import type {AccessScope} from '../accounts/tokens.ts'
import {Refusal} from '../refusal.ts'
import {demandCallable, ServiceTokens} from './service-tokens.ts'

const did = 'did:web:alice.test' as Did
const aud = 'did:web:api.example.com'
const lxm = 'app.bsky.feed.getTimeline' as Nsid

function made(key: Uint8Array | undefined = testKey.export()) {
  const clock = {ms: 1_700_000_000_000}
  const world = {now: () => clock.ms, random: realWorld.random}
  return {clock, world, tokens: new ServiceTokens({signingKey: async () => key}, world)}
}

test('a token is signed with the key of the account, for one service and one method, for a minute', async () => {
  const {clock, world, tokens} = made()
  const token = await tokens.mint(did, aud, lxm)
  const verify = (more: {lxm?: string; audience?: string} = {}) =>
    verifyServiceToken(token, {
      world,
      audiences: [more.audience ?? aud],
      lxm: more.lxm ?? lxm,
      keyOf: async () => testKey.publicKey,
    })
  const good = await verify()
  equal(good.ok && good.claims.iss, did)
  equal((await verify({lxm: 'app.bsky.feed.getFeed'})).ok, false)
  equal((await verify({audience: 'did:web:other.example.com'})).ok, false)
  clock.ms += 61_000
  equal((await verify()).ok, false)
})

test('one is used again for half of its time, for the same account, service and method', async () => {
  const {clock, tokens} = made()
  const first = await tokens.reusable(did, aud, lxm)
  clock.ms += 29_000
  equal(await tokens.reusable(did, aud, lxm), first)
  notEqual(await tokens.reusable('did:web:bob.test' as Did, aud, lxm), first)
  notEqual(await tokens.reusable(did, 'did:web:other.example.com', lxm), first)
  notEqual(await tokens.reusable(did, aud, 'app.bsky.feed.getFeed' as Nsid), first)
  notEqual(await tokens.mint(did, aud, lxm), first)
  clock.ms += 2_000
  notEqual(await tokens.reusable(did, aud, lxm), first)
})

test('a token is signed with the key that the account has now', async () => {
  const keys = [testKey, Keypair.generate('k256', realWorld.random)]
  let key = keys[0]
  const tokens = new ServiceTokens({signingKey: async () => key.export()}, realWorld)
  for (key of [keys[0], keys[0], keys[1], keys[0]]) {
    const token = await tokens.mint(did, aud, lxm)
    const keyOf = async () => key.publicKey
    equal((await verifyServiceToken(token, {world: realWorld, audiences: [aud], lxm, keyOf})).ok, true)
  }
})

test('an account without a key here has no tokens', async () => {
  const tokens = new ServiceTokens({signingKey: async () => undefined}, realWorld)
  await rejects(tokens.mint(did, aud, lxm), {reason: 'key-missing'})
})

/** The reason for which it is refused. */
function outcome(scope: AccessScope, method: string | undefined, way: 'proxied' | 'by token'): string {
  try {
    demandCallable(scope, method, way)
    return 'granted'
  } catch (error) {
    if (error instanceof Refusal) return error.reason
    throw error
  }
}

test('what a session may have called of others', () => {
  const full = 'com.atproto.access'
  const plain = 'com.atproto.appPass'
  const privileged = 'com.atproto.appPassPrivileged'
  const gone = 'com.atproto.takendown'
  const chat = 'chat.bsky.convo.getLog'
  const move = 'com.atproto.server.createAccount'
  const report = 'com.atproto.moderation.createReport'
  const own = 'com.atproto.server.createAppPassword'
  const rows: [AccessScope, string | undefined, string, string][] = [
    [full, lxm, 'granted', 'granted'],
    [full, chat, 'granted', 'granted'],
    [full, undefined, 'granted', 'granted'],
    [full, own, 'own-method-proxied', 'own-method'],
    [full, own.toUpperCase(), 'own-method-proxied', 'own-method'],
    [privileged, chat, 'granted', 'granted'],
    [plain, lxm, 'granted', 'granted'],
    [plain, chat, 'needs-privilege', 'token-needs-privilege'],
    [plain, move, 'needs-privilege', 'token-needs-privilege'],
    [plain, undefined, 'needs-privilege', 'needs-privilege'],
    [gone, move, 'granted', 'granted'],
    [gone, report, 'granted', 'granted'],
    [gone, lxm, 'takendown-session', 'takendown-session'],
    [gone, undefined, 'takendown-session', 'takendown-session'],
  ]
  for (const [scope, method, proxied, byToken] of rows) {
    deepEqual(
      [outcome(scope, method, 'proxied'), outcome(scope, method, 'by token')],
      [proxied, byToken],
      `${scope} ${method}`,
    )
  }
  throws(() => demandCallable(plain, chat, 'proxied'), {message: /^chat\.bsky\.convo\.getLog needs/})
})
