import assert from 'node:assert/strict'
import {test} from 'node:test'
import {P256Keypair, Secp256k1Keypair} from '@atproto/crypto'
import {createServiceJwt, verifyJwt} from '@atproto/xrpc-server'
import {formatDidKey, Keypair, parseDidKey, type PublicKey} from '#atp/crypto/key.ts'
import {type Did, parseDid} from '#atp/syntax/did.ts'
import {type Nsid, parseNsid} from '#atp/syntax/nsid.ts'
import {fromBase64Url, toBase64Url} from '#std/encoding/base64.ts'
import {fromUtf8, toUtf8} from '#std/text.ts'
import {realWorld} from '#std/world.ts'
import {runSeed, seeded} from '../../test/random.ts'
import {XrpcError} from './errors.ts'
import {
  bearerToken,
  mintServiceToken,
  ReplayGuard,
  requireServiceToken,
  serviceToken,
  verifyServiceToken,
  type VerifyOptions,
} from './service-auth.ts'

const alice = parseDid('did:plc:ewvi7nxzyoun6zhxrhs64oiz')
const us = 'did:web:api.example.com#bsky_appview'
const lxm = parseNsid('app.bsky.feed.getTimeline')
const nowMs = 1_700_000_000_000
const world = {now: () => nowMs, random: realWorld.random}
const keys = {k256: Keypair.generate('k256', realWorld.random), p256: Keypair.generate('p256', realWorld.random)}
const key = keys.k256

const options = (more: Partial<VerifyOptions> = {}): VerifyOptions => ({
  world,
  audiences: [us],
  lxm,
  keyOf: async () => key.publicKey,
  ...more,
})
const mint = (more: object = {}) => mintServiceToken(world, {iss: alice, aud: us, lxm, keypair: key, ...more})
const reasonOf = async (token: string, more: Partial<VerifyOptions> = {}) => {
  const verified = await verifyServiceToken(token, options(more))
  return verified.ok ? 'ok' : verified.reason
}

const part = (json: object) => toBase64Url(toUtf8(JSON.stringify(json)))

/** A token with any header and claims, well signed. */
function forge(header: object, claims: object = {}, keypair = key): string {
  const body = {iss: alice, aud: us, lxm, exp: nowMs / 1000 + 60, iat: nowMs / 1000, jti: 'x', ...claims}
  const signed = `${part({typ: 'JWT', alg: keypair.curve === 'k256' ? 'ES256K' : 'ES256', ...header})}.${part(body)}`
  return `${signed}.${toBase64Url(keypair.sign(toUtf8(signed)))}`
}

test('a token of ours is what it says, on both curves', async () => {
  for (const keypair of Object.values(keys)) {
    const verified = await verifyServiceToken(mint({keypair}), options({keyOf: async () => keypair.publicKey}))
    assert.ok(verified.ok)
    const {jti, ...claims} = verified.claims
    assert.match(jti ?? '', /^[0-9a-f]{32}$/)
    const iat = nowMs / 1000
    assert.deepEqual(claims, {iss: alice, kid: '#atproto', aud: us, exp: iat + 60, iat, lxm})
  }
})

test('the official verifier accepts our tokens', async () => {
  for (const keypair of Object.values(keys)) {
    const token = mintServiceToken(realWorld, {iss: alice, aud: us, lxm, keypair})
    const claims = await verifyJwt(token, us, lxm, async () => formatDidKey(keypair.publicKey))
    assert.equal(claims.iss, alice)
  }
})

test('we accept the tokens of the official minter', async () => {
  for (const keypair of [await Secp256k1Keypair.create(), await P256Keypair.create()]) {
    const token = await createServiceJwt({iss: alice, aud: us, lxm, keypair})
    const more = {world: realWorld, keyOf: async () => parseDidKey(keypair.did())}
    assert.equal(await reasonOf(token, more), 'ok')
  }
})

test('each claim is checked, and refused by the name of the official verifier', async () => {
  const official = async (token: string) =>
    verifyJwt(token, us, lxm, async () => formatDidKey(key.publicKey)).then(
      () => 'ok',
      (error: {error: string}) => error.error,
    )
  const soon = Math.floor(Date.now() / 1000) + 60
  const cases: [string, string][] = [
    ['JwtExpired', forge({}, {exp: 1_600_000_000})],
    ['BadJwtAudience', forge({}, {exp: soon, aud: 'did:web:api.example.com'})],
    ['BadJwtAudience', forge({}, {exp: soon, aud: 'did:web:other.example.com#bsky_appview'})],
    ['BadJwtLexiconMethod', forge({}, {exp: soon, lxm: 'app.bsky.feed.getFeed'})],
    ['BadJwtLexiconMethod', forge({}, {exp: soon, lxm: undefined})],
    ['BadJwtIss', forge({}, {exp: soon, iss: 'alice.example.com'})],
    ['BadJwtIss', forge({}, {exp: soon, iss: `${alice}#`})],
    ['BadJwtType', forge({typ: 'at+jwt'}, {exp: soon})],
    ['BadJwtType', forge({typ: 'refresh+jwt'}, {exp: soon})],
    ['BadJwtType', forge({typ: 'dpop+jwt'}, {exp: soon})],
    ['BadJwtSignature', forge({alg: 'none'}, {exp: soon})],
    ['BadJwtSignature', forge({alg: 'ES256'}, {exp: soon})],
    ['BadJwtSignature', forge({alg: 'HS256'}, {exp: soon})],
    ['BadJwtSignature', forge({}, {exp: soon}, Keypair.generate('k256', realWorld.random))],
    ['BadJwt', forge({alg: 7}, {exp: soon})],
    ['BadJwt', forge({}, {exp: 'tomorrow'})],
    ['BadJwt', forge({}, {exp: soon, aud: [us]})],
    ['BadJwt', 'a.b'],
  ]
  for (const [reason, token] of cases) {
    assert.equal(await reasonOf(token, {world: realWorld}), reason, token)
    assert.equal(await official(token), reason, token)
  }
})

test('stricter than the official one: base64, critical extensions, other kinds of token, size', async () => {
  assert.equal(await reasonOf(forge({crit: ['b64'], b64: false})), 'BadJwt')
  assert.equal(await reasonOf(forge({typ: 'atproto-space-delegation+jwt'})), 'BadJwtType')
  assert.equal(await reasonOf(`${mint()}=`), 'BadJwt')
  assert.equal(await reasonOf(forge({}, {pad: 'x'.repeat(8000)})), 'BadJwt')
  assert.equal(await reasonOf(`${toBase64Url(toUtf8('['.repeat(5000)))}.e30.AA`), 'BadJwt')
  assert.equal(await reasonOf(`${toBase64Url(new Uint8Array([0x7b, 0xff, 0x7d]))}.e30.AA`), 'BadJwt')
  assert.equal(await reasonOf(forge({typ: undefined})), 'ok')
})

test('a high-S signature passes, as with the official verifier', async () => {
  const [header, body, signature] = mint().split('.')
  const bytes = fromBase64Url(signature) ?? new Uint8Array()
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
  const s = BigInt(`0x${bytes.subarray(32).toHex()}`)
  const high = Uint8Array.fromHex((order - s).toString(16).padStart(64, '0'))
  const flipped = new Uint8Array([...bytes.subarray(0, 32), ...high])
  assert.equal(await reasonOf(`${header}.${body}.${toBase64Url(flipped)}`), 'ok')
})

test('only keys of the names that are expected may sign; #atproto is the default', async () => {
  const asked: string[] = []
  const keyOf = async (iss: Did, kid: string) => {
    asked.push(`${iss}${kid}`)
    return key.publicKey
  }
  const label = {keyNames: ['#atproto', '#atproto_label'], keyOf}
  assert.equal(await reasonOf(mint({kid: '#atproto_label'})), 'BadJwtIss')
  assert.equal(await reasonOf(mint({kid: '#atproto_label'}), label), 'ok')
  assert.equal(await reasonOf(forge({}, {iss: `${alice}#atproto_labeler`}), label), 'ok')
  assert.equal(await reasonOf(forge({}, {iss: `${alice}#other`}), label), 'BadJwtIss')
  assert.deepEqual(asked, [`${alice}#atproto_label`, `${alice}#atproto_label`])
})

test('after a key rotation the key is asked for once more, past the cache', async () => {
  const old = Keypair.generate('p256', realWorld.random).publicKey
  const asked: boolean[] = []
  const rotated = (before: PublicKey | undefined, after: PublicKey | undefined) => ({
    keyOf: async (_: Did, __: string, fresh: boolean) => {
      asked.push(fresh)
      return fresh ? after : before
    },
  })
  assert.equal(await reasonOf(mint(), rotated(old, key.publicKey)), 'ok')
  assert.deepEqual(asked, [false, true])
  assert.equal(await reasonOf(mint(), rotated(undefined, key.publicKey)), 'ok')
  assert.equal(await reasonOf(mint(), rotated(old, old)), 'BadJwtSignature')
  assert.equal(await reasonOf(mint(), rotated(undefined, undefined)), 'BadJwtIss')
})

test('an issuer who is not served is told so before his key is fetched', async () => {
  const more = {trusts: () => false, keyOf: () => assert.fail('asked')}
  assert.equal(await reasonOf(mint(), more), 'UntrustedIss')
})

test('a token is good for one use where a guard stands, and the guard forgets what has expired', async () => {
  const replays = new ReplayGuard(2)
  const token = mint()
  assert.equal(await reasonOf(token, {replays}), 'ok')
  assert.equal(await reasonOf(token, {replays}), 'BadJwt')
  assert.equal(await reasonOf(forge({}, {jti: undefined}), {replays}), 'BadJwt')
  const guard = new ReplayGuard(2)
  const use = (jti: string, exp: number, nowSeconds: number) => guard.admit({iss: alice, jti, exp}, nowSeconds)
  assert.ok(use('a', 10, 5) && use('b', 10, 5) && !use('a', 10, 5))
  assert.ok(use('c', 30, 20), 'what has expired makes room')
  assert.ok(use('d', 30, 20) && use('e', 30, 20), 'the oldest goes when it is full')
  assert.ok(!use('e', 30, 20))
})

test('the bearer token is found whatever the case of its scheme, and nothing else is', async () => {
  for (const [authorization, token] of [
    ['Bearer a.b.c', 'a.b.c'],
    ['bearer  a.b.c', 'a.b.c'],
    ['DPoP a.b.c', undefined],
    ['Bearer a b', undefined],
  ] as const) {
    assert.equal(bearerToken(new Headers({authorization})), token)
  }
  assert.equal(bearerToken(new Headers()), undefined)
})

const tokenOfSize = (size: number) => serviceToken(new Headers({authorization: `Bearer ${'x'.repeat(size)}`}))

test('a bearer token longer than any service token is refused before it is looked at', () => {
  assert.equal(tokenOfSize(8192)?.length, 8192)
  assert.throws(() => tokenOfSize(8193), {error: 'BadJwt', status: 401})
  assert.equal(serviceToken(new Headers()), undefined)
})

const request = (authorization?: string) =>
  new Request('https://api.example.com/xrpc/x.y.z', {headers: authorization ? {authorization} : {}})
const refused = (error: string) => (thrown: unknown) =>
  thrown instanceof XrpcError && thrown.error === error && thrown.status === 401

test('a request without a good token is refused by name', async () => {
  await assert.rejects(requireServiceToken(request(), options()), refused('MissingJwt'))
  await assert.rejects(requireServiceToken(request('Bearer x'), options()), refused('BadJwt'))
  assert.equal((await requireServiceToken(request(`Bearer ${mint()}`), options())).iss, alice)
})

test('any text at all is refused with a value', async () => {
  const random = seeded(runSeed)
  const draw = (below: number) => Math.floor(random() * below)
  for (let i = 0; i < 300; i++) {
    const bytes = toUtf8(mint())
    for (let edits = 0; edits <= draw(4); edits++) bytes[draw(bytes.length)] = 32 + draw(95)
    const token = fromUtf8(bytes.subarray(0, draw(10) === 0 ? draw(bytes.length) : bytes.length)) ?? ''
    const verified = await verifyServiceToken(token, options())
    assert.equal(typeof verified.ok, 'boolean', `SEED=${runSeed}`)
  }
})

test('a token for any method passes only where any method may', async () => {
  const any = mintServiceToken(world, {iss: alice, aud: us, keypair: key})
  assert.equal(await reasonOf(any, {lxm: null}), 'ok')
  assert.equal(await reasonOf(mint({lxm: 'a.b.c' as Nsid}), {lxm: null}), 'ok')
})
