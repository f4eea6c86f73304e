/** How clients show who they are: with which keys, and what an assertion has to say. */
import {equal} from 'node:assert/strict'
import {suite, test} from 'node:test'
import type {JWK} from 'jose'
import {
  App,
  confidentialFields,
  metadataOf,
  newKey,
  oauthServer,
  refused,
  secretId,
  type Key,
} from '../../../../../test/oauth-app.ts'

/** An app whose key set holds this, and who signs with `key` by `algorithm`. */
async function appWith(context: Parameters<typeof oauthServer>[0], key: Key, algorithm: string, shown: JWK = key.jwk) {
  const server = await oauthServer(context)
  const fields = {...confidentialFields([{...shown, kid: 'one'}]), token_endpoint_auth_signing_alg: algorithm}
  server.web.set(secretId, metadataOf(secretId, fields))
  const app = await App.make(server, secretId, key)
  const push = async (claims: object = {}, header: object = {}) =>
    app.push({client_assertion: await app.assertion({...claims}, {alg: algorithm, ...header}, key)})
  return {app, push, server}
}

suite('an assertion', () => {
  for (const algorithm of ['ES256', 'ES384', 'ES512', 'RS256', 'PS512']) {
    test(`may be signed with ${algorithm}`, async context => {
      const {push} = await appWith(context, await newKey(algorithm), algorithm)
      const {status, json} = await push()
      equal(status, 201, JSON.stringify(json))
    })
  }

  test('is signed as the metadata says, and in no other way', async context => {
    const {push} = await appWith(context, await newKey(), 'ES384')
    refused(await push({}, {alg: 'ES256'}), 'invalid_client', /signed with ES384/)
  })

  test('is not signed with a key that costs more than it protects', async context => {
    const key = await newKey('RS256')
    const shown = {kty: 'RSA', e: 'AQAB', n: 'A'.repeat(688)}
    const {push} = await appWith(context, key, 'RS256', shown)
    refused(await push(), 'invalid_client', /4096 bits/)
    const most = await appWith(context, key, 'RS256', {...shown, n: 'A'.repeat(683)})
    refused(await most.push(), 'invalid_client', /verify/)
  })

  test('is not signed with a key that is for something else', async context => {
    const key = await newKey()
    for (const use of [{use: 'enc'}, {key_ops: ['encrypt']}]) {
      const {push} = await appWith(context, key, 'ES256', {...key.jwk, ...use})
      refused(await push(), 'invalid_client', /not for signatures/)
    }
  })

  test('is not signed with a key of another kind than its algorithm', async context => {
    const {push} = await appWith(context, await newKey(), 'ES256', (await newKey('RS256')).jwk)
    refused(await push(), 'invalid_client', /cannot be read|verify/)
  })

  test('names its key, has a jti, and comes with its type', async context => {
    const {app, push} = await appWith(context, await newKey(), 'ES256')
    refused(await push({}, {kid: undefined}), 'invalid_client', /kid/)
    refused(await push({}, {kid: 'two'}), 'invalid_client', /no key with the kid two/)
    refused(await push({jti: undefined}), 'invalid_client', /jti/)
    refused(await push({jti: ''}), 'invalid_client', /jti/)
    refused(await push({jti: 'j'.repeat(257)}), 'invalid_client', /jti/)
    equal((await push({jti: 'j'.repeat(256)})).status, 201)
    refused(await app.push({client_assertion_type: 'other'}), 'invalid_client', /client_assertion_type/)
    refused(await app.push({client_assertion: 'nonsense'}), 'invalid_client', /no JWT/)
  })

  test('may be without an end of its own, and is remembered for as long as its time is good', async context => {
    const {app, server} = await appWith(context, await newKey(), 'ES256')
    const client_assertion = await app.assertion({exp: undefined})
    equal((await app.push({client_assertion})).status, 201)
    await server.clock.pass(89_000)
    await server.stores.grants.sweep(server.clock.now(), 0)
    refused(await app.push({client_assertion}), 'invalid_client', /used before/)
    await server.clock.pass(2_000)
    refused(await app.push({client_assertion}), 'invalid_client', /verify/)
  })

  test('is good by a clock that is half a minute wrong', async context => {
    const {push, server} = await appWith(context, await newKey(), 'ES256')
    const now = server.clock.now() / 1_000
    for (const iat of [now - 80, now + 29]) equal((await push({iat, exp: iat + 60})).status, 201)
  })
})
