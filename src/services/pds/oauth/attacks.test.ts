/**
 * Attacks on the authorization server and on what its tokens open, each by its name: what a stranger, a hostile app or
 * somebody who has stolen a code or token tries, and that it fails (RFC 9700; RFC 9449, section 11).
 */
import {deepEqual, equal, notEqual, ok, rejects} from 'node:assert/strict'
import {SignJWT, UnsecuredJWT} from 'jose'
import {notePeer} from '#runtime/strangers/peer.ts'
import {
  alice,
  App,
  bob,
  callback,
  issuer,
  metadataOf,
  newKey,
  oauthServer,
  publicId,
  refused,
  secretId,
  testAttacks,
  type OAuthAttack,
  type OAuthServer,
} from '../../../../test/oauth-app.ts'
import {refreshGraceMs} from './token-endpoint.ts'

const isAlive = async ({resource}: OAuthServer, app: App, token: string): Promise<boolean> => {
  await app.push() // for a nonce
  return resource.verifyDpop(await app.call(token)).then(
    () => true,
    () => false,
  )
}

/** A permission set that holds these collections. */
const holding = (...collection: string[]) => ({
  type: 'permission-set',
  permissions: [{type: 'permission', resource: 'repo', collection}],
})

const attacks: Readonly<Record<string, OAuthAttack>> = {
  // Proofs of possession
  'a DPoP proof is used twice at the token endpoint': async (_, app) => {
    const code = await app.code()
    const dpop = await app.proof('POST', `${issuer}/oauth/token`)
    const fields = {
      grant_type: 'authorization_code',
      client_id: app.id,
      code,
      redirect_uri: callback,
      code_verifier: app.verifier,
    }
    equal((await app.send('/oauth/token', fields, {dpop})).status, 200)
    refused(await app.send('/oauth/token', fields, {dpop}), 'invalid_dpop_proof', /used before/)
  },
  'a call comes without a token, with a proof and without': async ({resource}, app) => {
    const call = await app.call((await app.tokens()).access)
    for (const authorization of ['DPoP', 'DPoP a b', 'Bearer a']) {
      call.headers.set('authorization', authorization)
      await rejects(resource.verifyDpop(call), {error: 'invalid_token', status: 401})
      call.headers.delete('dpop')
    }
  },
  'a DPoP proof is used twice at a resource': async ({resource}, app) => {
    const {access} = await app.tokens()
    const call = await app.call(access)
    equal((await resource.verifyDpop(call)).did, alice)
    await rejects(resource.verifyDpop(call), {error: 'invalid_dpop_proof'})
  },
  'a DPoP proof of a nonce that is three minutes old': async ({resource, clock}, app) => {
    const {access} = await app.tokens()
    await clock.pass(180_000)
    await rejects(resource.verifyDpop(await app.call(access)), {error: 'use_dpop_nonce'})
  },
  'a DPoP proof of a nonce that was made up': async (_, app) => {
    await app.push()
    refused(await app.push({}, {claims: {nonce: 'made up'}}), 'use_dpop_nonce', /DPoP-Nonce/)
  },
  'a DPoP proof made before, without a nonce': async ({resource}, app) => {
    const {access} = await app.tokens()
    await rejects(resource.verifyDpop(await app.call(access, {claims: {nonce: undefined}})), {error: 'use_dpop_nonce'})
  },
  'a DPoP proof for another method': async ({resource}, app) => {
    const {access} = await app.tokens()
    await rejects(resource.verifyDpop(await app.call(access, {claims: {htm: 'POST'}})), {error: 'invalid_dpop_proof'})
  },
  'a DPoP proof for another endpoint, or another server': async ({resource}, app) => {
    const {access} = await app.tokens()
    for (const htu of [
      `${issuer}/xrpc/com.atproto.server.deleteSession`,
      'https://other.example.com/xrpc/com.atproto.server.getSession',
    ]) {
      await rejects(resource.verifyDpop(await app.call(access, {claims: {htu}})), {error: 'invalid_dpop_proof'})
    }
  },
  'a DPoP proof that was made for another access token': async ({resource}, app) => {
    const {access} = await app.tokens()
    for (const ath of ['A'.repeat(43), undefined]) {
      await rejects(resource.verifyDpop(await app.call(access, {claims: {ath}})), {error: 'invalid_dpop_proof'})
    }
  },
  'a DPoP proof by a key that the token is not bound to': async ({resource}, app) => {
    const {access} = await app.tokens()
    await rejects(resource.verifyDpop(await app.call(access, {key: await newKey()})), {error: 'invalid_token'})
  },
  'a DPoP proof whose header names another key than has signed': async ({resource}, app) => {
    const {access} = await app.tokens()
    const thief = await newKey()
    await rejects(resource.verifyDpop(await app.call(access, {key: thief, header: {jwk: app.key.jwk}})), {
      error: 'invalid_dpop_proof',
    })
  },
  'a DPoP proof that is not signed (alg none)': async (_, app) => {
    await app.push()
    const claims = {
      jti: 'j',
      htm: 'POST',
      htu: `${issuer}/oauth/par`,
      nonce: app.nonce,
      iat: app.server.clock.now() / 1_000,
    }
    const [, payload] = new UnsecuredJWT(claims).encode().split('.')
    const header = Buffer.from(JSON.stringify({alg: 'none', typ: 'dpop+jwt', jwk: app.key.jwk})).toString('base64url')
    refused(
      await app.send('/oauth/par', {client_id: app.id}, {dpop: `${header}.${payload}.`}),
      'invalid_dpop_proof',
      /ES256/,
    )
  },
  'a DPoP proof that is signed by its public key as if that were a secret (HS256)': async (_, app) => {
    await app.push()
    const secret = new TextEncoder().encode(JSON.stringify(app.key.jwk).padEnd(64))
    const dpop = await new SignJWT({jti: 'j', htm: 'POST', htu: `${issuer}/oauth/par`, nonce: app.nonce})
      .setProtectedHeader({alg: 'HS256', typ: 'dpop+jwt', jwk: app.key.jwk})
      .setIssuedAt(app.server.clock.now() / 1_000)
      .sign(secret)
    refused(await app.send('/oauth/par', {client_id: app.id}, {dpop}), 'invalid_dpop_proof', /ES256/)
  },
  'a DPoP proof that shows a private key': async (_, app) => {
    await app.push()
    const jwk = {...app.key.jwk, d: 'A'.repeat(43)}
    refused(await app.push({}, {header: {jwk}}), 'invalid_dpop_proof', /private key/)
  },
  'another kind of token in the place of a DPoP proof': async (_, app) => {
    await app.push()
    for (const typ of ['JWT', 'at+jwt', undefined]) {
      refused(await app.push({}, {header: {typ}}), 'invalid_dpop_proof', /dpop\+jwt/)
    }
  },
  'an access token of OAuth goes as Bearer, without a proof': async ({resource}, app) => {
    const {access} = await app.tokens()
    const bare = new Request(`${issuer}/xrpc/com.atproto.server.getSession`, {
      headers: {authorization: `DPoP ${access}`},
    })
    await rejects(resource.verifyDpop(bare), {error: 'invalid_dpop_proof'})
    const bearer = new Request(bare, {headers: {authorization: `Bearer ${access}`}})
    await rejects(resource.verifyDpop(bearer))
  },

  // Codes
  'a code is used twice: the second ends what the first has got': async (server, app) => {
    const code = await app.code()
    const {json} = await app.exchange(code)
    ok(await isAlive(server, app, String(json.access_token)))
    refused(await app.exchange(code), 'invalid_grant', /used before/)
    equal(await isAlive(server, app, String(json.access_token)), false)
    refused(await app.refresh(json.refresh_token), 'invalid_grant')
  },
  'a code that was stolen is used by another client': async (server, app) => {
    const thiefId = 'https://thief.example.com/client.json'
    server.web.set(thiefId, metadataOf(thiefId))
    const thief = await App.make(server, thiefId)
    const code = await app.code()
    refused(
      await thief.exchange(code, {code_verifier: app.verifier, redirect_uri: app.redirectUri}),
      'invalid_grant',
      /another client/,
    )
    refused(await app.exchange(code), 'invalid_grant', /used before/)
  },
  'a code that was stolen is used with another DPoP key': async (_, app) => {
    const code = await app.code()
    refused(await app.exchange(code, {}, {key: await newKey()}), 'invalid_grant', /DPoP key/)
  },
  'a code is put into the session of somebody else (code injection)': async (server, app) => {
    const code = await app.code()
    const victim = await App.make(server)
    refused(await victim.exchange(code), 'invalid_grant')
  },
  'a code is exchanged with the secret of another request': async (_, app) => {
    refused(await app.exchange(await app.code(), {code_verifier: 'w'.repeat(43)}), 'invalid_grant', /code_challenge/)
  },
  'a code is exchanged without a secret (PKCE left out)': async (_, app) => {
    refused(await app.exchange(await app.code(), {code_verifier: undefined}), 'invalid_grant', /code_verifier/)
  },
  'a code that is older than five minutes': async ({clock}, app) => {
    const code = await app.code()
    await clock.pass(300_000)
    app.nonce = undefined
    refused(await app.exchange(code), 'invalid_grant', /run out/)
  },
  'a code is exchanged for another redirect URI': async (_, app) => {
    refused(await app.exchange(await app.code(), {redirect_uri: `${callback}/other`}), 'invalid_grant', /redirect_uri/)
  },
  'a challenge is used for two codes': async (_, app) => {
    const codes = [await app.code(), await app.code()]
    equal((await app.exchange(codes[0])).status, 200)
    refused(await app.exchange(codes[1]), 'invalid_grant', /code_challenge/)
  },
  'a code of an account that is taken down meanwhile': async ({stores}, app) => {
    const code = await app.code()
    await stores.accounts.setTakedown(alice, 'ref', [])
    refused(await app.exchange(code), 'invalid_grant')
  },

  // Requests
  'PKCE is brought down to plain': async (_, app) => {
    refused(await app.push({code_challenge_method: 'plain'}), 'invalid_request', /S256/)
    refused(await app.push({code_challenge_method: undefined}), 'invalid_request', /S256/)
  },
  'PKCE is left out': async (_, app) => {
    refused(await app.push({code_challenge: undefined}), 'invalid_request', /PKCE/)
  },
  'a redirect URI that is not the client’s, by a letter, a path, a query, a user or a port': async (_, app) => {
    const strange = ['/', '/../callback', '?a=b', '#a', '%2e'].map(more => callback + more)
    for (const redirect_uri of [
      ...strange,
      callback.replace('https', 'http'),
      'https://app.example.com:8443/callback',
      'https://app.example.com@evil.example.com/callback',
      'https://app.example.com.evil.example.com/callback',
      'https://APP.example.com/callback',
      'javascript:alert(1)//https://app.example.com/callback',
    ]) {
      refused(await app.push({redirect_uri}), 'invalid_request', /redirect_uri/)
    }
  },
  'a field is given twice, so that two readers see two': async ({oauth}, app) => {
    const body = new URLSearchParams([
      ['client_id', app.id],
      ['redirect_uri', callback],
      ['redirect_uri', 'https://evil.example.com/'],
    ])
    const answer = await oauth.fetch(new Request(`${issuer}/oauth/par`, {method: 'POST', body}))
    ok(answer)
    equal(((await answer.json()) as {error: string}).error, 'invalid_request')
  },
  'a request URI of one client is opened for another': async ({authorizations}, app) => {
    const {json} = await app.push()
    await rejects(authorizations.open(String(json.request_uri), secretId, 'browser'), {reason: 'no-authorization'})
  },
  'a request URI is opened in a second browser (session fixation)': async ({authorizations}, app) => {
    const uri = String((await app.push()).json.request_uri)
    const {scope} = await authorizations.open(uri, app.id, 'mine')
    await rejects(authorizations.open(uri, app.id, 'theirs'), {reason: 'no-authorization'})
    await rejects(authorizations.accept(uri, 'theirs', alice, 'device', scope), {
      reason: 'no-authorization',
    })
    await rejects(authorizations.reject(uri, 'theirs', 'access_denied'), {reason: 'no-authorization'})
    ok(await authorizations.accept(uri, 'mine', alice, 'device', scope))
  },
  'a request URI is answered twice': async ({authorizations}, app) => {
    const uri = String((await app.push()).json.request_uri)
    const {scope} = await authorizations.open(uri, app.id, 'browser')
    await authorizations.accept(uri, 'browser', alice, 'device', scope)
    await rejects(authorizations.accept(uri, 'browser', bob, 'device', scope), {
      reason: 'no-authorization',
    })
    const other = String((await app.push()).json.request_uri)
    await authorizations.open(other, app.id, 'browser')
    const answers = await Promise.allSettled([1, 2].map(() => authorizations.reject(other, 'browser', 'access_denied')))
    deepEqual(answers.map(({status}) => status).toSorted(), ['fulfilled', 'rejected'], 'both at once')
  },
  'a browser that is signed out by a new password while it agrees': async ({authorizations, stores}, app) => {
    const uri = String((await app.push()).json.request_uri)
    const {scope} = await authorizations.open(uri, app.id, 'browser')
    const {grants, accounts} = stores
    const consent = grants.consent
    // In the last moment before it is written down.
    grants.consent = async (did, clientId) => {
      await accounts.setPassword(did, 'other')
      return consent(did, clientId)
    }
    await rejects(authorizations.accept(uri, 'browser', alice, 'device', scope, 0), {reason: 'no-authorization'})
    grants.consent = consent
    equal(await authorizations.granted(alice, app.id), undefined)
    ok(await authorizations.accept(uri, 'browser', alice, 'device', scope, 1))
  },
  'a request URI that is older than five minutes': async ({authorizations, clock}, app) => {
    const uri = String((await app.push()).json.request_uri)
    await clock.pass(300_000)
    await rejects(authorizations.open(uri, app.id, 'browser'), {reason: 'no-authorization'})
  },
  'a request URI that was made up, or is a URL of a stranger': async ({authorizations, asked}, app) => {
    for (const uri of ['urn:ietf:params:oauth:request_uri:req-AAAA', 'https://evil.example.com/request', '']) {
      await rejects(authorizations.open(uri, app.id, 'browser'), {reason: 'no-authorization'})
    }
    deepEqual(asked, [])
  },
  'a page agrees to more than was asked for': async ({authorizations}, app) => {
    const uri = String((await app.push({scope: 'atproto'})).json.request_uri)
    await authorizations.open(uri, app.id, 'browser')
    const {parameters} = await authorizations.accept(uri, 'browser', alice, 'device', 'atproto transition:generic')
    const {json} = await app.exchange(new Map(parameters).get('code') ?? '')
    equal(json.scope, 'atproto')
  },
  'a scope that is not in the client’s metadata': async (_, app) => {
    refused(await app.push({scope: 'atproto transition:chat.bsky'}), 'invalid_scope', /chat/)
  },
  'a permission set that grows after it was shown, or after it was agreed to': async (server, app) => {
    const nsid = 'com.example.feed.authFull'
    const scope = `atproto include:${nsid}`
    server.web.set(publicId, metadataOf(publicId, {scope}))
    server.sets.set(nsid, holding('com.example.feed.note'))
    const uri = String((await app.push({scope})).json.request_uri)
    const shown = await server.authorizations.open(uri, app.id, 'browser')
    equal(shown.scope, 'atproto repo:com.example.feed.note')
    server.sets.set(nsid, holding('com.example.feed.note', 'com.example.feed.secret'))
    const {parameters} = await server.authorizations.accept(uri, 'browser', alice, 'device', shown.scope)
    const {json} = await app.exchange(new Map(parameters).get('code') ?? '')
    equal(json.scope, shown.scope)
    equal((await app.refresh(json.refresh_token)).json.scope, shown.scope)
    const again = String((await app.push({scope})).json.request_uri)
    const larger = await server.authorizations.open(again, app.id, 'browser')
    notEqual(larger.scope, await server.authorizations.granted(alice, app.id))
  },
  'a permission set that is not there, or is none': async (server, app) => {
    const scope = 'atproto include:com.example.feed.authFull'
    server.web.set(publicId, metadataOf(publicId, {scope}))
    refused(await app.push({scope}), 'invalid_scope', /authFull/)
    server.sets.set('com.example.feed.authFull', {type: 'token'})
    refused(await app.push({scope}), 'invalid_scope', /permission set/)
  },
  'one stranger has us look for permission sets by the hundred': async (server, app, context) => {
    const limited = await oauthServer(context, {limited: true})
    const names = Array.from({length: 20}, (_, i) => `include:com.example.x${i}.set`).join(' ')
    const scope = `atproto ${names}`
    for (const {web, sets} of [server, limited]) {
      web.set(publicId, metadataOf(publicId, {scope}))
      for (const name of names.split(' ')) sets.set(name.slice('include:'.length), holding(`${name.slice(8, -4)}.note`))
    }
    const from = (request: Request) => (notePeer(request, '192.0.2.1'), limited.oauth.fetch(request))
    const stranger = await App.make({
      ...limited,
      oauth: {fetch: from, withNonce: limited.oauth.withNonce.bind(limited.oauth)} as OAuthServer['oauth'],
    })
    await stranger.push()
    for (let times = 0; times < 3; times++) equal((await stranger.push({scope})).status, 201)
    refused(await stranger.push({scope}), 'slow_down')
    equal((await stranger.push({scope: 'atproto'})).status, 201)
    equal((await app.push({scope})).status, 201)
  },
  'an app without a key asks for silence (prompt=none)': async ({authorizations}, app) => {
    // It is let in only as far as the question, which is then answered by no: the owner would have to agree each time.
    const uri = String((await app.push({prompt: 'none'})).json.request_uri)
    equal((await authorizations.open(uri, app.id, 'browser')).mustConsent, true)
  },
  'a client mistakes whose answer it has (mix-up): each answer says who gives it': async ({authorizations}, app) => {
    for (const response_mode of ['query', 'fragment', 'form_post']) {
      const uri = String((await app.push({response_mode})).json.request_uri)
      await authorizations.open(uri, app.id, 'browser')
      const {url, parameters} = await authorizations.reject(uri, 'browser', 'access_denied')
      equal(new Map(parameters).get('iss'), issuer)
      const said = response_mode === 'query' ? new URL(url).search : new URL(url).hash
      equal(new URLSearchParams(said.slice(1)).get('iss'), response_mode === 'form_post' ? null : issuer)
    }
  },
  'a redirect of its own parameters takes the place of the answer’s': async (server, app) => {
    const redirect = `${callback}?code=theirs&iss=https://evil.example.com`
    server.web.set(publicId, metadataOf(publicId, {redirect_uris: [redirect]}))
    const uri = String((await app.push({redirect_uri: redirect})).json.request_uri)
    const {scope} = await server.authorizations.open(uri, app.id, 'browser')
    const {url} = await server.authorizations.accept(uri, 'browser', alice, 'device', scope)
    const {searchParams} = new URL(url)
    deepEqual(searchParams.getAll('iss'), [issuer])
    notEqual(searchParams.get('code'), 'theirs')
    equal(searchParams.getAll('code').length, 1)
  },

  // Refresh tokens
  'a refresh token is used again after the grace: the session ends for both': async (server, app) => {
    const {refresh} = await app.tokens()
    const next = await app.refresh(refresh)
    await server.clock.pass(refreshGraceMs)
    app.nonce = undefined
    refused(await app.refresh(refresh), 'invalid_grant', /used before/)
    refused(await app.refresh(next.json.refresh_token), 'invalid_grant', /ended/)
    equal(await isAlive(server, app, String(next.json.access_token)), false)
  },
  'a refresh token of two renewals ago is used within the grace': async (_, app) => {
    const {refresh} = await app.tokens()
    const {json} = await app.refresh(refresh)
    equal((await app.refresh(json.refresh_token)).status, 200)
    refused(await app.refresh(refresh), 'invalid_grant', /used before/)
  },
  'a refresh token that was stolen is used with another DPoP key': async (_, app) => {
    const {refresh} = await app.tokens()
    refused(await app.refresh(refresh, {}, {key: await newKey()}), 'invalid_grant', /DPoP key/)
  },
  'a refresh token that was stolen is used by another client': async (server, app) => {
    const thiefId = 'https://thief.example.com/client.json'
    server.web.set(thiefId, metadataOf(thiefId))
    const thief = await App.make(server, thiefId)
    const {refresh} = await app.tokens()
    refused(await thief.refresh(refresh, {}, {key: app.key}), 'invalid_grant', /another client/)
  },
  'a refresh token is changed by a letter': async (_, app) => {
    const {refresh} = await app.tokens()
    for (const at of [5, 30, 60]) {
      const changed = refresh.slice(0, at) + (refresh[at] === 'A' ? 'B' : 'A') + refresh.slice(at + 1)
      refused(await app.refresh(changed), 'invalid_grant')
    }
    equal((await app.refresh(refresh)).status, 200)
  },
  'an access token in the place of a refresh token, and the other way round': async ({resource}, app) => {
    const {access, refresh} = await app.tokens()
    refused(await app.refresh(access.slice(0, 190)), 'invalid_grant')
    await rejects(resource.verifyDpop(await app.call(refresh)), {error: 'invalid_token'})
  },
  'a session is renewed beyond its end': async ({clock}, app) => {
    let {refresh} = await app.tokens()
    for (let day = 0; day < 13; day++) {
      await clock.pass(86_400_000)
      app.nonce = undefined
      refresh = String((await app.refresh(refresh)).json.refresh_token)
    }
    await clock.pass(86_400_000)
    app.nonce = undefined
    refused(await app.refresh(refresh), 'invalid_grant', /ended/)
  },

  // Access tokens
  'an access token that has run out': async ({resource, clock}, app) => {
    const {access} = await app.tokens()
    await clock.pass(1_800_000)
    app.nonce = undefined
    await app.push()
    await rejects(resource.verifyDpop(await app.call(access)), {error: 'invalid_token', message: /expired/})
  },
  'an access token for another audience': async (server, app, context) => {
    const other = await oauthServer(context, {service: 'did:web:other.example.com', oauthKey: server.oauthKey})
    const {access} = await app.tokens()
    await app.push()
    await rejects(other.resource.verifyDpop(await app.call(access)), {error: 'invalid_token'})
  },
  'an access token by another key, by none, or by the public key as a secret': async ({resource, oauth}, app) => {
    const {access} = await app.tokens()
    const claims = JSON.parse(Buffer.from(access.split('.')[1], 'base64url').toString()) as Record<string, unknown>
    const keys = await (await oauth.fetch(new Request(`${issuer}/oauth/jwks`)))?.text()
    const header = {typ: 'at+jwt'}
    const thief = await newKey()
    for (const token of [
      await new SignJWT(claims).setProtectedHeader({...header, alg: 'ES256'}).sign(thief.privateKey),
      await new SignJWT(claims).setProtectedHeader({...header, alg: 'HS256'}).sign(new TextEncoder().encode(keys)),
      new UnsecuredJWT(claims).encode(),
      `${access.slice(0, -4)}AAAA`,
    ]) {
      await rejects(resource.verifyDpop(await app.call(token)), {error: 'invalid_token'})
    }
  },
  'an access token after it was revoked, by its client or by its account': async (server, app) => {
    const first = await app.tokens()
    ok(await isAlive(server, app, first.access))
    equal((await app.revoke(first.refresh)).status, 200)
    equal(await isAlive(server, app, first.access), false)
    const again = await App.make(server)
    const second = await again.tokens()
    const [{id}] = await server.authorizations.grants(alice)
    await server.authorizations.end(bob, id)
    ok(await isAlive(server, again, second.access))
    await server.authorizations.end(alice, id)
    equal(await isAlive(server, again, second.access), false)
  },
  'a token is revoked by another client': async (server, app) => {
    const {access, refresh} = await app.tokens()
    const thiefId = 'https://thief.example.com/client.json'
    server.web.set(thiefId, metadataOf(thiefId))
    const thief = await App.make(server, thiefId)
    for (const token of [access, refresh]) equal((await thief.revoke(token)).status, 200)
    ok(await isAlive(server, app, access))
  },
}

testAttacks(attacks)
