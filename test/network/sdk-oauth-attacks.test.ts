/**
 * Whoever stands between, or is the server that somebody named, and does not mean well: the SDK's OAuth client against our
 * PDS, with one answer altered on its way. Each attack fails by its name, and leaves no session behind.
 */
import {deepEqual, equal, ok, rejects} from 'node:assert/strict'
import {test} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import {dpopAlgorithm} from '#sdk/oauth/dpop.ts'
import type {OAuthFault} from '#sdk/oauth/oauth-failure.ts'
import type {OAuthClientOptions} from '#sdk/oauth/oauth-client.ts'
import type {World} from '#std/world.ts'
import {clientAt, decide} from '../oauth-sdk.ts'
import {password, pdsNetwork, signUp} from '../pds-network.ts'

const pdsUrl = 'http://localhost:2583'
const resource = '/.well-known/oauth-protected-resource'
const server = '/.well-known/oauth-authorization-server'
const evil = 'https://evil.example.com'

type Alter = (response: Response) => Response | Promise<Response>
interface Attack {
  fails: OAuthFault
  /** Whose answer is altered, and how. */
  at?: string
  alter?: Alter
  /** What a browser brings is altered. */
  answer?: (params: URLSearchParams) => void
  named?: string
  /** Who signs in, if not alice. */
  by?: string
  options?: Partial<OAuthClientOptions>
}

const json =
  (fields: object): Alter =>
  async response => {
    const body = {...((await response.json()) as object), ...fields}
    return Response.json(body, {status: response.status, headers: headersOf(response)})
  }
const headersOf = (response: Response): Headers => {
  const headers = new Headers(response.headers)
  headers.delete('content-length')
  return headers
}
const redirects: Alter = () => new Response(null, {status: 302, headers: {location: `${evil}/metadata`}})
const large: Alter = () => Response.json({issuer: pdsUrl, pad: 'a'.repeat(100_000)})
const endless: Alter = () =>
  new Response(new ReadableStream({pull: controller => controller.enqueue(new Uint8Array(10_000))}))
const silent: Alter = () => new Promise(() => {})
const html: Alter = () => new Response('<h1>Hello</h1>', {headers: {'content-type': 'text/html'}})
const asIs: Alter = response => response
const fails: Alter = () => new Response('', {status: 502})

const onTheWay: Record<string, Attack> = {
  'server metadata of another issuer': {at: server, alter: json({issuer: evil}), fails: 'other-issuer'},
  'server metadata with a slash more': {at: server, alter: json({issuer: `${pdsUrl}/`}), fails: 'other-issuer'},
  'an issuer that does not name the server back': {
    at: server,
    alter: json({protected_resources: [evil]}),
    fails: 'other-issuer',
  },
  'a server that says that it is another': {at: resource, alter: json({resource: evil}), fails: 'other-issuer'},
  'a server of two issuers': {at: resource, alter: json({authorization_servers: [pdsUrl, evil]}), fails: 'no-oauth'},
  'a server of no issuer': {at: resource, alter: json({authorization_servers: []}), fails: 'no-oauth'},
  'an issuer with a path': {at: resource, alter: json({authorization_servers: [`${pdsUrl}/a`]}), fails: 'bad-server'},
  'an issuer by http where https is due': {
    at: resource,
    alter: json({authorization_servers: ['http://evil.example.com']}),
    fails: 'insecure',
  },
  'a server by http that is not under development': {options: {development: false}, fails: 'insecure'},
  'tokens by http where https is due': {
    at: server,
    alter: json({token_endpoint: 'http://evil.example.com/token'}),
    fails: 'insecure',
  },
  'a page for people that is a script': {
    at: server,
    alter: json({authorization_endpoint: 'javascript:alert(1)'}),
    fails: 'insecure',
  },
  'a server that does not say who answers': {
    at: server,
    alter: json({authorization_response_iss_parameter_supported: false}),
    fails: 'bad-server',
  },
  'a server without PKCE': {
    at: server,
    alter: json({code_challenge_methods_supported: ['plain']}),
    fails: 'bad-server',
  },
  'a server without DPoP': {at: server, alter: json({dpop_signing_alg_values_supported: []}), fails: 'bad-server'},
  'a server without PAR': {
    at: server,
    alter: json({pushed_authorization_request_endpoint: null}),
    fails: 'bad-server',
  },
  'a redirect of the resource’s metadata': {at: resource, alter: redirects, fails: 'bad-answer'},
  'a redirect of the server’s metadata': {at: server, alter: redirects, fails: 'bad-answer'},
  'a redirect of a request': {at: '/oauth/par', alter: redirects, fails: 'bad-answer'},
  'metadata that are too large': {at: server, alter: large, fails: 'bad-answer'},
  'metadata without an end': {at: resource, alter: endless, fails: 'bad-answer'},
  'metadata that are a page': {at: resource, alter: html, fails: 'bad-answer'},
  'a server that never answers': {at: resource, alter: silent, options: {timeoutMs: 20}, fails: 'unreachable'},
  'a server that is away': {at: server, alter: fails, fails: 'unreachable'},
  'somebody who is nobody': {named: `did:plc:${'a'.repeat(24)}`, fails: 'unknown-account'},
}

const withAnswer: Record<string, Attack> = {
  'a wrong iss': {answer: params => params.set('iss', evil), fails: 'other-issuer'},
  'no iss': {answer: params => params.delete('iss'), fails: 'other-issuer'},
  'a foreign state': {answer: params => params.set('state', 'another'), fails: 'unknown-state'},
  'no state': {answer: params => params.delete('state'), fails: 'unknown-state'},
  'two states': {answer: params => params.append('state', 'another'), fails: 'bad-answer'},
  'a code of another': {answer: params => params.set('code', 'cod-another'), fails: 'refused'},
  'no code': {answer: params => params.delete('code'), fails: 'bad-answer'},
  'an answer without end': {answer: params => params.set('code', 'a'.repeat(10_000)), fails: 'bad-answer'},
  'a token answer without DPoP binding': {at: '/oauth/token', alter: json({token_type: 'Bearer'}), fails: 'not-bound'},
  'a sub that is no DID': {at: '/oauth/token', alter: json({sub: 'alice'}), fails: 'bad-answer'},
  'a token answer without a sub': {at: '/oauth/token', alter: json({sub: undefined}), fails: 'bad-answer'},
  'a scope without atproto': {at: '/oauth/token', alter: json({scope: 'transition:generic'}), fails: 'bad-scope'},
  'a redirect of a token request': {at: '/oauth/token', alter: redirects, fails: 'bad-answer'},
  'a token answer that is too large': {at: '/oauth/token', alter: large, fails: 'bad-answer'},
  'another who signs in than was to': {by: 'bob.test', fails: 'other-account'},
}

/** The world, with the answers at one path altered. */
const altered = (world: World, at: string | undefined, alter: Alter = asIs): World => ({
  ...world,
  async fetch(request) {
    const response = await world.fetch(request)
    const {pathname} = new URL(request.url)
    return pathname === at && (response.ok || pathname.startsWith('/.well-known/')) ? alter(response) : response
  },
})

test('attacks on a sign-in fail by name', async context => {
  const network = await pdsNetwork(context)
  const {world, pds} = network
  const dids = new Map<string, Did>()
  for (const name of ['alice', 'bob']) dids.set(name, (await signUp(network.agent(), name)) as Did)
  await network.join(2593)
  const carol = (await signUp(network.agent('http://localhost:2593'), 'carol')) as Did
  const where = {pdsUrl, plcUrl: 'http://localhost:2582'}
  const grants = async () => (await Promise.all([...dids.values()].map(did => pds.authorizations.grants(did)))).flat()

  for (const [name, {at, alter, named = 'alice.test', options, fails}] of Object.entries(onTheWay)) {
    await context.test(name, async () => {
      const {client} = clientAt(altered(world, at, alter), where, options)
      await rejects(client.authorize(named), {name: 'OAuthFailure', reason: fails})
    })
  }
  for (const [name, {at, alter, answer, named = 'alice.test', by = 'alice.test', fails}] of Object.entries(
    withAnswer,
  )) {
    await context.test(name, async () => {
      const {client, sessions} = clientAt(altered(world, at, alter), where)
      const params = await decide(world, await client.authorize(named), {handle: by, password})
      answer?.(params)
      await rejects(client.callback(params), {name: 'OAuthFailure', reason: fails})
      for (const did of dids.values()) equal(await sessions.get(did), undefined)
    })
  }

  await context.test('tokens of another than was to sign in are given back', async () => {
    for (const did of dids.values()) {
      for (const {id} of await pds.authorizations.grants(did)) await pds.authorizations.end(did, id)
    }
    const {client} = clientAt(world, where)
    const params = await decide(world, await client.authorize('alice.test'), {handle: 'bob.test', password})
    await rejects(client.callback(params), {reason: 'other-account'})
    deepEqual(await grants(), [])
  })

  await context.test('a sub whose server is another', async () => {
    const {client, sessions} = clientAt(altered(world, '/oauth/token', json({sub: carol})), where)
    const params = await decide(world, await client.authorize(pdsUrl), {handle: 'alice.test', password})
    await rejects(client.callback(params), {name: 'OAuthFailure', reason: 'not-its-server'})
    equal(await sessions.get(carol), undefined)
    deepEqual(await grants(), [], 'and what was given is given back')
  })

  await context.test('a replayed callback', async () => {
    const {client} = clientAt(world, where)
    const params = await decide(world, await client.authorize('alice.test'), {handle: 'alice.test', password})
    const [first, second] = await Promise.allSettled([client.callback(params), client.callback(params)])
    deepEqual([first.status, second.status], ['fulfilled', 'rejected'])
    await rejects(client.callback(params), {reason: 'unknown-state'})
  })

  await context.test('a callback of another client', async () => {
    const [ours, theirs] = [clientAt(world, where), clientAt(world, where)]
    const params = await decide(world, await theirs.client.authorize('bob.test'), {handle: 'bob.test', password})
    await rejects(ours.client.callback(params), {reason: 'unknown-state'})
  })

  await context.test('a callback that comes too late', async () => {
    let lateMs = 0
    const {client} = clientAt({...world, now: () => world.now() + lateMs}, where)
    const params = await decide(world, await client.authorize('alice.test'), {handle: 'alice.test', password})
    lateMs = 3_600_000
    await rejects(client.callback(params), {reason: 'unknown-state'})
  })

  await context.test('a renewal that gives tokens of another, or tokens that are not bound', async () => {
    let alter = asIs
    const {client, sessions} = clientAt(
      altered(world, '/oauth/token', response => alter(response)),
      where,
    )
    const params = await decide(world, await client.authorize('alice.test'), {handle: 'alice.test', password})
    const {session} = await client.callback(params)
    alter = json({token_type: 'Bearer'})
    await rejects(session.refresh(), {name: 'OAuthFailure', reason: 'not-bound'})
    alter = json({sub: dids.get('bob')})
    await rejects(session.refresh(), {name: 'SessionEnded', reason: 'revoked'})
    equal(await sessions.get(session.did), undefined)
  })

  await context.test('an account that moves to a server of another issuer', async () => {
    const {client, sessions} = clientAt(world, where)
    const params = await decide(world, await client.authorize('alice.test'), {handle: 'alice.test', password})
    const {session} = await client.callback(params)
    const held = await sessions.get(session.did)
    ok(held)
    // As if this session had been made at the other server.
    await sessions.put({...held, issuer: 'http://localhost:2593'})
    await rejects(session.refresh(), {reason: 'moved'})
    equal(await sessions.get(session.did), undefined)
  })

  await context.test('a key that is held cannot be read, and signs all the same', async () => {
    const {client, sessions} = clientAt(world, where, {holdKeys: true})
    const params = await decide(world, await client.authorize('alice.test'), {handle: 'alice.test', password})
    const {session} = await client.callback(params)
    const {privateKey} = ((await sessions.get(session.did))?.dpopKey ?? {}) as CryptoKeyPair
    deepEqual(privateKey.algorithm, {name: 'ECDSA', namedCurve: 'P-256'})
    equal(dpopAlgorithm, 'ES256')
    await rejects(crypto.subtle.exportKey('jwk', privateKey))
    equal((await session.fetch('/xrpc/com.atproto.server.getSession')).status, 200)
    equal(
      (await (await client.restore(session.did, {fresh: true})).fetch('/xrpc/com.atproto.server.getSession')).status,
      200,
    )
  })
})
