/** Tokens: how long they are good, and that no answer that was lost ends a session. */
import {deepEqual, equal, notEqual, ok} from 'node:assert/strict'
import {test} from 'node:test'
import {decodeJwt, decodeProtectedHeader} from 'jose'
import {
  alice,
  App,
  confidentialFields,
  issuer,
  metadataOf,
  oauthServer,
  publicId,
  refused,
  secretId,
  service,
} from '../../../../test/oauth-app.ts'

const dayMs = 86_400_000

test('an access token says whose it is, for whom, and to which key it is bound, for half an hour', async context => {
  const server = await oauthServer(context)
  const app = await App.make(server)
  const {json, headers} = await app.exchange(await app.code())
  const {access_token, refresh_token, ...rest} = json
  deepEqual(rest, {token_type: 'DPoP', expires_in: 1_800, scope: 'atproto transition:generic', sub: alice})
  equal(headers.get('cache-control'), 'no-store')
  ok(String(refresh_token).startsWith('ref-'))
  const {iss, aud, sub, client_id, scope, exp = 0, iat = 0} = decodeJwt(String(access_token))
  deepEqual([iss, aud, sub, client_id, scope], [issuer, service, alice, publicId, undefined])
  equal(exp - iat, 1_800)
  const {alg, typ} = decodeProtectedHeader(String(access_token))
  deepEqual([alg, typ], ['ES256', 'at+jwt'])
})

test('an answer that was lost is given again: the same successor, however often and in whatever order', async context => {
  const server = await oauthServer(context)
  const app = await App.make(server)
  const {refresh} = await app.tokens()
  const next = async (token: string) => (await app.refresh(token)).json.refresh_token
  const answers = [await next(refresh), ...(await Promise.all([1, 2, 3].map(() => next(refresh))))]
  equal(new Set(answers).size, 1)
  notEqual(answers[0], refresh)
  await server.clock.pass(599_000)
  app.nonce = undefined
  equal(await next(refresh), answers[0])
  ok(await next(String(answers[0])))
})

test('an app is renewed for two weeks, and for two years when it shows who it is', async context => {
  const server = await oauthServer(context)
  const confidential = await App.confidential(server)
  for (const [app, quietDays, days] of [
    [await App.make(server), 13, 14],
    [confidential, 89, 730],
  ] as const) {
    let {refresh} = await app.tokens()
    let passed = 0
    for (; passed + quietDays < days; passed += quietDays) {
      await server.clock.pass(quietDays * dayMs)
      app.nonce = undefined
      const {status, json} = await app.refresh(refresh)
      equal(status, 200, JSON.stringify(json))
      refresh = String(json.refresh_token)
    }
    await server.clock.pass((days - passed) * dayMs)
    app.nonce = undefined
    equal((await app.refresh(refresh)).json.error, 'invalid_grant')
  }
  const quiet = await App.confidential(server)
  await server.clock.pass(600_000)
  const {refresh} = await quiet.tokens()
  await server.clock.pass(90 * dayMs)
  quiet.nonce = undefined
  equal((await quiet.refresh(refresh)).json.error, 'invalid_grant', 'quiet for three months')
})

test('an access token outlives no session', async context => {
  const server = await oauthServer(context)
  const app = await App.make(server)
  let {refresh} = await app.tokens()
  await server.clock.pass(13 * dayMs)
  app.nonce = undefined
  refresh = String((await app.refresh(refresh)).json.refresh_token)
  await server.clock.pass(dayMs - 60_000)
  app.nonce = undefined
  equal((await app.refresh(refresh)).json.expires_in, 60)
})

test('an app that does not renew gets no token for that', async context => {
  const server = await oauthServer(context)
  server.web.set(publicId, metadataOf(publicId, {grant_types: ['authorization_code']}))
  const app = await App.make(server)
  const {json} = await app.exchange(await app.code())
  equal(json.refresh_token, undefined)
  ok(json.access_token)
})

test('an app that had no key and has one now shows it from then on', async context => {
  const server = await oauthServer(context)
  const before = await App.make(server, secretId)
  server.web.set(secretId, metadataOf(secretId))
  const code = await before.code()
  const {json} = await before.exchange(code)
  const after = await App.confidential(server)
  await server.clock.pass(600_000)
  const upgraded = await after.refresh(json.refresh_token, {}, {key: before.key})
  equal(upgraded.status, 200, JSON.stringify(upgraded.json))
  server.web.set(
    secretId,
    metadataOf(secretId, confidentialFields([{...(await App.make(server)).key.jwk, kid: 'one'}])),
  )
  await server.clock.pass(600_000)
  after.nonce = undefined
  equal((await after.refresh(upgraded.json.refresh_token, {}, {key: before.key})).json.error, 'invalid_client')
})

test('tokens that were given after data of yesterday go on when that is put back', async context => {
  const server = await oauthServer(context)
  // Of one with a key nothing is remembered.
  const app = await App.confidential(server)
  const {refresh} = await app.tokens()
  const {id} = (await server.authorizations.grants(alice))[0]
  const first = String((await app.refresh(refresh)).json.refresh_token)
  const second = String((await app.refresh(first)).json.refresh_token)
  // The row as it was before both renewals.
  const {grants} = server.stores
  const row = await grants.grant(id)
  ok(row)
  grants.grant = async () => ({...row, generation: 0})
  equal((await app.refresh(second)).status, 200)
})

test('access that is renewed again is not read for it, and what is remembered is good only while it is as it was', async context => {
  const server = await oauthServer(context)
  const {grants} = server.stores
  const {grant: read} = grants
  let reads = 0
  grants.grant = id => {
    reads++
    return read(id)
  }
  const more = {nowMs: server.clock.now(), expiresMs: server.clock.now() + dayMs, clientKey: null}
  for (const [what, change, words] of [
    ['it has ended', (id: string) => grants.endGrant(id), /has ended/],
    ['it was renewed twice since', (id: string) => grants.renew(id, 4, more, 'power'), /used before/],
  ] as const) {
    const app = await App.make(server)
    let {refresh} = await app.tokens()
    const id = (await server.authorizations.grants(alice))[0].id
    for (const expected of [1, 0]) {
      reads = 0
      refresh = String((await app.refresh(refresh)).json.refresh_token)
      equal(reads, expected)
    }
    await change(id)
    refused(await app.refresh(refresh), 'invalid_grant', words)
    equal(await read(id), undefined, what)
  }
})

test('one who is overtaken twice while he renews gets nothing, and ends nothing', async context => {
  const server = await oauthServer(context)
  const app = await App.make(server)
  const {refresh} = await app.tokens()
  const {grants} = server.stores
  const renew = grants.renew
  grants.renew = async (id, generation, renewed, survives) => {
    grants.renew = renew
    for (const next of [1, 2]) await renew(id, next, renewed, survives)
    return renew(id, generation, renewed, survives)
  }
  const late = await app.refresh(refresh)
  deepEqual([late.status, late.json.error], [400, 'invalid_grant'])
  equal((await server.authorizations.grants(alice)).length, 1)
})

test('whoever revokes is answered alike, whether there was anything to end or not', async context => {
  const server = await oauthServer(context)
  const app = await App.make(server)
  const {access, refresh} = await app.tokens()
  await server.clock.pass(dayMs)
  app.nonce = undefined
  for (const token of ['nonsense', 'ref-AAAA', access, access, refresh]) {
    const {status, json} = await app.revoke(token)
    deepEqual([status, json], [200, {}], token)
  }
  equal((await app.refresh(refresh)).json.error, 'invalid_grant', 'an old access token ends the session too')
  equal((await app.post('/oauth/revoke', {})).json.error, 'invalid_request')
})
