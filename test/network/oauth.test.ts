/**
 * The official OAuth client for servers, unchanged, against a PDS: from the first request to the last, as every modern
 * app does it. The person in the browser is played by the test.
 */
import {deepEqual, equal, match, notEqual, rejects} from 'node:assert/strict'
import {test, type TestContext} from 'node:test'
import {Agent} from '@atproto/api'
import {JoseKey} from '@atproto/jwk-jose'
import {decodeJwt} from 'jose'
import {
  NodeOAuthClient,
  type NodeSavedSession,
  type NodeSavedState,
  type OAuthClientMetadataInput,
} from '@atproto/oauth-client-node'
import type {Did} from '#atp/syntax/did.ts'
import {fakeService} from '../fake-service.ts'
import {password, pdsNetwork, signUp, type PdsNetwork} from '../pds-network.ts'
import {SiteBrowser} from '../site-browser.ts'

const scope = 'atproto transition:generic'
const redirectUri = 'http://127.0.0.1/callback'
const loopback: OAuthClientMetadataInput = {
  client_id: `http://localhost?${new URLSearchParams({redirect_uri: redirectUri, scope})}`,
  redirect_uris: [redirectUri],
  scope,
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  application_type: 'native',
  token_endpoint_auth_method: 'none',
  dpop_bound_access_tokens: true,
}
const web: OAuthClientMetadataInput = {
  ...loopback,
  client_id: 'https://app.example.com/client-metadata.json',
  client_name: 'The app',
  client_uri: 'https://app.example.com',
  redirect_uris: ['https://app.example.com/callback'],
  application_type: 'web',
  token_endpoint_auth_method: 'private_key_jwt',
  token_endpoint_auth_signing_alg: 'ES256',
  jwks_uri: 'https://app.example.com/jwks.json',
}

const inMemory = <V>() => {
  const all = new Map<string, V>()
  return {
    get: async (key: string) => all.get(key),
    set: async (key: string, value: V) => void all.set(key, value),
    del: async (key: string) => void all.delete(key),
  }
}

/** The client, and a count of its requests by path and status. */
async function officialClient({world, hosts}: PdsNetwork, metadata: OAuthClientMetadataInput) {
  const asked: string[] = []
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init)
    const {pathname} = new URL(request.url)
    const response = await world.fetch(request)
    asked.push(`${pathname} ${response.status}`)
    return response
  }
  const isPublic = metadata.token_endpoint_auth_method === 'none'
  const sessions = inMemory<NodeSavedSession>()
  const client = new NodeOAuthClient({
    clientMetadata: metadata,
    ...(!isPublic && {keyset: [await JoseKey.generate(['ES256'], 'one')]}),
    stateStore: inMemory<NodeSavedState>(),
    sessionStore: sessions,
    handleResolver: 'http://localhost:2583',
    plcDirectoryUrl: 'http://localhost:2582',
    allowHttp: true,
    requestLock: async (_, run) => run(),
    fetch,
  })
  if (!isPublic) {
    hosts.set('app.example.com', {
      name: 'app',
      ended: new Promise(() => {}),
      start: async () => {},
      stop: async () => {},
      fetch: async ({url}) => Response.json(url.endsWith('/jwks.json') ? client.jwks : client.clientMetadata),
    })
  }
  return {client, asked, sessions}
}

/** The values of a page's form. */
const formOf = (page: string): Record<string, string> =>
  Object.fromEntries(
    [...page.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)].map(([, name, value]) => [
      name,
      value.replaceAll('&amp;', '&'),
    ]),
  )

/** What a browser does with the URL that the app sends it to: somebody signs in, decides, and is sent back to the app. */
async function decide({pds}: PdsNetwork, url: URL, decision: 'accept' | 'reject' = 'accept'): Promise<URLSearchParams> {
  equal(url.origin + url.pathname, 'http://localhost:2583/oauth/authorize')
  const browser = new SiteBrowser({fetch: request => pds.fetch(request)})
  const signIn = formOf(await browser.page(url.pathname + url.search))
  const signedIn = await browser.post('/account/sign-in', {...signIn, identifier: 'alice.test', password})
  const consent = await browser.page(signedIn.headers.get('location') ?? '')
  match(consent, /wants to use your account <b>@alice\.test/)
  const answer = await browser.post('/oauth/authorize', {...formOf(consent), decision})
  return new URL(answer.headers.get('location') ?? 'none:').searchParams
}

for (const [what, metadata] of [
  ['a client on the user’s machine', loopback],
  ['a client with a key', web],
] as const) {
  test(`the official client signs somebody in, writes, refreshes and signs out: ${what}`, async context => {
    const network = await pdsNetwork(context)
    const did = (await signUp(network.agent(), 'alice')) as Did
    const {client, asked, sessions} = await officialClient(network, metadata)
    const url = await client.authorize('alice.test', {state: 'mine', scope, prompt: 'login'})
    const {session, state} = await client.callback(await decide(network, url))
    equal(state, 'mine')
    equal(session.did, did)
    equal((await session.getTokenInfo()).scope, scope)

    const agent = new Agent(session)
    const {uri} = await agent.post({text: 'from an app', createdAt: new Date().toISOString()})
    match(uri, new RegExp(`^at://${did}/app.bsky.feed.post/`))
    equal((await agent.com.atproto.server.getSession()).data.handle, 'alice.test')
    await rejects(agent.com.atproto.server.createAppPassword({name: 'a'}), {status: 403})

    const refreshToken = async () => (await sessions.get(did))?.tokenSet.refresh_token
    const before = await refreshToken()
    const restored = await client.restore(did, true)
    notEqual(await refreshToken(), before)
    equal((await new Agent(restored).com.atproto.server.getSession()).data.did, did)

    deepEqual(
      (await network.pds.authorizations.grants(did)).map(({clientId}) => clientId),
      [metadata.client_id],
    )
    await restored.signOut()
    deepEqual(await network.pds.authorizations.grants(did), [])
    await rejects(client.restore(did))
    deepEqual(
      asked.filter(line => / 5\d\d$/.test(line)),
      [],
    )
  })
}

test('the official client is told when somebody does not agree, and when a session ends at the server', async (context: TestContext) => {
  const network = await pdsNetwork(context)
  const agent = network.agent()
  const did = (await signUp(agent, 'alice')) as Did
  const {client} = await officialClient(network, loopback)
  const refusal = await decide(network, await client.authorize('alice.test', {scope}), 'reject')
  await rejects(client.callback(refusal), {message: 'The request was not agreed to.'})

  const {session} = await client.callback(await decide(network, await client.authorize('alice.test', {scope})))
  const {authorizations} = network.pds
  for (const {id} of await authorizations.grants(did)) await authorizations.end(did, id)
  await rejects(new Agent(session).com.atproto.server.getSession())
  await rejects(client.restore(did, true))
})

test('the official client does what its scope says and no more, also by a permission set that changes afterwards', async context => {
  const network = await pdsNetwork(context)
  const owner = network.agent()
  const did = (await signUp(owner, 'alice')) as Did
  // She publishes the set herself: DNS leads to her.
  const dns = fakeService(() => Response.json({Status: 0, Answer: [{type: 16, data: `"did=${did}"`}]}))
  network.hosts.set('cloudflare-dns.com', dns)
  const nsid = 'com.example.note.authWrite'
  const publish = (collections: string[]) => {
    const permissions = collections.map(one => {
      return {type: 'permission', resource: 'repo', action: ['create'], collection: [one]}
    })
    const main = {type: 'permission-set', title: 'Write notes', permissions}
    const record = {$type: 'com.atproto.lexicon.schema', lexicon: 1, id: nsid, defs: {main}}
    return owner.com.atproto.repo.putRecord({repo: did, collection: record.$type, rkey: nsid, record})
  }
  await publish(['com.example.note.text', 'app.bsky.feed.post'])
  const scope = `atproto include:${nsid} blob:image/*`
  const {client, sessions} = await officialClient(network, {
    ...loopback,
    client_id: `http://localhost?${new URLSearchParams({redirect_uri: redirectUri, scope})}`,
    scope,
  })
  const url = await client.authorize('alice.test', {scope})
  const {searchParams} = url
  const uri = searchParams.get('request_uri') ?? ''
  const shown = await network.pds.authorizations.open(uri, searchParams.get('client_id') ?? '', 'browser')
  equal(shown.scope, 'atproto blob:image/* repo:com.example.note.text?action=create')
  deepEqual(
    shown.sets.map(({title, authority}) => [title, authority]),
    [['Write notes', 'note.example.com']],
  )
  await publish(['com.example.note.text', 'com.example.note.more'])
  // As the browser does that it was shown to.
  const agreed = await network.pds.authorizations.accept(uri, 'browser', did, 'device', shown.scope)
  const {session} = await client.callback(new URL(agreed.url).searchParams)
  equal((await session.getTokenInfo()).scope, shown.scope)
  const tokenOf = async () => decodeJwt((await sessions.get(did))?.tokenSet.access_token ?? '')
  equal((await tokenOf()).scope, undefined, 'a scope is too long for a header')

  const write = async (restored: typeof session, collection: string) => {
    const {data} = await new Agent(restored).com.atproto.repo.createRecord({repo: did, collection, record: {}})
    return data.uri
  }
  for (const restored of [session, await client.restore(did, true)]) {
    match(await write(restored, 'com.example.note.text'), /^at:/)
    for (const collection of ['com.example.note.more', 'app.bsky.feed.post']) {
      await rejects(write(restored, collection), {
        status: 403,
        error: 'ScopeMissingError',
        message: `Missing required scope "repo:${collection}?action=create"`,
      })
    }
    const agent = new Agent(restored)
    await rejects(agent.app.bsky.feed.getTimeline(), {status: 403, error: 'ScopeMissingError'})
    const {email} = (await agent.com.atproto.server.getSession()).data
    equal(email, undefined)
  }
  const gone = `atproto include:com.example.note.authGone`
  await rejects(client.authorize('alice.test', {scope: gone}))
})

test('the official client calls services and uploads files as far as its scope goes', async context => {
  const view = 'did:web:localhost%3A2584#bsky_appview'
  const network = await pdsNetwork(context, {PDS_APPVIEW_URL: 'http://localhost:2584'})
  const appView = fakeService(() => Response.json({feed: []}))
  network.hosts.set('localhost:2584', appView)
  await signUp(network.agent(), 'alice')
  const granted = `atproto rpc:app.bsky.feed.getTimeline?aud=${encodeURIComponent(view)} blob:image/* account:email`
  const {client} = await officialClient(network, {
    ...loopback,
    client_id: `http://localhost?${new URLSearchParams({redirect_uri: redirectUri, scope: granted})}`,
    scope: granted,
  })
  const url = await client.authorize('alice.test', {scope: granted})
  const {session} = await client.callback(await decide(network, url))
  const agent = new Agent(session)
  const named = agent.withProxy('bsky_appview', 'did:web:localhost%3A2584')
  for (const one of [agent, named]) deepEqual((await one.app.bsky.feed.getTimeline()).data.feed, [])
  const missing = {status: 403, error: 'ScopeMissingError'}
  await rejects(agent.app.bsky.feed.getPosts({uris: []}), missing)
  await rejects(agent.withProxy('bsky_chat', 'did:web:localhost%3A2584').chat.bsky.convo.listConvos(), missing)
  await rejects(agent.com.atproto.server.getServiceAuth({aud: view}), missing)
  const lxm = 'app.bsky.feed.getTimeline'
  match((await agent.com.atproto.server.getServiceAuth({aud: view, lxm})).data.token, /^ey/)
  equal(appView.seen.length, 2)

  const gif = new TextEncoder().encode('GIF89a')
  equal((await agent.uploadBlob(gif, {encoding: 'image/gif'})).data.blob.mimeType, 'image/gif')
  await rejects(agent.uploadBlob(new TextEncoder().encode('<b>'), {encoding: 'text/html'}), missing)
  const pdf = new TextEncoder().encode('%PDF-1.7\n')
  equal(
    await agent.uploadBlob(pdf, {encoding: 'image/png'}).then(String, (error: {error: string}) => error.error),
    missing.error,
  )
  equal((await agent.com.atproto.server.getSession()).data.email, 'alice@example.com')
})
