/** The endpoints over HTTP: what this server says of itself, who may call, and in which words one is refused. */
import {deepEqual, equal, match, ok} from 'node:assert/strict'
import {suite, test} from 'node:test'
import {oauthAuthorizationServerMetadataValidator, oauthProtectedResourceMetadataSchema} from '@atproto/oauth-types'
import {Overloaded} from '#std/waiting/async.ts'
import {notePeer} from '#runtime/strangers/peer.ts'
import {alice, App, issuer, oauthServer, publicId, refused} from '../../../../test/oauth-app.ts'

const posts = ['/oauth/par', '/oauth/token', '/oauth/revoke']
const documents = ['/.well-known/oauth-protected-resource', '/.well-known/oauth-authorization-server', '/oauth/jwks']

suite('the authorization server', () => {
  test('says of itself what the official client asks for', async context => {
    const {oauth} = await oauthServer(context)
    const get = async (path: string): Promise<Record<string, unknown>> => {
      const response = await oauth.fetch(new Request(`${issuer}${path}`))
      ok(response)
      equal(response.headers.get('cache-control'), 'public, max-age=300')
      return (await response.json()) as Record<string, unknown>
    }
    const resource = oauthProtectedResourceMetadataSchema.parse(await get(documents[0]))
    deepEqual([resource.resource, resource.authorization_servers], [issuer, [issuer]])
    const metadata = oauthAuthorizationServerMetadataValidator.parse(await get(documents[1]))
    equal(metadata.issuer, issuer)
    equal(metadata.require_pushed_authorization_requests, true)
    equal(metadata.authorization_response_iss_parameter_supported, true)
    equal(metadata.client_id_metadata_document_supported, true)
    deepEqual(metadata.code_challenge_methods_supported, ['S256'])
    deepEqual(metadata.dpop_signing_alg_values_supported, ['ES256'])
    const {keys} = (await get(documents[2])) as {keys: Record<string, string>[]}
    deepEqual(Object.keys(keys[0]).toSorted(), ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'], 'and nothing private')
  })

  test('may be asked from any site, and by its own method alone', async context => {
    const {oauth} = await oauthServer(context)
    for (const path of [...posts, ...documents]) {
      const own = posts.includes(path) ? 'POST' : 'GET'
      const preflight = await oauth.fetch(new Request(`${issuer}${path}`, {method: 'OPTIONS'}))
      equal(preflight?.status, 204)
      for (const [name, value] of [
        ['access-control-allow-origin', '*'],
        ['access-control-allow-methods', '*'],
        ['access-control-allow-headers', 'Content-Type,DPoP'],
      ]) {
        equal(preflight?.headers.get(name), value)
      }
      for (const method of ['GET', 'POST', 'PUT', 'DELETE'].filter(method => method !== own)) {
        const answer = await oauth.fetch(new Request(`${issuer}${path}`, {method}))
        equal(answer?.status, 405, `${method} ${path}`)
        equal(answer?.headers.get('allow'), own)
      }
    }
    const head = await oauth.fetch(new Request(`${issuer}/oauth/jwks`, {method: 'HEAD'}))
    deepEqual([head?.status, await head?.text()], [200, ''])
    for (const path of ['/oauth/authorize', '/oauth', '/', '/oauth/par/', '/xrpc/a.b.c']) {
      equal(await oauth.fetch(new Request(`${issuer}${path}`)), undefined, path)
    }
  })

  test('gives a nonce with each answer, and answers are held by nobody', async context => {
    const {oauth} = await oauthServer(context)
    for (const path of posts) {
      const answer = await oauth.fetch(new Request(`${issuer}${path}`, {method: 'POST', body: new URLSearchParams()}))
      match(answer?.headers.get('dpop-nonce') ?? '', /^[\w-]{24}$/)
      match(answer?.headers.get('access-control-expose-headers') ?? '', /DPoP-Nonce/)
      equal(answer?.headers.get('cache-control'), 'no-store')
    }
    const called = (headers: Record<string, string>): Headers =>
      oauth.withNonce(new Request(issuer, {headers}), new Response()).headers
    ok(called({dpop: 'proof'}).has('dpop-nonce'))
    equal(called({authorization: 'Bearer token'}).has('dpop-nonce'), false)
  })

  const bodies: readonly [what: string, init: {body?: string; headers?: Record<string, string>}, status: number][] = [
    ['nothing', {}, 415],
    ['text', {body: 'a', headers: {'content-type': 'text/plain'}}, 415],
    ['JSON that is none', {body: '{', headers: {'content-type': 'application/json'}}, 400],
    ['JSON that is no object', {body: '[]', headers: {'content-type': 'application/json'}}, 400],
    ['JSON with an object in it', {body: '{"client_id":{}}', headers: {'content-type': 'application/json'}}, 400],
    [
      'too much',
      {body: `a=${'a'.repeat(70_000)}`, headers: {'content-type': 'application/x-www-form-urlencoded'}},
      413,
    ],
    [
      'too many fields',
      {
        body: Array.from({length: 60}, (_, i) => `a${i}=b`).join('&'),
        headers: {'content-type': 'application/x-www-form-urlencoded'},
      },
      400,
    ],
  ]
  for (const [what, init, status] of bodies) {
    test(`refuses a body of ${what}`, async context => {
      const {oauth} = await oauthServer(context)
      const answer = await oauth.fetch(new Request(`${issuer}/oauth/par`, {method: 'POST', ...init}))
      equal(answer?.status, status)
      equal(((await answer?.json()) as {error: string} | undefined)?.error, 'invalid_request')
    })
  }

  test('takes JSON as it takes a form', async context => {
    const server = await oauthServer(context)
    const app = await App.make(server)
    await app.push()
    const fields = {
      client_id: publicId,
      response_type: 'code',
      redirect_uri: app.redirectUri,
      scope: 'atproto',
      code_challenge: app.challenge,
      code_challenge_method: 'S256',
      state: null,
    }
    const headers = {'content-type': 'application/json', dpop: await app.proof('POST', `${issuer}/oauth/par`)}
    const answer = await server.oauth.fetch(
      new Request(`${issuer}/oauth/par`, {method: 'POST', body: JSON.stringify(fields), headers}),
    )
    equal(answer?.status, 201)
  })

  const pushes: readonly [fields: Record<string, string | undefined>, error: string, says: RegExp][] = [
    [{client_id: undefined}, 'invalid_request', /client_id is missing/],
    [{response_type: undefined}, 'invalid_request', /response_type/],
    [{response_type: 'token'}, 'unsupported_response_type', /code/],
    [{response_type: 'code id_token'}, 'unsupported_response_type', /code/],
    [{response_mode: 'web_message'}, 'invalid_request', /query, fragment, form_post/],
    [{scope: undefined}, 'invalid_scope', /atproto/],
    [{scope: 'transition:generic'}, 'invalid_scope', /atproto/],
    [{scope: 'atproto openid'}, 'invalid_scope', /OpenID/],
    [{scope: 'atproto repo:*'}, 'invalid_scope', /metadata/],
    [{code_challenge: 'short'}, 'invalid_request', /SHA-256/],
    [{prompt: 'maybe'}, 'invalid_request', /select_account/],
    [{login_hint: 'not a handle'}, 'invalid_request', /handle or a DID/],
    [{dpop_jkt: 'A'.repeat(43)}, 'invalid_dpop_proof', /another key/],
    [{dpop_jkt: 'A'}, 'invalid_request', /thumbprint/],
    [{state: 's'.repeat(5_000)}, 'invalid_request', /4096/],
    [{nonce: 'a'}, 'invalid_request', /nonce is not supported/],
    [{claims: '{}'}, 'invalid_request', /claims is not supported/],
    [{request: 'a.b.c'}, 'invalid_request', /request is not supported/],
    [{request_uri: 'https://a.example.com'}, 'invalid_request', /request_uri is not supported/],
    [{authorization_details: '[]'}, 'invalid_request', /not supported/],
    [{client_assertion: 'a.b.c'}, 'invalid_client', /must not send/],
  ]
  for (const [fields, error, says] of pushes) {
    test(`refuses a request with ${JSON.stringify(fields).slice(0, 60)}`, async context => {
      refused(await (await App.make(await oauthServer(context))).push(fields), error, says)
    })
  }

  const tokens: readonly [fields: Record<string, string | undefined>, error: string, says: RegExp][] = [
    [{grant_type: undefined}, 'invalid_request', /grant_type is missing/],
    [{grant_type: 'password'}, 'unsupported_grant_type', /authorization_code or refresh_token/],
    [{grant_type: 'client_credentials'}, 'unsupported_grant_type', /refresh_token/],
    [{code: undefined}, 'invalid_request', /code is missing/],
    [{code: 'cod-unknown'}, 'invalid_grant', /none of ours/],
    [{code_verifier: 'short'}, 'invalid_grant', /43 to 128/],
    [{code_verifier: 'ä'.repeat(50)}, 'invalid_grant', /43 to 128/],
  ]
  for (const [fields, error, says] of tokens) {
    test(`refuses tokens for ${JSON.stringify(fields).slice(0, 60)}`, async context => {
      const app = await App.make(await oauthServer(context))
      refused(await app.exchange(await app.code(), fields), error, says)
    })
  }

  test('refuses a client that shows its secret in a header, and a request for tokens without a proof', async context => {
    const server = await oauthServer(context)
    const app = await App.make(server)
    refused(await app.send('/oauth/token', {client_id: app.id}, {authorization: 'Basic YTpi'}), 'invalid_client')
    const fields = {client_id: app.id, grant_type: 'refresh_token', refresh_token: 'ref-a'}
    refused(await app.send('/oauth/token', fields), 'invalid_dpop_proof', /needed here/)
    refused(await app.send('/oauth/token', fields, {dpop: 'a, b'}), 'invalid_dpop_proof', /no JWT/)
  })

  test('a request may come without a proof; its code is then for the key that comes for it', async context => {
    const server = await oauthServer(context)
    const app = await App.make(server)
    const fields = {
      client_id: app.id,
      response_type: 'code',
      scope: 'atproto',
      code_challenge: app.challenge,
      code_challenge_method: 'S256',
    }
    const {status, json} = await app.send('/oauth/par', fields)
    equal(status, 201, JSON.stringify(json))
    const uri = String(json.request_uri)
    await server.authorizations.open(uri, app.id, 'browser')
    const {parameters} = await server.authorizations.accept(uri, 'browser', alice, 'device', 'atproto')
    const answer = await app.exchange(new Map(parameters).get('code') ?? '')
    deepEqual([answer.json.token_type, answer.json.scope, answer.json.sub], ['DPoP', 'atproto', alice])
  })

  test('counts by who asks, and tells when to come again', async context => {
    const {oauth} = await oauthServer(context, {limited: true})
    const ask = async () => {
      const request = new Request(`${issuer}/oauth/par`, {
        method: 'POST',
        body: new URLSearchParams({client_id: publicId}),
      })
      notePeer(request, '203.0.113.9')
      return oauth.fetch(request)
    }
    for (let i = 0; i < 600; i++) equal((await ask())?.status, 400)
    const answer = await ask()
    equal(answer?.status, 429)
    ok(Number(answer?.headers.get('retry-after')) > 0)
    equal(((await answer?.json()) as {error: string} | undefined)?.error, 'slow_down')
  })

  test('says when the fault is its own, and not what it is', async context => {
    const server = await oauthServer(context)
    const app = await App.make(server)
    await app.push()
    for (const [error, status, name] of [
      [new RangeError('inside'), 500, 'server_error'],
      [new Overloaded('inside'), 503, 'temporarily_unavailable'],
    ] as const) {
      server.stores.grants.addRequest = () => Promise.reject(error)
      const answer = await app.push()
      deepEqual([answer.status, answer.json.error], [status, name])
      equal(JSON.stringify(answer.json).includes('inside'), false)
    }
  })
})
