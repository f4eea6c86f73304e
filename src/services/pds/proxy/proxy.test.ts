/** Calls that the PDS passes on, with the token that the other service needs to believe them. */
import assert from 'node:assert/strict'
import {test, type TestContext} from 'node:test'
import {gzipSync} from 'node:zlib'
import {signingKey, parseDidDocument} from '#atp/identity/did-document.ts'
import {parseDid} from '#atp/syntax/did.ts'
import {verifyServiceToken} from '#xrpc/service-auth.ts'
import {fakeService, type Answering, type FakeService} from '../../../../test/fake-service.ts'
import {password, pdsNetwork, signUp, type PdsNetwork} from '../../../../test/pds-network.ts'

const appViewUrl = 'http://localhost:2584'
const appViewDid = 'did:web:localhost%3A2584'
const otherDid = 'did:web:localhost%3A2599'

/** Says in its document that it makes feeds. */
const withDocument =
  (answer: Answering): Answering =>
  request => {
    if (new URL(request.url).pathname !== '/.well-known/did.json') return answer(request)
    const service = [
      {id: '#bsky_fg', type: 'BskyFeedGenerator', serviceEndpoint: 'http://localhost:2599'},
      {id: '#bsky_notif', type: 'BskyNotificationService', serviceEndpoint: 'http://localhost:2599/push'},
    ]
    return Response.json({id: otherDid, service})
  }

const answer = (): Response =>
  Response.json(
    {feed: []},
    {headers: {'atproto-repo-rev': '3ld5', 'atproto-content-labelers': 'did:plc:x', 'set-cookie': 'a=b', server: 'x'}},
  )

interface Proxied extends PdsNetwork {
  appView: FakeService
  other: FakeService
}

async function proxied(
  context: TestContext,
  answering: Answering = answer,
  settings: Record<string, string> = {},
): Promise<Proxied> {
  const network = await pdsNetwork(context, {
    PDS_APPVIEW_URL: appViewUrl,
    PDS_APPVIEW_DID: appViewDid,
    PDS_ADMIN_PASSWORD: 'swordfish',
    ...settings,
  })
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
  // Another service of the same DID is not the AppView, which is asked for its document and nothing else.
  const other = agent.app.bsky.feed.getTimeline({}, {headers: {'atproto-proxy': `${appViewDid}#bsky_fg`}})
  await assert.rejects(other, {error: 'InvalidRequest', message: 'could not resolve proxy did'})
  const asked = network.appView.seen.slice(1).map(({url}) => new URL(url).pathname)
  assert.deepEqual(new Set(asked), new Set(['/.well-known/did.json']))
})

/** A call whose answer need not be valid. Gives the status and the name of an error. */
async function call(
  {world}: PdsNetwork,
  token: string | undefined,
  nsid: string,
  {body, headers = {}}: {body?: unknown; headers?: Record<string, string>} = {},
): Promise<string> {
  const all: Record<string, string> = {authorization: `Bearer ${token}`, ...headers}
  if (body !== undefined) all['content-type'] = 'application/json'
  const response = await world.fetch(
    new Request(`http://localhost:2583/xrpc/${nsid}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: all,
      body: body === undefined ? null : JSON.stringify(body),
    }),
  )
  const text = await response.text()
  const {error, message} = (text === '' ? {} : JSON.parse(text)) as {error?: string; message?: string}
  return [response.status, error, message].filter(part => part !== undefined).join(' ')
}

const named = {
  PDS_SERVICES: [
    `did:web:api.bsky.app#bsky_appview ${appViewUrl} ${appViewDid}`,
    'did:web:chat.example.com#bsky_chat http://localhost:2599/',
    'did:plc:ewvi7nxzyoun6zhxrhs64oiz#atproto_labeler http://localhost:2599/ozone',
  ].join(', '),
  PDS_MOD_SERVICE: 'did:plc:ewvi7nxzyoun6zhxrhs64oiz#atproto_labeler',
}

test('a service of the configuration is where that says, and what a client has built in may mean ours', async context => {
  const network = await proxied(context, answer, named)
  const agent = network.agent()
  await signUp(agent, 'alice')
  await agent.app.bsky.feed.getTimeline({}, {headers: {'atproto-proxy': 'did:web:api.bsky.app#bsky_appview'}})
  await claims(network, network.appView.seen[0], appViewDid, 'app.bsky.feed.getTimeline')
  // For our own AppView the preferences are here; others are asked for theirs.
  const token = agent.session?.accessJwt
  const to = (nsid: string, name: string) => call(network, token, nsid, {headers: {'atproto-proxy': name}})
  assert.equal(await to('app.bsky.actor.getPreferences', 'did:web:api.bsky.app#bsky_appview'), '200')
  assert.equal(network.appView.seen.length, 1)
  assert.equal(await to('app.bsky.actor.getPreferences', `${otherDid}#bsky_fg`), '200')
  assert.equal(new URL(network.other.seen.at(-1)?.url ?? '').pathname, '/xrpc/app.bsky.actor.getPreferences')
  const count = network.other.seen.length
  assert.equal(await to('chat.bsky.convo.listConvos', 'did:web:chat.example.com#bsky_chat'), '200')
  const [chat, ...more] = network.other.seen.slice(count)
  assert.deepEqual([new URL(chat.url).pathname, more], ['/xrpc/chat.bsky.convo.listConvos', []])
  await claims(network, chat, 'did:web:chat.example.com', 'chat.bsky.convo.listConvos')
})

test('a call without a header goes to the service that its method belongs to', async context => {
  const network = await proxied(context, () => Response.json({}), named)
  const agent = network.agent()
  const did = await signUp(agent, 'alice')
  const {other, appView} = network
  const went = () => other.seen.map(({url}) => new URL(url).pathname).filter(path => path !== '/.well-known/did.json')
  const report = {
    reasonType: 'com.atproto.moderation.defs#reasonSpam',
    subject: {$type: 'com.atproto.admin.defs#repoRef', did},
  }
  const token = agent.session?.accessJwt
  assert.equal(await call(network, token, 'com.atproto.moderation.createReport', {body: report}), '200')
  assert.equal(await call(network, token, 'tools.ozone.moderation.getEvent'), '200')
  const push = {serviceDid: otherDid, token: 't', platform: 'ios' as const, appId: 'app'}
  await agent.app.bsky.notification.registerPush(push)
  assert.deepEqual(went(), [
    '/ozone/xrpc/com.atproto.moderation.createReport',
    '/ozone/xrpc/tools.ozone.moderation.getEvent',
    '/push/xrpc/app.bsky.notification.registerPush',
  ])
  assert.equal(appView.seen.length, 0)
  const pushed = other.seen.at(-1)
  assert.ok(pushed)
  await claims(network, pushed, otherDid, 'app.bsky.notification.registerPush')
  assert.deepEqual(await pushed.json(), push)
  await agent.app.bsky.notification.unregisterPush({...push, serviceDid: appViewDid})
  assert.equal(appView.seen.length, 1)
  await assert.rejects(agent.chat.bsky.convo.listConvos(), {error: 'MethodNotImplemented', message: /atproto-proxy/})
  assert.equal(appView.seen.length, 1)

  // Whoever is taken down may say that it was a mistake, and nothing else.
  const headers = {authorization: `Basic ${btoa('admin:swordfish')}`}
  const subject = {$type: 'com.atproto.admin.defs#repoRef' as const, did}
  const takedown = {subject, takedown: {applied: true}}
  await network.agent().com.atproto.admin.updateSubjectStatus(takedown, {headers, encoding: 'application/json'})
  const login = {identifier: 'alice.test', password, allowTakendown: true}
  const {accessJwt} = (await network.agent().com.atproto.server.createSession(login)).data
  assert.equal(await call(network, accessJwt, 'com.atproto.moderation.createReport', {body: report}), '200')
  assert.equal(went().length, 4)
  assert.match(await call(network, accessJwt, 'tools.ozone.moderation.getEvent'), /^401 AccountTakedown/)
})

test('direct messages go to their service, whatever their method, where one is set up', async context => {
  const chat = 'did:web:chat.example.com'
  const network = await proxied(context, () => Response.json({}), {...named, PDS_CHAT_SERVICE: `${chat}#bsky_chat`})
  const agent = network.agent()
  await signUp(agent, 'alice')
  const token = agent.session?.accessJwt
  for (const nsid of ['chat.bsky.convo.listConvos', 'chat.bsky.group.thereWillBeOne']) {
    assert.equal(await call(network, token, nsid), '200')
    await claims(network, network.other.seen.at(-1)!, chat, nsid)
  }
  // The same of what moderators do: the official list of their methods is behind.
  for (const nsid of ['tools.ozone.queue.listQueues', 'tools.ozone.setting.listOptions', 'TOOLS.ozone.set.getValues']) {
    assert.equal(await call(network, token, nsid), '200')
    assert.equal(new URL(network.other.seen.at(-1)!.url).pathname, `/ozone/xrpc/${nsid}`)
  }
  const {password: appPassword} = (await agent.com.atproto.server.createAppPassword({name: 'plain'})).data
  const limited = network.agent()
  await limited.login({identifier: 'alice.test', password: appPassword})
  const outcome = await call(network, limited.session?.accessJwt, 'chat.bsky.group.thereWillBeOne')
  assert.match(outcome, /^400 InvalidToken/)
  assert.equal(network.appView.seen.length, 0)
})

test('a record of another server is asked of the service that the call names', async context => {
  const network = await proxied(context, () => Response.json({uri: 'at://did:web:x.com/a.b.c/d', value: {}}))
  const headers = {'atproto-proxy': `${otherDid}#bsky_fg`}
  const place = {repo: 'did:web:x.com', collection: 'a.b.c', rkey: 'd'}
  const {getRecord} = network.agent().com.atproto.repo
  await getRecord.call(network.agent().com.atproto.repo, place, {headers})
  assert.deepEqual([network.appView.seen.length, network.other.seen.at(-1)?.headers.get('authorization')], [0, null])
  await assert.rejects(network.agent().com.atproto.repo.getRecord(place, {headers: {'atproto-proxy': 'x'}}), {
    error: 'InvalidRequest',
  })
})

test('a method whose service nobody has set up is refused', async context => {
  const {agent: newAgent, appView} = await proxied(context)
  const agent = newAgent()
  await signUp(agent, 'alice')
  await assert.rejects(agent.tools.ozone.moderation.getEvent({id: 1}), {
    error: 'InvalidRequest',
    message: 'No service configured for tools.ozone.moderation.getEvent',
  })
  assert.equal(appView.seen.length, 0)
})

test('a row of the table that is none is refused before anything opens', async context => {
  for (const [setting, value] of [
    ['PDS_SERVICES', 'did:web:a.com http://localhost:1'],
    ['PDS_SERVICES', 'did:web:a.com#b ftp://localhost:1'],
    ['PDS_SERVICES', 'did:web:a.com#b http://localhost:1 nobody'],
    ['PDS_MOD_SERVICE', 'did:web:a.com'],
    ['PDS_REPORT_SERVICE', '#atproto_labeler'],
  ]) {
    await assert.rejects(pdsNetwork(context, {[setting]: value}), {name: 'ConfigError', message: new RegExp(setting)})
  }
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
  const ask = (nsid: string, headers: Record<string, string> = {}) =>
    call(network, agent.session?.accessJwt, nsid, {headers})

  assert.match(await ask('app.bsky.feed.getTimeline', {authorization: ''}), /AuthMissing/)
  await signUp(agent, 'alice')
  // In the words of the official server.
  for (const [header, message] of [
    ['nonsense', 'no service id specified in proxy header'],
    [otherDid, 'no service id specified in proxy header'],
    [`${otherDid}#`, 'no service id specified in proxy header'],
    ['#bsky_fg', 'no did specified in proxy header'],
    [`${otherDid}#a#b`, 'invalid proxy header format'],
    [`${otherDid}# bsky_fg`, 'proxy header cannot contain spaces'],
    [`${otherDid}#unknown`, 'could not resolve proxy did service url'],
    ['did:web:nobody.invalid#bsky_fg', 'could not resolve proxy did'],
  ]) {
    assert.equal(await ask('app.bsky.feed.getTimeline', {'atproto-proxy': header}), `400 InvalidRequest ${message}`)
  }
  const proxyHeader = {'atproto-proxy': `${otherDid}#bsky_fg`}
  assert.match(await ask('com.atproto.server.ACTIVATEaccount', proxyHeader), /^400 InvalidToken/)
  assert.match(await ask('com.atproto.server.thereIsNone'), /^501 MethodNotImplemented/)
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
  answering = () => Response.json({error: 'OutOfOrder', message: 'come again'}, {status: 500})
  await assert.rejects(agent.app.bsky.feed.getTimeline(), {status: 502, error: 'OutOfOrder', message: 'come again'})
  const packed = gzipSync(JSON.stringify({error: 'OutOfOrder', message: 'come again'}))
  answering = () => new Response(packed, {status: 500, headers: {'content-encoding': 'gzip'}})
  assert.deepEqual(await outcome(), {status: 502, error: 'OutOfOrder'})
  for (const body of ['<html>', '', '"text"', '{"error": "two words"}', '[]', 'x'.repeat(100_000)]) {
    answering = () => new Response(body, {status: 500})
    assert.deepEqual(await outcome(), {status: 502, error: 'UpstreamFailure'})
  }
  answering = () => {
    throw new TypeError('connection refused')
  }
  assert.deepEqual(await outcome(), {status: 502, error: 'UpstreamFailure'})
  answering = () => Response.redirect('http://localhost:2599/', 302)
  assert.deepEqual(await outcome(), {status: 502, error: 'UpstreamFailure'})
  answering = () => new Response('x', {headers: {'content-length': '99000000'}})
  assert.deepEqual(await outcome(), {status: 502, error: 'UpstreamFailure'})
  answering = () => new Response(null, {status: 204})
  assert.equal((await outcome()).error, 'Invalid Response', 'which the client says of it')
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
  for (const aud of ['nobody', 'did:foo:bar', `${otherDid}#`, `${otherDid}#a#b`, '#video']) {
    await assert.rejects(ask({aud, lxm}), {error: 'InvalidRequest'}, aud)
  }
  await assert.rejects(ask({aud: otherDid, lxm: 'com.atproto.server.updateEmail'}), {error: 'InvalidRequest'})
})
