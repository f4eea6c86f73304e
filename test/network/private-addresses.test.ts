/**
 * Wherever a stranger can name a URL, none leads into the network that a server stands in: not by literal, in whatever
 * notation, nor by a name that resolves there, now or at its second look-up, nor by a redirect. A server on this machine
 * stands for all that must not be reached: nobody ever connects to it, or is given its address by the name service.
 */
import assert from 'node:assert/strict'
import {createServer as createHttpServer} from 'node:http'
import {createServer, type AddressInfo} from 'node:net'
import {join} from 'node:path'
import {test, type TestContext} from 'node:test'
import {AtpAgent} from '@atproto/api'
import type {Did} from '#atp/syntax/did.ts'
import type {RecordKey} from '#atp/syntax/record-key.ts'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {schemaCollection} from '#lex/doc/resolve.ts'
import {directoryWorld} from '#runtime/directory-world.ts'
import {createGuard, isPublicAddress, type Guard} from '#runtime/strangers/guard.ts'
import {withHosts} from '#runtime/in-process.ts'
import {Metrics} from '#runtime/health/metrics.ts'
import {nodeWorld} from '#runtime/node-world.ts'
import type {Service} from '#runtime/service.ts'
import {Identities} from '#sdk/identity.ts'
import {feedPlaces, FeedServices} from '#services/appview/feed-services.ts'
import {Images, picturePlaces} from '#services/appview/images.ts'
import {jetstreamConfig} from '#services/jetstream/config.ts'
import {openJetstream} from '#services/jetstream/jetstream.ts'
import {pdsConfig} from '#services/pds/config.ts'
import {lexiconSources} from '#services/pds/lexicons/lexicon-sources.ts'
import {openPds} from '#services/pds/pds.ts'
import {plcConfig} from '#services/plc/config.ts'
import {openPlc} from '#services/plc/plc.ts'
import {relayConfig} from '#services/relay/config.ts'
import {openRelay} from '#services/relay/relay.ts'
import {readConfig} from '#std/config.ts'
import {silentLog} from '#std/log.ts'
import {Places} from '#std/waiting/places.ts'
import type {World} from '#std/world.ts'
import {temporaryFolder} from '../temporary-folder.ts'
import {until} from '../until.ts'

useNativeCrypto()

const plcUrl = 'http://plc.internal:2582'

/** Names that a stranger may have in the DNS, and where they lead: at each look-up to the next. */
const names: Record<string, string[][]> = {
  localhost: [['127.0.0.1', '::1']],
  'loopback.example.net': [['127.0.0.1']],
  'loopback6.example.net': [['::1']],
  'mapped.example.net': [['::ffff:127.0.0.1']],
  'mapped-hex.example.net': [['::ffff:7f00:1']],
  'private.example.net': [['10.0.0.1', '192.168.0.1', '172.16.0.1']],
  'metadata.example.net': [['169.254.169.254']],
  'mixed.example.net': [['93.184.215.14', '127.0.0.1']],
  'changing.example.net': [['93.184.215.14'], ['127.0.0.1']],
  'nowhere.example.net': [[]],
}

/** The same, by what is wrong with them. */
const nameFamilies: Readonly<Record<string, string[]>> = {
  'a name of this machine': ['localhost', 'loopback.example.net', 'loopback6.example.net'],
  'a name of an IPv4 address in IPv6': ['mapped.example.net', 'mapped-hex.example.net'],
  'a name of our network': ['private.example.net', 'metadata.example.net'],
  'a name of several addresses': ['mixed.example.net'],
  'a name that changes its answer': ['changing.example.net'],
  'a name without an address': ['nowhere.example.net'],
}

const literals: Readonly<Record<string, string[]>> = {
  'an address': ['127.0.0.1', '[::1]', '0.0.0.0', '[::]', '10.0.0.1', '169.254.169.254'],
  'a decimal address': ['2130706433'],
  'an octal address': ['0177.0.0.1', '017700000001'],
  'a hexadecimal address': ['0x7f000001', '0x7f.0.0.1'],
  'a short address': ['127.1', '127.0.1'],
  'an IPv4 address in IPv6': [
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[0:0:0:0:0:ffff:127.0.0.1]',
    '[::127.0.0.1]',
    '[64:ff9b::7f00:1]',
  ],
}

interface Network {
  world: World
  guarded: World
  /** Documents that the directory has beside those of real accounts. */
  documents: Map<string, object>
  /** URLs of the server that must not be reached, as strangers would write them; by how they are written. */
  families: ReadonlyMap<string, readonly string[]>
  urls: readonly string[]
  /** What led, or would have led, where nobody may go. */
  reached: string[]
  /** `localhost:<port>` of a server that may be reached, and redirects each request to another of the URLs. */
  redirector: string
  /** How often that one was asked. */
  redirects: () => number
}

/** Stands between a guard and the sockets: nothing is ever connected to but literal addresses and the redirector. */
function watched(guard: Guard, reached: string[], redirector: () => string | undefined): Guard {
  return {
    check(url) {
      if (url.host !== redirector()) guard.check(url)
    },
    lookup(hostname, options, callback) {
      if (hostname === 'localhost' && redirector() !== undefined) {
        if (options.all) return callback(null, [{address: '127.0.0.1', family: 4}])
        return callback(null, '127.0.0.1', 4)
      }
      guard.lookup(hostname, options, (error, found) => {
        const addresses = typeof found === 'string' ? [found] : found.map(({address}) => address)
        if (!error) reached.push(...addresses.filter(one => !isPublicAddress(one)).map(one => `${hostname} at ${one}`))
        callback(error ?? new Error('The internet is not asked in tests.'), '', 0)
      })
    },
  }
}

async function network(context: TestContext, {redirecting = false} = {}): Promise<Network> {
  const reached: string[] = []
  const canary = createServer(socket => {
    reached.push('the server itself')
    socket.destroy()
  })
  await new Promise<void>(resolve => canary.listen(0, resolve))
  context.after(() => canary.close())
  const {port} = canary.address() as AddressInfo
  let redirects = 0
  const redirect = (): string => {
    const targets = [
      `http://127.0.0.1:${port}/`,
      `http://[::1]:${port}/`,
      'https://loopback.example.net/',
      `//0x7f.1:${port}/`,
    ]
    return targets[redirects++ % targets.length]
  }
  const redirecter = createHttpServer((_, response) => response.writeHead(302, {location: redirect()}).end())
  // Who is redirected hangs up at once, which is no fault of this test.
  redirecter.on('upgrade', (_, socket) =>
    socket.on('error', () => {}).end(`HTTP/1.1 302 Found\r\nlocation: ${redirect()}\r\n\r\n`),
  )
  await new Promise<void>(resolve => redirecter.listen(0, '127.0.0.1', resolve))
  context.after(() => redirecter.close())
  const redirector = `localhost:${(redirecter.address() as AddressInfo).port}`

  const hosts = new Map<string, Service>()
  const lookups = new Map<string, number>()
  const resolve = async (name: string) => {
    const count = lookups.get(name) ?? 0
    lookups.set(name, count + 1)
    const answers = names[name] ?? [[]]
    return answers[count % answers.length].map(address => ({address, family: address.includes(':') ? 6 : 4}))
  }
  const open = redirecting ? () => redirector : () => undefined
  const guard = createGuard({resolve})
  // What strangers name is never asked for without the guard.
  const unguarded: Guard = {check: url => void reached.push(`${url.href}, unguarded`), lookup: guard.lookup}
  const world = nodeWorld({userAgent: 'test', guard: watched(unguarded, reached, open)})
  const guarded = nodeWorld({userAgent: 'test', guard: watched(guard, reached, open)})
  context.after(async () => {
    await world.close()
    await guarded.close()
  })
  const plc = await openPlc(readConfig(plcConfig, {env: {PLC_DATABASE: 'memory:'}}), world, silentLog)
  await plc.start()
  context.after(() => plc.stop())
  const documents = new Map<string, object>()
  const directory = Object.assign(Object.create(plc) as Service, {
    fetch: async (request: Request) => {
      const document = documents.get(decodeURIComponent(new URL(request.url).pathname.slice(1)))
      return document ? Response.json(document) : plc.fetch(request)
    },
  })
  hosts.set(new URL(plcUrl).host, directory)
  const urlsOf = (host: string): string[] => [`http://${host}:${port}`, `https://${host}:${port}`, `https://${host}`]
  const families = new Map(Object.entries(literals).map(([what, hosts]) => [what, hosts.flatMap(urlsOf)]))
  for (const [what, hosts] of Object.entries(nameFamilies)) families.set(what, hosts.flatMap(urlsOf))
  families.set('a URL with a user', ['https://user:password@example.net', `http://localhost:${port}/..`])
  return {
    world: withHosts(world, hosts),
    guarded: withHosts(guarded, hosts),
    documents,
    families,
    urls: [...families.values()].flat(),
    reached,
    redirector,
    redirects: () => redirects,
  }
}

/** A DID whose document has its services at `url`. */
function didAt({documents}: Network, url: string): string {
  const did = `did:plc:${documents.size.toString(2).replaceAll('0', 'a').replaceAll('1', 'b').padStart(24, 'a')}`
  const types = {bsky_appview: 'BskyAppView', bsky_fg: 'BskyFeedGenerator', atproto_pds: 'AtprotoPersonalDataServer'}
  const services = Object.entries(types).map(([name, type]) => ({id: `#${name}`, type, serviceEndpoint: url}))
  documents.set(did, {id: did, service: services})
  return did
}

/** DIDs whose document would be there. */
const webDids = (urls: readonly string[]): string[] =>
  urls.flatMap(url => {
    const host = url.replace(/^https?:\/\//, '')
    return /^[\w.:-]+$/.test(host) ? [`did:web:${encodeURIComponent(host)}`] : []
  })

/** What a PDS at `service`, with one account, answers to calls of that account, as status and error name. */
async function pdsOf(context: TestContext, net: Network, service: string) {
  const folder = temporaryFolder('private')
  const env = {
    PDS_DATABASE: 'memory:',
    PDS_BLOBS: 'memory:',
    PDS_SECRETS: join(folder, 'secrets.json'),
    PDS_MAIL_FOLDER: join(folder, 'mail'),
    PDS_PLC_URL: plcUrl,
    PDS_RATE_LIMITS: 'false',
    PDS_HANDLE_DOMAINS: '.pds.example.com',
    PDS_PUBLIC_URL: service,
  }
  const pds = await openPds(readConfig(pdsConfig, {env}), net.world, net.guarded, silentLog, new Metrics())
  await pds.start()
  context.after(() => pds.stop())
  const agent = new AtpAgent({service, fetch: (input, init) => pds.fetch(new Request(input, init))})
  await agent.createAccount({handle: 'alice.pds.example.com', email: 'alice@example.com', password: 'correct horse'})
  return async (path: string, headers: Record<string, string> = {}, body?: object): Promise<string> => {
    const request = new Request(`${service}/xrpc/${path}`, {
      method: body ? 'POST' : 'GET',
      headers: {
        authorization: `Bearer ${agent.session!.accessJwt}`,
        ...(body ? {'content-type': 'application/json'} : {}),
        ...headers,
      },
      body: body && JSON.stringify(body),
    })
    const response = await pds.fetch(request)
    return `${response.status} ${((await response.json()) as {error: string}).error}`
  }
}

test('a PDS: services that a header names, handles, tokens', async context => {
  const net = await network(context)
  const ask = await pdsOf(context, net, 'https://pds.example.com')
  for (const [what, urls] of net.families) {
    await context.test(`a service behind ${what} is not called, whatever method is to be passed on`, async () => {
      for (const url of urls) {
        const answer = await ask('app.bsky.feed.getTimeline', {'atproto-proxy': `${didAt(net, url)}#bsky_appview`})
        assert.match(answer, /^(502 UpstreamFailure|400 InvalidRequest)$/, url)
      }
      for (const did of webDids(urls)) {
        const answer = await ask('app.bsky.feed.getTimeline', {'atproto-proxy': `${did}#bsky_appview`})
        assert.equal(answer, '400 InvalidRequest', did)
      }
      // Also without a login, where a record of another server is asked for.
      const place = 'com.atproto.repo.getRecord?repo=did:web:x.com&collection=a.b.c&rkey=d'
      for (const url of urls) {
        const header = {authorization: '', 'atproto-proxy': `${didAt(net, url)}#bsky_appview`}
        assert.match(await ask(place, header), /^(502 UpstreamFailure|400 InvalidRequest)$/, url)
      }
      assert.deepEqual(net.reached, [])
    })
  }
  for (const did of webDids(net.urls)) {
    const token = `${btoa('{"alg":"ES256K","typ":"JWT"}')}.${btoa(JSON.stringify({iss: did, aud: 'did:web:pds.example.com', exp: 4e9, lxm: 'com.atproto.server.createAccount'}))}.${btoa('x'.repeat(64))}`
    const claim = {handle: 'eve.pds.example.com', email: 'eve@example.com', password: 'correct horse', did}
    const refused = await ask(
      'com.atproto.server.createAccount',
      {authorization: `Bearer ${token.replaceAll('=', '')}`},
      claim,
    )
    assert.match(refused, /^40[01] \w+$/, did)
  }
  for (const name of [...Object.keys(names), 'localhost', '127.0.0.1']) {
    const answer = await ask(`com.atproto.identity.resolveHandle?handle=${name}`)
    assert.match(answer, /^400 (HandleNotFound|InvalidRequest)$/, name)
    assert.match(await ask('com.atproto.identity.updateHandle', {}, {handle: name}), /^400 \w+$/, name)
  }
  assert.deepEqual(net.reached, [])
})

test('a PDS: lexicons, by who publishes them', async context => {
  for (const redirecting of [false, true]) {
    const net = await network(context, {redirecting})
    const identities = new Identities({world: directoryWorld(net.world, net.guarded, plcUrl), plcUrl})
    const sources = lexiconSources({txt: async () => [], identities, guarded: net.guarded})
    const record = {did: 'did:plc:x' as Did, collection: schemaCollection, rkey: 'com.example.note' as RecordKey}
    const servers = redirecting ? [`http://${net.redirector}`] : net.urls
    for (const url of servers) await assert.rejects(sources.fetchRecordProof(url, record), Error, url)
    const dids = redirecting ? [] : webDids(net.urls)
    for (const did of dids) {
      const found = await sources.resolveDid(did as Did).catch(() => undefined)
      assert.equal(found, undefined, did)
    }
    assert.equal(net.redirects(), redirecting ? 1 : 0)
    assert.deepEqual(net.reached, [])
  }
})

test('a relay: hosts that ask to be followed', async context => {
  const net = await network(context)
  const env = {RELAY_DATABASE: 'memory:', RELAY_LOG: 'memory:', RELAY_PLC_URL: plcUrl}
  const relay = await openRelay(readConfig(relayConfig, {env}), net.world, net.guarded, silentLog, new Metrics())
  await relay.start()
  context.after(() => relay.stop())
  const hostnames = net.urls.flatMap(url => [url, url.replace(/^https?:\/\//, '')])
  for (const hostname of [
    ...hostnames,
    'example',
    'a'.repeat(300),
    '',
    'user@example.net',
    'example.net/path',
    '\u0000',
  ]) {
    const request = new Request('https://relay.example.com/xrpc/com.atproto.sync.requestCrawl', {
      method: 'POST',
      headers: {'content-type': 'application/json'},
      body: JSON.stringify({hostname}),
    })
    const response = await relay.fetch(request)
    assert.equal(response.status, 400, hostname)
    assert.match(((await response.json()) as {error: string}).error, /^\w+$/)
  }
  const listed = await relay.fetch(new Request('https://relay.example.com/xrpc/com.atproto.sync.listHosts'))
  assert.deepEqual(((await listed.json()) as {hosts: object[]}).hosts, [])
  assert.deepEqual(net.reached, [])
})

const feedServices = ({guarded, world}: Network): FeedServices =>
  new FeedServices({
    identities: new Identities({world: guarded, plcUrl}),
    guarded,
    world,
    places: new Places(feedPlaces),
  })

test('an AppView: services that make feeds', async context => {
  const net = await network(context)
  const services = feedServices(net)
  const request = new Request('https://appview.example.com/')
  const {signal} = new AbortController()
  const dids = [...net.urls.map(url => didAt(net, url)), ...webDids(net.urls)]
  for (const did of dids) {
    const params = {feed: `at://${did}/app.bsky.feed.generator/x`, limit: 10}
    await assert.rejects(services.skeleton(did, params, request, signal), {name: 'XrpcError'})
  }
  assert.deepEqual(net.reached, [])
})

/** What the AppView answers for a picture of an account whose server is at `url`. */
async function pictureAt(net: Network, url: string): Promise<number> {
  const images = new Images({
    identities: new Identities({world: net.guarded, plcUrl}),
    guarded: net.guarded,
    world: net.world,
    isShown: async () => true,
    places: new Places(picturePlaces),
  })
  const cid = 'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy'
  const path = `/img/avatar/plain/${didAt(net, url)}/${cid}`
  return (await images.fetch(new Request(`https://appview.example.com${path}`))).status
}

test('an AppView: pictures of accounts', async context => {
  const net = await network(context)
  for (const url of net.urls) assert.equal(await pictureAt(net, url), 404, url)
  assert.deepEqual(net.reached, [])
})

test('redirects: of a host that a relay follows, of one that asks to be, of a feed, of pictures', async context => {
  const net = await network(context, {redirecting: true})
  const env = {
    RELAY_DATABASE: 'memory:',
    RELAY_LOG: 'memory:',
    RELAY_PLC_URL: plcUrl,
    RELAY_LOCAL_HOSTS: 'true',
  }
  const relay = await openRelay(readConfig(relayConfig, {env}), net.world, net.guarded, silentLog, new Metrics())
  await relay.start()
  context.after(() => relay.stop())
  for (let i = 0; i < 4; i++) {
    const response = await relay.fetch(
      new Request('https://relay.example.com/xrpc/com.atproto.sync.requestCrawl', {
        method: 'POST',
        headers: {'content-type': 'application/json'},
        body: JSON.stringify({hostname: net.redirector}),
      }),
    )
    assert.equal(response.status, 400)
    const feeds = feedServices(net)
    const {signal} = new AbortController()
    const did = didAt(net, `http://${net.redirector}`)
    const params = {feed: `at://${did}/app.bsky.feed.generator/x`, limit: 10}
    await assert.rejects(feeds.skeleton(did, params, new Request('https://appview.example.com/'), signal), {
      name: 'XrpcError',
    })
    assert.equal(await pictureAt(net, `http://${net.redirector}`), 404)
    const refused = await net.guarded.subscribe(new Request(`http://${net.redirector}/`), signal)
    assert.ok(refused instanceof Response)
  }
  assert.ok(net.redirects() >= 16, `${net.redirects()} redirects`)
  assert.deepEqual(net.reached, [])
})

test('redirects: of a service that a header names, of a did:web, of the host of a handle, as a PDS asks them', async context => {
  const net = await network(context, {redirecting: true})
  // The host of this handle stands behind TLS that is not to be had here.
  const {guarded} = net
  const led: World = {
    ...guarded,
    fetch: request =>
      guarded.fetch(new Request(request.url.replace('https://led.example.net/', `http://${net.redirector}/`), request)),
  }
  const ask = await pdsOf(context, {...net, guarded: led}, 'http://localhost:2583')
  const asked = async (call: () => Promise<string>, answer: RegExp): Promise<void> => {
    for (let i = 0; i < 4; i++) {
      const before = net.redirects()
      assert.match(await call(), answer)
      assert.ok(net.redirects() > before, 'it was asked')
    }
  }
  const timeline = 'app.bsky.feed.getTimeline'
  const service = (): string => `${didAt(net, `http://${net.redirector}`)}#bsky_appview`
  await asked(() => ask(timeline, {'atproto-proxy': service()}), /^502 UpstreamFailure$/)
  await asked(() => ask('com.atproto.identity.updateHandle', {}, {handle: 'led.example.net'}), /^400 \w+$/)
  const did = `did:web:${encodeURIComponent(net.redirector)}`
  assert.match(await ask(timeline, {'atproto-proxy': `${did}#bsky_appview`}), /^400 InvalidRequest$/)
  assert.deepEqual(net.reached, [])
})

test('redirects: of the relay that a Jetstream follows', async context => {
  const net = await network(context, {redirecting: true})
  const env = {JETSTREAM_LOG: 'memory:', JETSTREAM_UPSTREAM: `http://${net.redirector}`, JETSTREAM_PLC_URL: plcUrl}
  const config = readConfig(jetstreamConfig, {env})
  const jetstream = await openJetstream(config, net.world, net.guarded, silentLog, new Metrics())
  await jetstream.start()
  context.after(() => jetstream.stop())
  await until(async () => net.redirects() >= 2, 'it has tried again')
  assert.deepEqual(net.reached, [])
})
