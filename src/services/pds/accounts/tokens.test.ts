/** Tokens of sessions: whose they are, what they may do, and that no other passes for one. */
import {deepEqual, equal, notEqual, rejects} from 'node:assert/strict'
import {test} from 'node:test'
import {SignJWT} from 'jose'
import type {Did} from '#atp/syntax/did.ts'
import {realWorld} from '#std/world.ts'
import {type AccessScope, refreshLifeMs, Tokens} from './tokens.ts'

const did = 'did:web:alice.test' as Did
const service = 'did:web:pds.test' as Did
const secret = new Uint8Array(32).fill(1)
const hourMs = 3_600_000

function made(given: {secret?: Uint8Array; service?: Did} = {}) {
  const clock = {ms: 1_700_000_000_000}
  const world = {random: realWorld.random, now: () => clock.ms}
  return {clock, tokens: new Tokens(given.secret ?? secret, given.service ?? service, world)}
}

test('an access token says whose it is and what it may do, for two hours', async () => {
  const {clock, tokens} = made()
  const scopes: AccessScope[] = [
    'com.atproto.access',
    'com.atproto.appPass',
    'com.atproto.appPassPrivileged',
    'com.atproto.takendown',
  ]
  for (const scope of scopes) {
    for (const epoch of [0, 3]) {
      const token = await tokens.access(did, scope, epoch)
      deepEqual(await tokens.verifyAccess(token), {did, scope, epoch})
      deepEqual(await tokens.verifyAccess(token), {did, scope, epoch}, 'known by its text')
    }
  }
  const token = await tokens.access(did, 'com.atproto.access', 0)
  clock.ms += 2 * hourMs - 1_000
  equal((await tokens.verifyAccess(token)).did, did)
  clock.ms += 2_000
  await rejects(tokens.verifyAccess(token), {reason: 'token-expired'})
})

test('a token that was known is not known for longer than it is good', async () => {
  const {clock, tokens} = made()
  const token = await tokens.access(did, 'com.atproto.access', 0)
  await tokens.verifyAccess(token)
  clock.ms += 2 * hourMs + 1_000
  await rejects(tokens.verifyAccess(token), {reason: 'token-expired'})
})

test('a refresh token is for one renewal by its id, and good for logging out when it is old', async () => {
  const {clock, tokens} = made()
  const id = tokens.newRefreshId()
  notEqual(id, tokens.newRefreshId())
  const token = await tokens.refresh(did, id, clock.ms + refreshLifeMs)
  deepEqual(await tokens.verifyRefresh(token), {did, id})
  clock.ms += refreshLifeMs + 1_000
  await rejects(tokens.verifyRefresh(token), {reason: 'token-expired'})
  deepEqual(await tokens.verifyRefresh(token, {expired: true}), {did, id})
  for (const ms of [0, -1_000]) {
    deepEqual(await tokens.verifyRefresh(await tokens.refresh(did, id, ms), {expired: true}), {did, id}, String(ms))
  }
})

test('neither kind passes for the other, and no token of another server or secret for ours', async () => {
  const {clock, tokens} = made()
  const access = await tokens.access(did, 'com.atproto.access', 0)
  const refresh = await tokens.refresh(did, 'id', clock.ms + hourMs)
  await rejects(tokens.verifyAccess(refresh), {reason: 'bad-token'})
  await rejects(tokens.verifyRefresh(access), {reason: 'bad-token'})
  const strange = [
    await made({secret: new Uint8Array(32).fill(2)}).tokens.access(did, 'com.atproto.access', 0),
    await made({service: 'did:web:other.test' as Did}).tokens.access(did, 'com.atproto.access', 0),
    `${access.slice(0, -4)}AAAA`,
    'no token',
    '',
  ]
  for (const token of strange) await rejects(tokens.verifyAccess(token), {reason: 'bad-token'}, token)
})

test('a token with our secret that says more or less than ours do is none of ours', async () => {
  const {clock, tokens} = made()
  const sign = (scope: unknown, typ: string, jti?: string, sub: string | undefined = did): Promise<string> => {
    const jwt = new SignJWT({scope, ...(jti !== undefined && {jti})} as Record<string, unknown>)
      .setProtectedHeader({alg: 'HS256', typ})
      .setAudience(service)
      .setExpirationTime(clock.ms / 1000 + 60)
    if (sub !== '') jwt.setSubject(sub)
    return jwt.sign(secret)
  }
  equal((await tokens.verifyAccess(await sign('com.atproto.access', 'at+jwt'))).did, did)
  const bad = [
    sign('com.atproto.admin', 'at+jwt'),
    sign(7, 'at+jwt'),
    sign('com.atproto.access', 'JWT'),
    sign('com.atproto.access', 'at+jwt', undefined, ''),
  ]
  for (const token of await Promise.all(bad)) await rejects(tokens.verifyAccess(token), {reason: 'bad-token'})
  await rejects(tokens.verifyRefresh(await sign('com.atproto.refresh', 'refresh+jwt')), {reason: 'bad-token'})
  await rejects(tokens.verifyRefresh(await sign('com.atproto.access', 'refresh+jwt', 'id')), {reason: 'bad-token'})
})
