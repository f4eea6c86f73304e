/** Requests as pages see them, and the answers that go back to apps. */
import {deepEqual, equal, match, rejects} from 'node:assert/strict'
import {test} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import {
  alice,
  App,
  bob,
  callback,
  issuer,
  metadataOf,
  oauthServer,
  publicId,
  secretId,
} from '../../../../test/oauth-app.ts'

const uriOf = async (app: App, fields: Record<string, string | undefined> = {}): Promise<string> =>
  String((await app.push(fields)).json.request_uri)

test('a page is told what is asked, by whom, and where the answer goes', async context => {
  const server = await oauthServer(context)
  const app = await App.make(server)
  const uri = await uriOf(app, {login_hint: '@Alice.test', prompt: 'select_account'})
  match(uri, /^urn:ietf:params:oauth:request_uri:req-[\w-]{32}$/)
  deepEqual(await server.authorizations.open(uri, publicId, 'browser'), {
    requestUri: uri,
    clientId: publicId,
    client: {name: 'An app', isTrusted: false, isLoopback: false},
    scope: 'atproto transition:generic',
    sets: [],
    createdMs: server.clock.now(),
    prompt: 'select_account',
    loginHint: 'alice.test',
    redirectOrigin: 'https://app.example.com',
    redirectUri: 'https://app.example.com/callback',
    mustConsent: true,
  })
})

test('consent is asked for anew where anybody could pass for the app, or the app wants it', async context => {
  const server = await oauthServer(context, {trusted: ['https://trusted.example.com/client.json']})
  const {authorizations} = server
  const must = async (app: App, fields: Record<string, string> = {}): Promise<boolean> =>
    (await authorizations.open(await uriOf(app, fields), app.id, 'browser')).mustConsent
  equal(await must(await App.make(server)), true)
  const confidential = await App.confidential(server)
  equal(await must(confidential), false)
  equal(await must(confidential, {prompt: 'consent'}), true)
  const trusted = 'https://trusted.example.com/client.json'
  server.web.set(trusted, metadataOf(trusted))
  equal(await must(await App.make(server, trusted), {prompt: 'none'}), false)
})

test('an app on a phone is answered at its scheme, one on the user’s machine at its port', async context => {
  const server = await oauthServer(context)
  const redirect_uri = 'com.example.app:/callback'
  server.web.set(publicId, metadataOf(publicId, {application_type: 'native', redirect_uris: [redirect_uri]}))
  for (const [id, uri, origin] of [
    [publicId, redirect_uri, 'com.example.app:'],
    ['http://localhost', 'http://127.0.0.1:8080/', 'http://127.0.0.1:8080'],
  ]) {
    const app = await App.make(server, id)
    const asked = await uriOf(app, {redirect_uri: uri, scope: 'atproto', state: 's'})
    const view = await server.authorizations.open(asked, id, 'browser')
    equal(view.redirectOrigin, origin)
    equal(view.client.isLoopback, id !== publicId)
    const {url} = await server.authorizations.accept(asked, 'browser', alice, 'device', 'atproto')
    match(
      url,
      new RegExp(`^${uri.replaceAll('.', String.raw`\.`)}\\?iss=${encodeURIComponent(issuer)}&state=s&code=cod-`),
    )
  }
})

test('the answer goes by query, fragment or form, as the app wants it', async context => {
  const server = await oauthServer(context)
  const app = await App.make(server)
  for (const response_mode of [undefined, 'query', 'fragment', 'form_post']) {
    const uri = await uriOf(app, {response_mode})
    await server.authorizations.open(uri, app.id, 'browser')
    const {mode, url, parameters} = await server.authorizations.reject(uri, 'browser', 'login_required')
    const said = {
      iss: issuer,
      state: 'the state',
      error: 'login_required',
      error_description: 'Somebody has to sign in first.',
    }
    equal(mode, response_mode ?? 'query')
    deepEqual(Object.fromEntries(parameters), said)
    const {search, hash} = new URL(url)
    equal(url.startsWith(callback), true)
    deepEqual(Object.fromEntries(new URLSearchParams(search)), mode === 'query' ? said : {})
    deepEqual(Object.fromEntries(new URLSearchParams(hash.slice(1))), mode === 'fragment' ? said : {})
  }
})

test('what an account agreed to is remembered, and forgotten for what it did not agree to again', async context => {
  const server = await oauthServer(context)
  const {authorizations} = server
  const app = await App.make(server)
  const agree = async (asked: string, agreed: string): Promise<void> => {
    const uri = await uriOf(app, {scope: asked})
    await authorizations.open(uri, app.id, 'browser')
    await authorizations.accept(uri, 'browser', alice, 'device', agreed)
  }
  equal(await authorizations.granted(alice, app.id), undefined)
  await agree('atproto transition:generic', 'atproto transition:generic')
  await agree('atproto', 'atproto')
  equal(await authorizations.granted(alice, app.id), 'transition:generic atproto')
  await agree('atproto transition:generic', 'atproto')
  equal(await authorizations.granted(alice, app.id), 'atproto')
  equal(await authorizations.granted(bob, app.id), undefined)
})

test('an account that is taken down, at rest or gone agrees to nothing', async context => {
  const server = await oauthServer(context)
  const {authorizations, stores} = server
  const app = await App.make(server)
  await stores.accounts.setTakedown(alice, 'ref', [])
  await stores.accounts.deactivate(bob, 1, null, [])
  for (const [did, reason] of [
    [alice, 'account-takendown'],
    [bob, 'account-resting'],
    ['did:web:nobody.test' as Did, 'account-gone'],
  ] as const) {
    const uri = await uriOf(app)
    const {scope} = await authorizations.open(uri, app.id, 'browser')
    await rejects(authorizations.accept(uri, 'browser', did, 'device', scope), {reason})
  }
  const uri = await uriOf(app)
  await authorizations.open(uri, app.id, 'browser')
  await rejects(authorizations.accept(uri, 'browser', alice, 'device', ''), {reason: 'account-takendown'})
})

test('without atproto there is nothing to agree to', async context => {
  const server = await oauthServer(context)
  const app = await App.make(server)
  const uri = await uriOf(app)
  await server.authorizations.open(uri, app.id, 'browser')
  const accepted = server.authorizations.accept(uri, 'browser', alice, 'device', 'transition:generic')
  await rejects(accepted, {reason: 'no-authorization'})
})

test('somebody may take an hour to decide while the page is looked at, and no longer', async context => {
  const server = await oauthServer(context)
  const app = await App.make(server)
  const uri = await uriOf(app)
  for (let minutes = 0; minutes < 60; minutes += 4) {
    await server.authorizations.open(uri, app.id, 'browser')
    await server.clock.pass(240_000)
  }
  await rejects(server.authorizations.open(uri, app.id, 'browser'), {reason: 'no-authorization'})
})

test('an account sees which apps have access, since when, and when they last renewed it', async context => {
  const server = await oauthServer(context)
  const app = await App.make(server)
  const begunMs = server.clock.now()
  const {refresh} = await app.tokens()
  await server.clock.pass(1_000)
  await (await App.confidential(server)).tokens()
  await server.clock.pass(1_000)
  await app.refresh(refresh)
  const grants = await server.authorizations.grants(alice)
  const scope = 'atproto transition:generic'
  deepEqual(
    grants.map(({id, ...grant}) => (match(id, /^[\w-]{22}$/), grant)),
    [
      {clientId: secretId, clientName: 'An app', scope, createdMs: begunMs + 1_000, lastUsedMs: begunMs + 1_000},
      {clientId: publicId, clientName: 'An app', scope, createdMs: begunMs, lastUsedMs: begunMs + 2_000},
    ],
  )
  for (const {id} of grants) await server.authorizations.end(alice, id)
  deepEqual(await server.authorizations.grants(alice), [])
})
