/**
 * Each service in a process of its own, and one after the other replaced at its port by a server that answers nothing,
 * 500, redirects, garbage, breaks off or hangs: no other service ends by it, each still answers, and all goes on once
 * the one is well again. Servers of strangers are unwell all the time.
 */
import assert from 'node:assert/strict'
import {after, before, suite, test} from 'node:test'
import {AtpAgent} from '@atproto/api'
import {freePorts, networkEnv, urlOf, type Ports} from '../network-env.ts'
import {type ServiceName, serviceNames} from '../../src/bin/services.ts'
import {startSeparately, type SeparateNetwork} from '../separate-processes.ts'
import {temporaryFolder} from '../temporary-folder.ts'
import {until} from '../until.ts'
import {whereabouts} from '../whereabouts.ts'
import {ailments, unwellPeer, type UnwellPeer} from '../unwell-peer.ts'

const password = 'correct horse'
const ailmentCount = Object.keys(ailments).length
const atOnce = 4
/** How long a caller waits that another service leaves waiting. */
const patienceMs = 250
/** How soon a service that is well tells so. */
const healthMs = 15_000

/** One grey pixel. */
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkM+9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

suite('servers that are not well', () => {
  const folder = temporaryFolder('unwell')
  let ports: Ports
  /** Where those that events pass show their numbers, once they were started anew. */
  let numbers: Readonly<Partial<Record<ServiceName, number>>>
  let network: SeparateNetwork
  let agent: AtpAgent
  let image: string
  let feed: string
  /** A stranger whose document says that all of its services are there. */
  let stranger: UnwellPeer
  let strangerDid: string
  /** One for each ailment, which they always have: for what is asked once in a while only. */
  let fixed: UnwellPeer[]

  before(async () => {
    const more = await freePorts()
    ports = await freePorts()
    numbers = {relay: more.relay, appview: more.appview, jetstream: more.jetstream}
    stranger = await unwellPeer({
      well: {
        '/.well-known/did.json': port => ({
          id: `did:web:localhost%3A${port}`,
          service: ['bsky_fg', 'bsky_appview', 'atproto_pds'].map(name => ({
            id: `#${name}`,
            type: name === 'atproto_pds' ? 'AtprotoPersonalDataServer' : 'BskyFeedGenerator',
            serviceEndpoint: `http://localhost:${port}`,
          })),
        }),
      },
    })
    strangerDid = `did:web:localhost%3A${stranger.port}`
    fixed = await Promise.all(Object.keys(ailments).map(only => unwellPeer({only})))
    const hosts = fixed.map(({port}) => `localhost:${port}`)
    network = await startSeparately({
      ...networkEnv(folder, ports),
      LOG_LEVEL: 'debug',
      // Each is told of the PDS soon after its start; the relay is among them, so that it follows it.
      PDS_RELAYS: [urlOf(ports.relay), ...hosts.map(host => `http://${host}`)].join(','),
      RELAY_HOSTS: [`localhost:${ports.pds}`, ...hosts].join(','),
    })
    agent = new AtpAgent({service: urlOf(ports.pds)})
    await agent.createAccount({handle: 'alice.test', email: 'alice@example.com', password})
    const {blob} = (await agent.uploadBlob(png, {encoding: 'image/png'})).data
    await agent.upsertProfile(profile => ({...profile, displayName: 'Alice', avatar: blob}))
    const record = {did: strangerDid, displayName: 'Feed', createdAt: new Date().toISOString()}
    feed = (await agent.app.bsky.feed.generator.create({repo: agent.assertDid, rkey: 'feed'}, record)).uri
    image = `/img/avatar/plain/${agent.assertDid}/${blob.ref.toString()}`
    await until(indexed(feed), 'the AppView knows the feed')
  })

  after(async () => {
    await network?.kill()
    for (const peer of [stranger, ...(fixed ?? [])]) await peer?.close()
  })

  const indexed = (uri: string) => async (): Promise<boolean> => {
    const [repo, collection, rkey] = uri.slice('at://'.length).split('/')
    const path = collection.endsWith('generator')
      ? `app.bsky.feed.getFeedGenerators?feeds=${uri}`
      : `app.bsky.feed.getPosts?uris=at://${repo}/${collection}/${rkey}`
    const response = await fetch(`${urlOf(ports.appview)}/xrpc/${path}`)
    return response.ok && (await response.text()).includes(uri)
  }

  /** Calls, and gives up; what comes of it is told by its status, and is not looked at. */
  const call = async (name: ServiceName, path: string, init: RequestInit = {}): Promise<string> => {
    const signal = AbortSignal.timeout(waitMs)
    try {
      const response = await fetch(urlOf(ports[name]) + path, {redirect: 'manual', ...init, signal})
      await response.arrayBuffer()
      return `${path} ${response.status}`
    } catch (error) {
      return `${path} ${(error as Error).name}`
    }
  }

  const asAlice = (more: Record<string, string> = {}): RequestInit => ({
    headers: {authorization: `Bearer ${agent.session!.accessJwt}`, ...more},
  })
  const posted = (body: object, more: Record<string, string> = {}): RequestInit => ({
    method: 'POST',
    body: JSON.stringify(body),
    headers: {...(asAlice(more).headers as Record<string, string>), 'content-type': 'application/json'},
  })
  let names = 0
  let waitMs = patienceMs

  /** What leads from each service to others, the stranger among them. */
  const calls: readonly (() => Promise<string>)[] = [
    () => call('pds', '/xrpc/app.bsky.feed.getTimeline', asAlice()),
    () => call('pds', '/xrpc/app.bsky.feed.getTimeline', {method: 'HEAD', ...asAlice()}),
    () => call('pds', `/xrpc/app.bsky.actor.getProfile?actor=${agent.assertDid}`, asAlice()),
    () => call('pds', '/xrpc/app.bsky.actor.searchActors?q=alice', asAlice({'accept-encoding': 'gzip'})),
    () => call('pds', '/xrpc/app.bsky.notification.updateSeen', posted({seenAt: new Date().toISOString()})),
    () => call('pds', `/xrpc/app.bsky.feed.getFeed?feed=${feed}`, asAlice()),
    () => call('pds', '/xrpc/com.example.read', asAlice({'atproto-proxy': `${strangerDid}#bsky_fg`})),
    () =>
      call('pds', '/xrpc/com.example.read', {method: 'HEAD', ...asAlice({'atproto-proxy': `${strangerDid}#bsky_fg`})}),
    () => call('pds', '/xrpc/com.example.write', posted({a: 'b'}, {'atproto-proxy': `${strangerDid}#bsky_fg`})),
    () => call('pds', '/xrpc/com.atproto.identity.resolveHandle?handle=nobody.example.invalid'),
    () => call('pds', '/xrpc/com.atproto.identity.updateHandle', posted({handle: `alice${++names}.test`})),
    () =>
      call(
        'pds',
        '/xrpc/com.atproto.server.createAccount',
        posted({handle: `p${++names}.test`, email: `p${names}@example.com`, password}),
      ),
    () => call('relay', '/xrpc/com.atproto.sync.requestCrawl', posted({hostname: `localhost:${stranger.port}`})),
    () => call('appview', '/xrpc/app.bsky.actor.getProfile?actor=alice.test'),
    () => call('appview', `/xrpc/app.bsky.feed.getFeed?feed=${feed}`),
    () => call('appview', `${image}@jpeg?${++names}`),
    () => call('web', '/'),
    () => call('web', '/live/pulse'),
    () => call('web', '/explore'),
    () => call('web', `/explore/${agent.assertDid}`),
    () => call('web', `/explore/${agent.assertDid}/-/identity`),
    () => call('web', `/explore/${agent.assertDid}/-/history`),
    () => call('web', `/explore/-/server/localhost:${stranger.port}`),
    () => call('web', `/explore/${strangerDid}`),
    () => call('web', '/profile/alice.test'),
    () => call('web', '/search?q=alice'),
  ]

  /** All calls, some of each at once, as often as a peer has ailments. */
  const everything = async (): Promise<void> => {
    for (let rounds = 0; rounds < ailmentCount; rounds += atOnce) {
      await Promise.all(calls.flatMap(make => Array.from({length: atOnce}, make)))
    }
  }

  const areWell = async (but?: ServiceName): Promise<void> => {
    for (const name of serviceNames) {
      if (name === but) continue
      const {child, output} = network.running.get(name)!
      assert.equal(child.exitCode ?? child.signalCode, null, `${name} has ended:\n${output().slice(-3_000)}`)
      const response = await fetch(`${urlOf(ports[name])}/_health`, {signal: AbortSignal.timeout(healthMs)})
      assert.equal(response.status, 200, name)
      await response.arrayBuffer()
      const faults = output().match(/^.*"level":"error".*$/gm) ?? []
      assert.deepEqual(faults, [], `${name} tells of faults of its own`)
    }
  }

  test('strangers: proxied calls, feeds, documents, hosts that ask to be followed', {timeout: 60_000}, async () => {
    await everything()
    await areWell()
    // One host has only so many places, and those that hang keep theirs; on a busy machine those who wait so little
    // may all have left before the stranger was asked. So whoever was not asked yet is asked more patiently.
    const needed = [
      '/xrpc/com.example.read',
      '/xrpc/com.example.write',
      '/xrpc/app.bsky.feed.getFeedSkeleton',
      '/xrpc/com.atproto.server.describeServer',
    ]
    const missing = (): string[] => needed.filter(path => !stranger.asked.has(path))
    waitMs = healthMs
    for (const end = performance.now() + 40_000; missing().length > 0 && performance.now() < end;) {
      await Promise.all(calls.map(make => make()))
    }
    waitMs = patienceMs
    assert.deepEqual(missing(), [], 'all of these were asked of the stranger')
  })

  for (const name of ['appview', 'relay', 'plc', 'pds', 'jetstream'] as const) {
    test(`${name}: all others stay up, and go on when it is well again`, {timeout: 60_000}, async () => {
      await network.kill(name)
      const peer = await unwellPeer({port: ports[name]})
      try {
        await everything()
        await areWell(name)
        // Those who lost it try again in their own time.
        await until(() => peer.asked.size > 0, 'it is asked')
      } finally {
        await peer.close()
        await network.start(name, numbers[name] ? {METRICS_PORT: String(numbers[name])} : {})
      }
      await areWell()
    })
  }

  test('relays that are told of a server, and servers that a relay follows', {timeout: 30_000}, async () => {
    for (const [i, peer] of fixed.entries()) {
      for (const path of ['/xrpc/com.atproto.sync.requestCrawl', '/xrpc/com.atproto.sync.subscribeRepos']) {
        await until(() => peer.asked.has(path), `one that ${Object.keys(ailments)[i]} is asked for ${path}`)
      }
    }
    await areWell()
  })

  test('after all of it a post comes through', {timeout: 120_000}, async () => {
    await agent.login({identifier: agent.assertDid, password})
    const {uri} = await agent.post({text: 'still here'})
    await until(indexed(uri), 'the AppView knows the post', 100_000).catch(async (error: Error) => {
      error.message += `\n${await whereabouts({uri, ports, network, numbers})}`
      throw error
    })
    await areWell()
  })
})
