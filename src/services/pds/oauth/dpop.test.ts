/** Proofs of possession, member by member: what makes one good, and what is said of any that is not. */
import {equal, match, ok} from 'node:assert/strict'
import {suite, test} from 'node:test'
import {CompactSign, SignJWT} from 'jose'
import {realWorld} from '#std/world.ts'
import {newKey} from '../../../../test/oauth-app.ts'
import {Dpop, type ProofRequest} from './dpop.ts'
import {OAuthError} from './oauth-error.ts'

const nowMs = 1_800_000_000_000
const url = new URL('https://pds.example.com/xrpc/com.example.method')
const dpop = new Dpop({now: () => nowMs, random: realWorld.random})
const key = await newKey()
const other = await newKey('ES384')
let jtis = 0

interface Change {
  claims?: Record<string, unknown>
  header?: Record<string, unknown>
  request?: Partial<ProofRequest>
  /** In the place of the whole. */
  proof?: string
}

async function proofOf({claims = {}, header = {}}: Change): Promise<string> {
  const all = {jti: `jti ${jtis++}`, htm: 'GET', htu: url.href, iat: nowMs / 1_000, nonce: dpop.nonce(), ...claims}
  const said = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
  return new SignJWT(said)
    .setProtectedHeader({alg: 'ES256', typ: 'dpop+jwt', jwk: key.jwk, ...header})
    .sign(key.privateKey)
}

const check = async (change: Change): Promise<string> => {
  const proof = change.proof ?? (await proofOf(change))
  return dpop.check({method: 'GET', url, proof, ...change.request}).then(
    ({jkt}) => (/^[\w-]{43}$/.test(jkt) ? 'good' : jkt),
    (error: unknown) => {
      ok(error instanceof OAuthError)
      return `${error.error}: ${error.message}`
    },
  )
}

const good: Readonly<Record<string, Change>> = {
  'as it should be': {},
  'with a query and a fragment in its URL, as some clients send it': {claims: {htu: `${url.href}?a=b#c`}},
  'for a URL with a default port and capitals': {claims: {htu: 'HTTPS://PDS.example.com:443/xrpc/com.example.method'}},
  'for a request with a query': {request: {url: new URL(`${url.href}?a=b`)}},
  'by a clock that is four minutes slow': {claims: {iat: nowMs / 1_000 - 240}},
  'by a clock that is four minutes fast': {claims: {iat: nowMs / 1_000 + 240}},
  'for an access token': {claims: {ath: 'hash'}, request: {ath: 'hash'}},
  'whose key says what it is for': {header: {jwk: {...key.jwk, use: 'sig', alg: 'ES256', kid: 'a', key_ops: ['sign']}}},
}

const bad: readonly [what: string, change: Change, says: RegExp][] = [
  ['no JWT', {proof: 'nonsense'}, /no JWT/],
  ['two proofs', {proof: 'a.b.c, d.e.f'}, /no JWT/],
  ['too long', {claims: {jti: 'a', more: 'a'.repeat(5_000)}}, /4096 characters/],
  ['of another kind', {header: {typ: 'JWT'}}, /dpop\+jwt/],
  ['of no kind', {header: {typ: undefined}}, /dpop\+jwt/],
  ['with a key of another curve', {header: {jwk: other.jwk}}, /P-256/],
  ['without a key', {header: {jwk: undefined}}, /P-256/],
  ['with a key of RSA', {header: {jwk: {kty: 'RSA', n: 'a', e: 'AQAB'}}}, /P-256/],
  ['with a key that is a number too short', {header: {jwk: {...key.jwk, x: key.jwk.x?.slice(1)}}}, /P-256/],
  ['with a key that is no point', {header: {jwk: {...key.jwk, x: 'A'.repeat(43)}}}, /no point|has not signed/],
  ['with a private key', {header: {jwk: {...key.jwk, d: 'A'.repeat(43)}}}, /private key/],
  ['with a jti that is missing', {claims: {jti: undefined}}, /jti/],
  ['with a jti that is no text', {claims: {jti: 7}}, /jti/],
  ['with a jti that is empty', {claims: {jti: ''}}, /jti/],
  ['with a jti that is long', {claims: {jti: 'a'.repeat(257)}}, /jti/],
  ['for another method', {claims: {htm: 'POST'}}, /htm has to be GET/],
  ['for a method in small letters', {claims: {htm: 'get'}}, /htm/],
  ['for no method', {claims: {htm: undefined}}, /htm/],
  ['for another path', {claims: {htu: 'https://pds.example.com/xrpc/com.example.other'}}, /htu/],
  ['for another host', {claims: {htu: 'https://evil.example.com/xrpc/com.example.method'}}, /htu/],
  ['for another scheme', {claims: {htu: url.href.replace('https', 'http')}}, /htu/],
  ['for a URL with a user', {claims: {htu: url.href.replace('//', '//user@')}}, /htu/],
  ['for no URL', {claims: {htu: '/xrpc/com.example.method'}}, /htu/],
  ['for a URL that is no text', {claims: {htu: 7}}, /htu/],
  ['without a time', {claims: {iat: undefined}}, /iat/],
  ['with a time that is text', {claims: {iat: '1800000000'}}, /iat/],
  ['of six minutes ago', {claims: {iat: nowMs / 1_000 - 360}}, /clock/],
  ['of six minutes from now', {claims: {iat: nowMs / 1_000 + 360}}, /clock/],
  ['for an access token, without one', {claims: {ath: 'hash'}}, /no access token/],
  ['for another access token', {claims: {ath: 'hash'}, request: {ath: 'other'}}, /another access token/],
  ['for no access token, with one', {request: {ath: 'hash'}}, /another access token/],
]

suite('a proof of possession', () => {
  for (const [what, change] of Object.entries(good)) {
    test(`${what} is good`, async () => equal(await check(change), 'good'))
  }
  for (const [what, change, says] of bad) {
    test(`that is ${what} is refused`, async () => {
      const told = await check(change)
      match(told, /^invalid_dpop_proof: /)
      match(told, says)
    })
  }

  test('without a nonce of now is asked for again with one', async () => {
    for (const nonce of [undefined, 7, 'made up']) {
      match(await check({claims: {nonce}}), /^use_dpop_nonce: .*DPoP-Nonce/)
    }
  })

  test('with something in its header that has to be known is refused', async () => {
    const body = new TextEncoder().encode('{}')
    const proof = await new CompactSign(body)
      .setProtectedHeader({alg: 'ES256', typ: 'dpop+jwt', jwk: key.jwk, crit: ['b64'], b64: true})
      .sign(key.privateKey)
    match(await check({proof}), /crit/)
  })

  test('is not good by another spelling of its signature', async () => {
    const proof = await proofOf({})
    const at = proof.lastIndexOf('.') + 1
    for (const signature of ['', 'A'.repeat(86), proof.slice(at, -2), `${proof.slice(at)}A`, `${proof.slice(at)}=`]) {
      match(await check({proof: proof.slice(0, at) + signature}), /has not signed/)
    }
    equal(await check({proof}), 'good')
    match(await check({proof}), /used before/)
  })

  test('of which the signature is turned over is the same proof, and was seen', async () => {
    const proof = await proofOf({})
    const at = proof.lastIndexOf('.') + 1
    const bytes = Buffer.from(proof.slice(at), 'base64url')
    const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
    const s = BigInt(`0x${bytes.toString('hex', 32)}`)
    bytes.write((order - s).toString(16).padStart(64, '0'), 32, 'hex')
    equal(await check({proof}), 'good')
    match(await check({proof: proof.slice(0, at) + bytes.toString('base64url')}), /used before/)
  })
})
