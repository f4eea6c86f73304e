/** Who is let in: tokens for this service and method, by the key of who signed them; each refusal has its name. */
import {equal, rejects} from 'node:assert/strict'
import {test} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import {toBase64Url} from '#std/encoding/base64.ts'
import {toUtf8} from '#std/text.ts'
import {mintServiceToken, type TokenRequest} from '#xrpc/service-auth.ts'
import {testKey} from '../../../../test/commits.ts'
import {authenticators} from './authenticate.ts'

const iss = 'did:web:alice.test' as Did
const us = 'did:web:feeds.test' as Did
const lxm = 'app.bsky.feed.getFeedSkeleton' as Nsid
const nowMs = Date.parse('2026-06-01T00:00:00Z')

function setUp() {
  const state = {nowMs, keysAsked: 0, count: 0}
  const random = (size: number): Uint8Array<ArrayBuffer> => new Uint8Array(size).fill(++state.count)
  const world = {now: () => state.nowMs, random}
  const keyOf = async (did: Did) => {
    state.keysAsked++
    return did === iss ? testKey(1).publicKey : undefined
  }
  const auth = authenticators({world, identities: {keyOf}, did: us})
  const mint = (more: Partial<TokenRequest> = {}) =>
    mintServiceToken(world, {iss, aud: us, lxm, keypair: testKey(1), ...more})
  const call = (kind: 'viewer' | 'anyone', token: string | undefined, nsid = lxm as string) => {
    const headers: Record<string, string> = token === undefined ? {} : {authorization: `Bearer ${token}`}
    return auth[kind](new Request('http://localhost/', {headers}), nsid)
  }
  return {state, mint, call}
}

test('a token for this service and method says who reads, and is checked once', async () => {
  const {state, mint, call} = setUp()
  const token = mint()
  equal((await call('anyone', token))?.did, iss)
  equal((await call('anyone', token))?.did, iss)
  equal(state.keysAsked, 1)
  equal((await call('anyone', mint({aud: `${us}#bsky_fg`})))?.did, iss)
  equal(await call('anyone', undefined), undefined)
})

const part = (json: object): string => toBase64Url(toUtf8(JSON.stringify(json)))

const wrong: Readonly<Record<string, [name: string, token: (mint: ReturnType<typeof setUp>['mint']) => string]>> = {
  'for another service': ['BadJwtAudience', mint => mint({aud: 'did:web:other.test'})],
  'for another method': ['BadJwtLexiconMethod', mint => mint({lxm: 'app.bsky.feed.getFeed' as Nsid})],
  'for no method': ['BadJwtLexiconMethod', mint => mint({lxm: undefined})],
  'that has run out': ['JwtExpired', mint => mint({exp: nowMs / 1000 - 1})],
  'by another key': ['BadJwtSignature', mint => mint({keypair: testKey(2)})],
  'of somebody without a key': ['BadJwtIss', mint => mint({iss: 'did:web:bob.test' as Did})],
  'of nobody': ['BadJwtIss', mint => mint({iss: 'alice.test' as Did})],
  'that was changed': [
    'BadJwtSignature',
    mint => {
      const [header, , signature] = mint().split('.')
      return `${header}.${part({iss: 'did:web:alice.test', aud: us, lxm, exp: nowMs / 1000 + 99})}.${signature}`
    },
  ],
  'without a signature': ['BadJwtSignature', mint => `${part({typ: 'JWT', alg: 'none'})}.${mint().split('.')[1]}.`],
  'of another kind': ['BadJwtType', mint => `${part({typ: 'dpop+jwt', alg: 'ES256K'})}.${mint().split('.')[1]}.AAAA`],
  'that is none': ['BadJwt', () => 'x.y'],
  'that is too long': ['BadJwt', () => 'x'.repeat(8_193)],
}
for (const [what, [name, tokenOf]] of Object.entries(wrong)) {
  test(`a token ${what} is refused as ${name}, also where nobody need say who reads`, async () => {
    const {mint, call} = setUp()
    const token = tokenOf(mint)
    await rejects(call('anyone', token), {error: name})
    await rejects(call('viewer', token), {error: name})
  })
}

test('what a reader does is told by a token of its own each time', async () => {
  const {mint, call} = setUp()
  const token = mint()
  equal((await call('viewer', token))?.did, iss)
  await rejects(call('viewer', token), {error: 'BadJwt', message: /used before/})
  await rejects(call('viewer', undefined), {error: 'AuthMissing'})
})

test('a token that was checked is not good for longer than it says', async () => {
  const {state, mint, call} = setUp()
  const token = mint()
  await call('anyone', token)
  state.nowMs += 61_000
  await rejects(call('anyone', token), {error: 'JwtExpired'})
})
