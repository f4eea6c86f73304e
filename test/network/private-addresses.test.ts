/**
 * Wherever a stranger can name a URL, none leads into the network that a server stands in: not by literal, in whatever
 * notation, nor by a name that resolves there. A server on this machine stands for all that must not be reached; nobody
 * ever connects to it.
 */
import assert from 'node:assert/strict'
import {createServer, type AddressInfo} from 'node:net'
import {join} from 'node:path'
import {test, type TestContext} from 'node:test'
import {AtpAgent} from '@atproto/api'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {createGuard} from '#runtime/guard.ts'
import {withHosts} from '#runtime/in-process.ts'
import {Metrics} from '#runtime/metrics.ts'
import {nodeWorld} from '#runtime/node-world.ts'
import type {Service} from '#runtime/service.ts'
import {Identities} from '#sdk/identity.ts'
import {FeedServices} from '#services/appview/feed-services.ts'
import {pdsConfig} from '#services/pds/config.ts'
import {openPds} from '#services/pds/pds.ts'
import {plcConfig} from '#services/plc/config.ts'
import {openPlc} from '#services/plc/plc.ts'
import {relayConfig} from '#services/relay/config.ts'
import {openRelay} from '#services/relay/relay.ts'
import {readConfig} from '#std/config.ts'
import {silentLog} from '#std/log.ts'
import type {World} from '#std/world.ts'
import {temporaryFolder} from '../temporary-folder.ts'

useNativeCrypto()

const plcUrl = 'http://plc.internal:2582'

/** Names that a stranger may have in the DNS, and where they lead. */
const names: Record<string, string[]> = {
  'loopback.example.net': ['127.0.0.1'],
  'loopback6.example.net': ['::1'],
  'mapped.example.net': ['::ffff:127.0.0.1'],
  'private.example.net': ['10.0.0.1', '192.168.0.1', '172.16.0.1'],
  'metadata.example.net': ['169.254.169.254'],
  'nowhere.example.net': [],
}

interface Network {
  world: World
  guarded: World
  /** Documents that the directory has beside those of real accounts. */
  documents: Map<string, object>
  /** URLs of the server that must not be reached, as strangers would write them. */
  urls: string[]
  /** How often it was. */
  reached: () => number
}

async function network(context: TestContext): Promise<Network> {
  let reached = 0
  const canary = createServer(socket => {
    reached++
    socket.destroy()
  })
  await new Promise<void>(resolve => canary.listen(0, resolve))
  context.after(() => canary.close())
  const {port} = canary.address() as AddressInfo
  const hosts = new Map<string, Service>()
  const world = nodeWorld({userAgent: 'test'})
  const resolve = async (name: string) =>
    (names[name] ?? []).map(address => ({address, family: address.includes(':') ? 6 : 4}))
  const guarded = nodeWorld({userAgent: 'test', guard: createGuard({resolve})})
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
  const literals = [
    '127.0.0.1',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '127.1',
    '0.0.0.0',
    '[::]',
    'localhost',
  ]
  const urls = literals.flatMap(host => [`http://${host}:${port}`, `https://${host}:${port}`, `https://${host}`])
  urls.push(
    ...Object.keys(names).flatMap(name => [`https://${name}`, `https://${name}:${port}`, `http://${name}:${port}`]),
  )
  urls.push(
    'https://169.254.169.254',
    'https://10.0.0.1',
    'https://user:password@example.net',
    `http://localhost:${port}/..`,
  )
  return {world: withHosts(world, hosts), guarded: withHosts(guarded, hosts), documents, urls, reached: () => reached}
}

/** A DID whose document has its services at `url`. */
function didAt({documents}: Network, url: string): string {
  const did = `did:plc:${documents.size
    .toString(36)
    .padStart(4, 'a')
    .replaceAll(/[0189]/g, 'z')
    .padEnd(24, 'b')}`
  const names = ['bsky_appview', 'bsky_fg', 'atproto_pds']
  documents.set(did, {id: did, service: names.map(name => ({id: `#${name}`, type: 'Some', serviceEndpoint: url}))})
  return did
}

/** DIDs whose document would be there. */
const webDids = (urls: readonly string[]): string[] =>
  urls.flatMap(url => {
    const host = url.replace(/^https?:\/\//, '')
    return /^[\w.:-]+$/.test(host) ? [`did:web:${encodeURIComponent(host)}`] : []
  })

test('a PDS: services that a header names, handles, tokens', async context => {
  const net = await network(context)
  const folder = temporaryFolder('private')
  const env = {
    PDS_DATABASE: 'memory:',
    PDS_BLOBS: 'memory:',
    PDS_SECRETS: join(folder, 'secrets.json'),
    PDS_MAIL_FOLDER: join(folder, 'mail'),
    PDS_PUBLIC_URL: 'https://pds.example.com',
    PDS_HANDLE_DOMAINS: '.pds.example.com',
    PDS_PLC_URL: plcUrl,
    PDS_RATE_LIMITS: 'false',
  }
  const pds = await openPds(readConfig(pdsConfig, {env}), net.world, net.guarded, silentLog, new Metrics())
  await pds.start()
  context.after(() => pds.stop())
  const agent = new AtpAgent({
    service: 'https://pds.example.com',
    fetch: (input, init) => pds.fetch(new Request(input, init)),
  })
  await agent.createAccount({handle: 'alice.pds.example.com', email: 'alice@example.com', password: 'correct horse'})
  const ask = async (path: string, headers: Record<string, string> = {}, body?: object): Promise<string> => {
    const request = new Request(`https://pds.example.com/xrpc/${path}`, {
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
  for (const url of net.urls) {
    const answer = await ask('app.bsky.feed.getTimeline', {'atproto-proxy': `${didAt(net, url)}#bsky_appview`})
    assert.match(answer, /^(502 UpstreamFailure|400 InvalidRequest)$/, url)
  }
  for (const did of webDids(net.urls)) {
    assert.equal(
      await ask('app.bsky.feed.getTimeline', {'atproto-proxy': `${did}#bsky_appview`}),
      '400 InvalidRequest',
      did,
    )
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
  assert.equal(net.reached(), 0)
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
  assert.equal(net.reached(), 0)
})

test('an AppView: services that make feeds', async context => {
  const net = await network(context)
  const identities = new Identities({world: net.guarded, plcUrl})
  const services = new FeedServices({identities, guarded: net.guarded})
  const request = new Request('https://appview.example.com/')
  const {signal} = new AbortController()
  const dids = [...net.urls.map(url => didAt(net, url)), ...webDids(net.urls)]
  for (const did of dids) {
    const params = {feed: `at://${did}/app.bsky.feed.generator/x`, limit: 10}
    await assert.rejects(services.skeleton(did, params, request, signal), {name: 'XrpcError'})
  }
  assert.equal(net.reached(), 0)
})
