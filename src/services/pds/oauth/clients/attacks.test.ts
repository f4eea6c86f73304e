/**
 * Attacks by apps, and on them: who plays an app that shows who it is by a key, whose documents lead us where we should not
 * go, and apps that are not what they were when somebody agreed to them (RFC 9700; RFC 7523).
 */
import {deepEqual, equal, ok, rejects} from 'node:assert/strict'
import {SignJWT, UnsecuredJWT} from 'jose'
import {notePeer} from '#runtime/strangers/peer.ts'
import {withGuard} from '../../../../../test/guarded-world.ts'
import {
  alice,
  App,
  confidentialFields,
  issuer,
  metadataOf,
  newKey,
  oauthServer,
  publicId,
  refused,
  secretId,
  testAttacks,
  type OAuthAttack,
} from '../../../../../test/oauth-app.ts'
import {until} from '../../../../../test/until.ts'

const attacks: Readonly<Record<string, OAuthAttack>> = {
  'a client with a key is played by somebody without it': async (server, app) => {
    const confidential = await App.confidential(server)
    refused(await confidential.push({client_assertion: undefined}), 'invalid_client', /client_assertion/)
    const stolen = await newKey()
    refused(
      await confidential.push({client_assertion: await confidential.assertion({}, {}, stolen)}),
      'invalid_client',
      /verify/,
    )
    refused(await app.push({client_id: secretId}), 'invalid_client')
  },
  'an assertion of one client for another': async server => {
    const confidential = await App.confidential(server)
    for (const claims of [{iss: publicId}, {sub: publicId}]) {
      refused(await confidential.push({client_assertion: await confidential.assertion(claims)}), 'invalid_client')
    }
  },
  'an assertion for another server, or for two': async server => {
    const confidential = await App.confidential(server)
    for (const aud of ['https://other.example.com', `${issuer}/oauth/token`, [issuer, 'https://other.example.com']]) {
      refused(await confidential.push({client_assertion: await confidential.assertion({aud})}), 'invalid_client')
    }
  },
  'an assertion is used twice': async server => {
    const confidential = await App.confidential(server)
    const client_assertion = await confidential.assertion()
    equal((await confidential.push({client_assertion})).status, 201)
    refused(await confidential.push({client_assertion}), 'invalid_client', /used before/)
  },
  'an assertion of ten minutes ago, or of the future': async server => {
    const confidential = await App.confidential(server)
    const now = server.clock.now() / 1_000
    for (const iat of [now - 600, now + 600, undefined]) {
      refused(
        await confidential.push({client_assertion: await confidential.assertion({iat, exp: now + 6_000})}),
        'invalid_client',
      )
    }
  },
  'an assertion that is not signed, or by the public key as a secret (alg confusion)': async server => {
    const confidential = await App.confidential(server)
    const now = server.clock.now() / 1_000
    const claims = {iss: secretId, sub: secretId, aud: issuer, jti: 'j', iat: now, exp: now + 60}
    const secret = new TextEncoder().encode(JSON.stringify(confidential.secret?.jwk).padEnd(64))
    for (const client_assertion of [
      new UnsecuredJWT(claims).encode(),
      await new SignJWT(claims).setProtectedHeader({alg: 'HS256', kid: 'one'}).sign(secret),
    ]) {
      refused(await confidential.push({client_assertion}), 'invalid_client', /signed with ES256/)
    }
  },
  'one key for both assertion and proof': async server => {
    const confidential = await App.confidential(server)
    refused(await confidential.push({}, {key: confidential.secret}), 'invalid_client', /must not be the key/)
  },
  'a session of one key of a client goes on with another': async server => {
    const confidential = await App.confidential(server)
    const {refresh} = await confidential.tokens()
    const next = await newKey()
    const keys = [
      {...confidential.secret?.jwk, kid: 'one'},
      {...next.jwk, kid: 'two'},
    ]
    server.web.set(secretId, metadataOf(secretId, confidentialFields(keys)))
    await server.clock.pass(600_000)
    confidential.nonce = undefined
    const client_assertion = await confidential.assertion({}, {kid: 'two'}, next)
    refused(await confidential.refresh(refresh, {client_assertion}), 'invalid_grant', /another key/)
  },
  'a client takes its key out of its metadata: its sessions end': async server => {
    const confidential = await App.confidential(server)
    const {refresh} = await confidential.tokens()
    const next = await newKey()
    server.web.set(secretId, metadataOf(secretId, confidentialFields([{...next.jwk, kid: 'two'}])))
    await server.clock.pass(600_000)
    confidential.nonce = undefined
    refused(await confidential.refresh(refresh), 'invalid_client', /no key/)
  },
  'a client with a key says later that it has none (downgrade)': async server => {
    const confidential = await App.confidential(server)
    const {refresh} = await confidential.tokens()
    server.web.set(secretId, metadataOf(secretId))
    await server.clock.pass(600_000)
    confidential.nonce = undefined
    const none = {client_assertion: undefined, client_assertion_type: undefined}
    refused(await confidential.refresh(refresh, none), 'invalid_grant', /another key/)
  },
  'a client takes back a redirect URI while somebody decides': async (server, app) => {
    const uri = String((await app.push()).json.request_uri)
    const {scope} = await server.authorizations.open(uri, app.id, 'browser')
    server.web.set(publicId, metadataOf(publicId, {redirect_uris: ['https://app.example.com/other']}))
    for (let minute = 0; minute < 4; minute++) {
      await server.clock.pass(240_000)
      await server.authorizations.open(uri, app.id, 'browser').catch(() => {})
    }
    await rejects(server.authorizations.accept(uri, 'browser', alice, 'device', scope), {reason: 'unfit-client'})
  },
  'a client whose metadata lies about its id': async ({web}, app) => {
    web.set(publicId, {...metadataOf(publicId), client_id: secretId})
    refused(await app.push(), 'invalid_client_metadata', /another client_id/)
  },
  'a client id that leads to a private address, by itself or by name': async (_, __, context) => {
    const {world, opened} = withGuard(context, {
      'inside.example.com': [['10.0.0.1']],
      'local.example.com': [['127.0.0.1', '::1']],
    })
    const server = await oauthServer(context, {guarded: world})
    for (const host of [
      'inside.example.com',
      'local.example.com',
      '127.0.0.1',
      '[::1]',
      '169.254.169.254',
      'localhost',
    ]) {
      const app = await App.make(server, `https://${host}/client.json`)
      refused(await app.push(), 'invalid_client_metadata')
    }
    equal(opened(), 0)
  },
  'a client id that redirects to a private address': async ({web, asked}, app) => {
    web.set(publicId, () => Response.redirect('http://169.254.169.254/latest/meta-data', 302))
    refused(await app.push(), 'invalid_client_metadata', /302/)
    deepEqual(asked, [publicId])
  },
  'a client id whose name changes to a private address between the look and the fetch': async (_, __, context) => {
    const name = 'changing.example.com'
    const {world, opened, look} = withGuard(context, {[name]: [['93.184.215.14'], ['127.0.0.1']]})
    deepEqual(look(name), ['93.184.215.14'])
    const server = await oauthServer(context, {guarded: world})
    const app = await App.make(server, `https://${name}/client.json`)
    refused(await app.push(), 'invalid_client_metadata', /cannot be fetched/)
    equal(opened(), 0)
  },
  'a key set at a private address': async (server, _, context) => {
    for (const jwks_uri of ['http://127.0.0.1/keys', 'file:///etc/passwd', 'http://app.example.com/keys']) {
      server.web.set(secretId, metadataOf(secretId, {...confidentialFields([]), jwks: undefined, jwks_uri}))
      await server.clock.pass(60_000)
      const confidential = await App.make(server, secretId, await newKey())
      refused(await confidential.push(), 'invalid_client_metadata', /jwks_uri/)
    }
    const {world, opened} = withGuard(context, {'inside.example.com': [['192.168.0.1']]})
    const jwks_uri = 'https://inside.example.com/keys'
    const metadata = metadataOf(secretId, {...confidentialFields([]), jwks: undefined, jwks_uri})
    const guarded = {
      ...world,
      fetch: async (request: Request) => (request.url === secretId ? Response.json(metadata) : world.fetch(request)),
    }
    const behind = await App.make(await oauthServer(context, {guarded}), secretId, await newKey())
    refused(await behind.push(), 'invalid_client_metadata', /cannot be fetched/)
    equal(opened(), 0)
  },
  'a client whose metadata never ends': async ({web}, app) => {
    let sent = 0
    web.set(publicId, () => {
      const body = new ReadableStream({
        pull(controller) {
          sent++
          controller.enqueue(new Uint8Array(64 * 1024).fill(32))
        },
      })
      return new Response(body, {headers: {'content-type': 'application/json'}})
    })
    refused(await app.push(), 'invalid_client_metadata', /bytes/)
    ok(sent < 20)
  },
  'a client whose metadata never comes': async ({web, asked, clock}, app) => {
    web.set(publicId, () => new Promise<Response>(() => {}))
    const answer = app.push()
    await until(() => asked.length > 0, 'the fetch')
    await clock.pass(10_000)
    refused(await answer, 'invalid_client_metadata', /cannot be fetched/)
  },
  'a page of a site in the place of metadata': async ({web}, app) => {
    web.set(publicId, () => new Response('{}', {headers: {'content-type': 'text/html'}}))
    refused(await app.push(), 'invalid_client_metadata', /application\/json/)
  },
  'a stranger has us knock at many doors': async (_, __, context) => {
    const server = await oauthServer(context, {limited: true})
    let last = 0
    for (let i = 0; i < 70; i++) {
      const body = new URLSearchParams({client_id: `https://a${i}.example.com/client.json`})
      const request = new Request(`${issuer}/oauth/par`, {method: 'POST', body})
      notePeer(request, '203.0.113.9')
      last = (await server.oauth.fetch(request))?.status ?? 0
    }
    equal(last, 429)
    equal(server.asked.length, 60)
  },
  'a client on the user’s machine asks for another host, a scheme, or a secret': async server => {
    for (const query of [
      'redirect_uri=https://evil.example.com/',
      'redirect_uri=http://localhost/',
      'redirect_uri=com.example.app:/callback',
      'client_name=Bank',
      'scope=transition:generic',
      'redirect_uri=http://user@127.0.0.1/',
    ]) {
      const app = await App.make(server, `http://localhost?${query}`)
      refused(await app.push(), 'invalid_client_metadata')
    }
    for (const id of [
      'http://localhost:8080',
      'http://localhost/path',
      'http://127.0.0.1/',
      'http://localhost@evil.example.com',
    ]) {
      refused(await (await App.make(server, id)).push(), 'invalid_client_metadata')
    }
    deepEqual(server.asked, [])
  },
}

testAttacks(attacks)
