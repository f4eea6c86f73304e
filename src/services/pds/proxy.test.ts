/** Calls that the PDS passes on, with the token that the other service needs to believe them. */
import assert from 'node:assert/strict'
import {test, type TestContext} from 'node:test'
import {signingKey, parseDidDocument} from '#atp/identity/did-document.ts'
import {parseDid} from '#atp/syntax/did.ts'
import {verifyServiceToken} from '#xrpc/service-auth.ts'
import {fakeService, type Answering, type FakeService} from '../../../test/fake-service.ts'
import {pdsNetwork, signUp, type PdsNetwork} from '../../../test/pds-network.ts'

const appViewUrl = 'http://localhost:2584'
const appViewDid = 'did:web:localhost%3A2584'
const otherDid = 'did:web:localhost%3A2599'

/** Says in its document that it makes feeds. */
const withDocument =
  (answer: Answering): Answering =>
  request => {
    if (new URL(request.url).pathname !== '/.well-known/did.json') return answer(request)
    const service = [{id: '#bsky_fg', type: 'BskyFeedGenerator', serviceEndpoint: 'http://localhost:2599'}]
    return Response.json({id: otherDid, service})
  }

const answer = (): Response =>
  Response.json(
    {feed: []},
    {headers: {'atproto-repo-rev': '3ld5', 'atproto-content-labelers': 'did:plc:x', 'set-cookie': 'a=b', server: 'x'}},
  )

const errorOf = async (response: Promise<Response>): Promise<string> =>
  ((await (await response).json()) as {error: string}).error

interface Proxied extends PdsNetwork {
  appView: FakeService
  other: FakeService
}

async function proxied(context: TestContext, answering: Answering = answer): Promise<Proxied> {
  const network = await pdsNetwork(context, {PDS_APPVIEW_URL: appViewUrl, PDS_APPVIEW_DID: appViewDid})
  const [appView, other] = [fakeService(answering), fakeService(withDocument(answering))]
  network.hosts.set('localhost:2584', appView)
  network.hosts.set('localhost:2599', other)
  return {...network, appView, other}
}

/** Checks the token of a request as its service would, with the key of the account's document. */
async function claims(network: PdsNetwork, request: Request, audience: string, lxm: string) {
  const token = request.headers.get('authorization')?.replace('Bearer ', '') ?? ''
  const verified = await verifyServiceToken(token, {
    world: network.world,
    audiences: [audience],
    lxm,
    keyOf: async did => {
      const document = await network.world.fetch(new Request(`http://localhost:2582/${did}`))
      return signingKey(parseDidDocument(await document.json(), parseDid(did)))
    },
  })
  assert.ok(verified.ok, verified.ok ? '' : verified.detail)
  return verified.claims
}

test('a call goes to the AppView, signed by the account, with the headers that are about it', async context => {
  const network = await proxied(context)
  const agent = network.agent()
  const did = await signUp(agent, 'alice')
  const headers = {'accept-language': 'de', 'atproto-accept-labelers': 'did:plc:y', cookie: 'secret=1', dpop: 'x'}
  const timeline = await agent.app.bsky.feed.getTimeline({limit: 7}, {headers})
  assert.deepEqual(timeline.data, {feed: []})
  assert.equal(timeline.headers['atproto-repo-rev'], '3ld5')
  assert.equal(timeline.headers['atproto-content-labelers'], 'did:plc:x')
  assert.equal(timeline.headers['set-cookie'], undefined)
  assert.equal(timeline.headers['cache-control'], 'private')

  const [request] = network.appView.seen
  assert.equal(request.url, `${appViewUrl}/xrpc/app.bsky.feed.getTimeline?limit=7`)
  assert.equal(request.headers.get('accept-language'), 'de')
  assert.match(request.headers.get('atproto-accept-labelers') ?? '', /did:plc:y$/)
  assert.equal(request.headers.get('cookie'), null)
  assert.equal(request.headers.get('dpop'), null)
  const {iss, exp, iat = 0} = await claims(network, request, appViewDid, 'app.bsky.feed.getTimeline')
  assert.equal(iss, did)
  assert.equal(exp - iat, 60)
})

test('the header names the service by the DID, whose document says where it is', async context => {
  const network = await proxied(context)
  const agent = network.agent()
  await signUp(agent, 'alice')
  const headers = {'atproto-proxy': `${otherDid}#bsky_fg`}
  await agent.app.bsky.feed.getFeedSkeleton({feed: 'at://did:web:x.com/app.bsky.feed.generator/a'}, {headers})
  assert.equal(network.appView.seen.length, 0)
  const request = network.other.seen[1]
  await claims(network, request, otherDid, 'app.bsky.feed.getFeedSkeleton')
  // The configured AppView is where the configuration says, whatever its document would.
  await agent.app.bsky.feed.getTimeline({}, {headers: {'atproto-proxy': `${appViewDid}#bsky_appview`}})
  assert.equal(network.appView.seen.length, 1)
})

test('a page of a feed is asked for with a token for the feed’s own service', async context => {
  const feed = 'at://did:web:x.com/app.bsky.feed.generator/a'
  const network = await proxied(context, ({url}) =>
    url.includes('getFeedGenerator') ? Response.json({view: {did: otherDid}}) : answer(),
  )
  const agent = network.agent()
  await signUp(agent, 'alice')
  await agent.app.bsky.feed.getFeed({feed})
  await agent.app.bsky.feed.getFeed({feed})
  const [generator, first, second] = network.appView.seen
  assert.equal(new URL(generator.url).searchParams.get('feed'), feed)
  await claims(network, generator, appViewDid, 'app.bsky.feed.getFeedGenerator')
  await claims(network, first, otherDid, 'app.bsky.feed.getFeedSkeleton')
  assert.equal(new URL(second.url).pathname, '/xrpc/app.bsky.feed.getFeed')
})

test('a record of another server is asked of the AppView, by anybody', async context => {
  const network = await proxied(context, () => Response.json({uri: 'at://did:web:x.com/a.b.c/d', value: {}}))
  const found = await network
    .agent()
    .com.atproto.repo.getRecord({repo: 'did:web:x.com', collection: 'a.b.c', rkey: 'd'})
  assert.equal(found.data.uri, 'at://did:web:x.com/a.b.c/d')
  assert.equal(network.appView.seen[0].headers.get('authorization'), null)
})

test('a body is passed on as it came', async context => {
  const network = await proxied(context, async request => Response.json({got: await request.json()}))
  const agent = network.agent()
  await signUp(agent, 'alice')
  const sent = await agent
    .call('app.bsky.graph.muteActor', {}, {actor: 'did:plc:ewvi7nxzyoun6zhxrhs64oiz'})
    .catch((error: Error) => error)
  assert.ok(!(sent instanceof Error), String(sent))
  assert.equal(network.appView.seen[0].headers.get('content-type'), 'application/json')
})

test('a token serves reads for half a minute; each write gets its own', async context => {
  const network = await proxied(context)
  const agent = network.agent()
  await signUp(agent, 'alice')
  await agent.app.bsky.feed.getTimeline()
  await agent.app.bsky.feed.getTimeline()
  for (let i = 0; i < 2; i++) await agent.app.bsky.graph.unmuteActor({actor: 'did:plc:ewvi7nxzyoun6zhxrhs64oiz'})
  const [a, b, c, d] = network.appView.seen.map(request => request.headers.get('authorization'))
  assert.equal(a, b)
  assert.notEqual(c, d)
})

test('what may not be passed on is refused before it leaves', async context => {
  const network = await proxied(context)
  const agent = network.agent()
  const call = (nsid: string, headers: Record<string, string> = {}) =>
    network.world.fetch(
      new Request(`http://localhost:2583/xrpc/${nsid}`, {
        headers: {authorization: `Bearer ${agent.session?.accessJwt}`, ...headers},
      }),
    )

  assert.equal(await errorOf(call('app.bsky.feed.getTimeline', {authorization: ''})), 'AuthMissing')
  await signUp(agent, 'alice')
  for (const header of ['nonsense', otherDid, `${otherDid}#a#b`, `${otherDid}#unknown`, `${otherDid}# bsky_fg`]) {
    const refused = await errorOf(call('app.bsky.feed.getTimeline', {'atproto-proxy': header}))
    assert.equal(refused, 'InvalidRequest', header)
  }
  const proxyHeader = {'atproto-proxy': `${otherDid}#bsky_fg`}
  assert.equal(await errorOf(call('com.atproto.server.ACTIVATEaccount', proxyHeader)), 'InvalidRequest')
  assert.equal(await errorOf(call('com.atproto.server.thereIsNone')), 'MethodNotImplemented')
  assert.equal(network.appView.seen.length, 0)
  assert.ok(network.other.seen.every(({url}) => url.endsWith('did.json')))
})

test('a service that fails or does not answer is a named error of ours; what it refuses is passed on', async context => {
  let answering = answer
  const network = await proxied(context, () => answering())
  const agent = network.agent()
  await signUp(agent, 'alice')
  const outcome = (): Promise<{status: number; error?: string}> =>
    agent.app.bsky.feed.getTimeline().then(
      () => ({status: 200}),
      ({status, error}: {status: number; error: string}) => ({status, error}),
    )
  answering = () => Response.json({error: 'InternalServerError', message: 'secret'}, {status: 500})
  assert.deepEqual(await outcome(), {status: 502, error: 'UpstreamFailure'})
  answering = () => {
    throw new TypeError('connection refused')
  }
  assert.deepEqual(await outcome(), {status: 502, error: 'UpstreamFailure'})
  answering = () => Response.redirect('http://localhost:2599/', 302)
  assert.deepEqual(await outcome(), {status: 502, error: 'UpstreamFailure'})
  answering = () => new Response('x', {headers: {'content-length': '99000000'}})
  assert.deepEqual(await outcome(), {status: 502, error: 'UpstreamFailure'})
  answering = () => Response.json({error: 'BlockedActor', message: 'blocked'}, {status: 400})
  assert.deepEqual(await outcome(), {status: 400, error: 'BlockedActor'})
})

test('getServiceAuth signs what the caller may ask for, for no longer than is allowed', async context => {
  const network = await proxied(context)
  const agent = network.agent()
  const did = await signUp(agent, 'alice')
  const nowSeconds = Math.floor(Date.now() / 1000)
  const ask = (params: {aud: string; lxm?: string; exp?: number}) => agent.com.atproto.server.getServiceAuth(params)
  const lxm = 'app.bsky.video.uploadVideo'
  const {token} = (await ask({aud: `${otherDid}#video`, lxm, exp: nowSeconds + 1_800})).data
  const request = new Request('http://x', {headers: {authorization: `Bearer ${token}`}})
  assert.equal((await claims(network, request, `${otherDid}#video`, lxm)).iss, did)

  await assert.rejects(ask({aud: otherDid, lxm, exp: nowSeconds - 1}), {error: 'BadExpiration'})
  await assert.rejects(ask({aud: otherDid, lxm, exp: nowSeconds + 3_700}), {error: 'BadExpiration'})
  await assert.rejects(ask({aud: otherDid, exp: nowSeconds + 120}), {error: 'BadExpiration'})
  await assert.rejects(ask({aud: 'nobody', lxm}), {error: 'InvalidRequest'})
  await assert.rejects(ask({aud: otherDid, lxm: 'com.atproto.server.updateEmail'}), {error: 'InvalidRequest'})
})
