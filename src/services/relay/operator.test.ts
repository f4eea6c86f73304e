/** What an operator sees of a relay, when it saves and what it leaves open, and how other programs know it. */
import {deepEqual, equal, ok, rejects} from 'node:assert/strict'
import {join} from 'node:path'
import {test} from 'node:test'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import {encodeMessageFrame} from '#atp/sync/frame.ts'
import {nodeDisk} from '#engines/node-disk.ts'
import {YoungHeap} from '#engines/young-heap.ts'
import {VerifyPool} from '#engines/sync/verify-pool.ts'
import {Metrics} from '#runtime/health/metrics.ts'
import {readConfig} from '#std/config.ts'
import type {Disk, DiskFile} from '#std/disk.ts'
import {createLog} from '#std/log.ts'
import type {World} from '#std/world.ts'
import {TestRepo, testKey} from '../../../test/commits.ts'
import {FirehoseNetwork, plcUrl} from '../../../test/firehose-network.ts'
import {filesOpenIn, needHandles} from '../../../test/open-files.ts'
import {ask, crawl, frames, running} from '../../../test/relays.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {until} from '../../../test/until.ts'
import {relayConfig} from './config.ts'
import {service} from './service.ts'

const limit = {timeout: 20_000}
const nowMs = Date.parse('2026-01-02T03:04:05Z')
const did = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'
const hostname = 'pds.example.com'

/** A network with one account that says `count` times that it is there, or is not. */
function begun(count: number): FirehoseNetwork {
  const network = new FirehoseNetwork(nowMs)
  network.account(did, new TestRepo(did, testKey(1), nowMs).key.publicKey, hostname)
  const account = (seq: number): Uint8Array =>
    encodeMessageFrame('#account', {did, seq, time: datetimeOf(nowMs), active: seq % 2 === 0})
  network.host(hostname).send(...Array.from({length: count}, (_, i) => account(i + 1)))
  return network
}

/** The lines of these metrics. */
const linesOf = (metrics: Metrics, ...names: string[]): string[] =>
  metrics
    .render()
    .split('\n')
    .filter(line => names.some(name => line.startsWith(`${name} `) || line.startsWith(`${name}{`)))

test('hosts, events, the log and its groups are counted', limit, async context => {
  const network = begun(12)
  network.host('other.example.com')
  const {relay, metrics} = await running(context, network, {
    RELAY_HOSTS: 'other.example.com',
    RELAY_HOST_EVENTS_PER_SECOND: '1',
  })
  await relay.fetch(crawl(hostname))
  await frames(relay, 0, 12)
  network.host(hostname).send(network.host(hostname).frames[0])
  const hosts = ['relay_hosts', 'relay_hosts_connected', 'relay_hosts_waiting']
  await until(() => linesOf(metrics, 'relay_hosts_waiting').join().endsWith(' 1'), 'the host waits')
  network.host('other.example.com').up = false
  network.host('other.example.com').break()
  await until(() => linesOf(metrics, 'relay_hosts_connected').join().endsWith(' 1'), 'the other host is lost')
  deepEqual(linesOf(metrics, ...hosts), ['relay_hosts 2', 'relay_hosts_connected 1', 'relay_hosts_waiting 1'])
  deepEqual(linesOf(metrics, 'log_last_seq', 'relay_budget_waits_total', 'relay_events_total'), [
    'relay_events_total{type="#account"} 12',
    'relay_budget_waits_total{budget="events"} 1',
    'log_last_seq{service="relay"} 12',
  ])
  ok(linesOf(metrics, 'frames_decoded').length > 1)
  await until(() => linesOf(metrics, 'sql_group_acts_count').length === 1, 'what was changed is saved')
  deepEqual(linesOf(metrics, 'follower_lag_seconds'), ['follower_lag_seconds{service="relay"} 0'])
})

test('states are saved every quarter of a second', limit, async context => {
  const network = begun(1)
  const sleeps: number[] = []
  const {sleep} = network.world
  network.world.sleep = (ms, signal) => {
    sleeps.push(ms)
    return sleep(ms, signal)
  }
  const {relay} = await running(context, network)
  await frames(relay, 0, 1)
  await until(() => sleeps.filter(ms => ms === 250).length > 1, 'it is saved again and again')
})

test('a relay says what it is, so that no other follows it', limit, async context => {
  const {relay} = await running(context, begun(0))
  const root = await relay.fetch(new Request('http://relay/'))
  deepEqual([root.status, root.headers.get('content-type')], [200, 'text/plain'])
  ok((await root.text()).includes('com.atproto.sync.subscribeRepos'))
  const answer = await ask(relay, 'listHosts')
  deepEqual([relay.name, answer.headers.get('server')], ['relay', 'wholesky atproto-relay'])
  equal((await relay.fetch(new Request('http://relay/elsewhere'))).status, 404)
})

test('a relay that has stopped holds no file, and ends once, by itself or not', needHandles, async context => {
  const folder = temporaryFolder('relay-stop')
  const settings = {RELAY_DATABASE: `sqlite:${join(folder, 'a.sqlite')}`, RELAY_LOG: `file:${join(folder, 'log')}`}
  const {relay} = await running(context, begun(1), settings)
  await frames(relay, 0, 1)
  ok(filesOpenIn(folder).length > 3)
  deepEqual(relay.shareLog()?.folder, join(folder, 'log'))
  const closed = context.mock.method(VerifyPool.prototype, 'close')
  const stopped = relay.stop()
  equal(relay.stop(), stopped)
  await stopped
  equal(closed.mock.callCount(), 1, 'and no thread')
  await relay.ended
  deepEqual(filesOpenIn(folder), [])
  const {relay: forgetful} = await running(context, begun(0))
  equal(forgetful.shareLog(), undefined)
})

/** What is written to it is never durable. */
const broken = (file: DiskFile): DiskFile =>
  Object.assign(Object.create(file) as DiskFile, {
    size: () => file.size(),
    write: (bytes: Uint8Array, position: number) => file.write(bytes, position),
    syncNow: () => file.syncNow(),
    sync: () => Promise.reject(new Error('the disk is gone')),
    close: () => file.close(),
  })

test('a relay whose log can no longer be written ends by itself', limit, async () => {
  const network = begun(1)
  const disk: Disk = {...nodeDisk, open: (path, mode) => broken(nodeDisk.open(path, mode))}
  const env = {
    RELAY_DATABASE: 'memory:',
    RELAY_LOG: `file:${temporaryFolder('relay-broken')}`,
    RELAY_PLC_URL: plcUrl,
    RELAY_HOSTS: hostname,
  }
  // Nothing is saved, by which it would be found out as well.
  const sleep: World['sleep'] = (ms, signal) => network.world.sleep(ms === 250 ? 1e9 : ms, signal)
  const world = {...network.world, disk, sleep}
  const loops: unknown[] = []
  const log = createLog({level: 'error', now: () => 0, sink: ({fields: {loop}}) => loop && loops.push(loop)})
  const outside = {world, guarded: world, log, metrics: new Metrics(), streams: [], offers: async () => new Map()}
  const relay = await service.open(readConfig(relayConfig, {env, args: []}), outside)
  await relay.start()
  await rejects(relay.ended, /event log .* can be written/)
  deepEqual(loops, ['log'])
  await rejects(relay.stop(), /the disk is gone/, 'what was not saved is not lost in silence')
})

test('while a relay runs the young heap of V8 grows no more, and is let go of with it', limit, async context => {
  const letGo: string[] = []
  // By hand: a mock of a method that a symbol names is not taken away again.
  const dispose = YoungHeap.prototype[Symbol.dispose]
  YoungHeap.prototype[Symbol.dispose] = function (this: YoungHeap) {
    letGo.push('YoungHeap')
    dispose.call(this)
  }
  context.after(() => void (YoungHeap.prototype[Symbol.dispose] = dispose))
  const {relay} = await running(context, begun(0))
  deepEqual(letGo, [])
  await relay.stop()
  deepEqual(letGo, ['YoungHeap'])
})

test('in a network a relay follows its PDS, asks its directory, and takes handles from its PDS', () => {
  deepEqual(service.needs({names: [], urlOf: name => `http://${name}.localhost:1`}), {
    hosts: 'pds.localhost:1',
    localHosts: 'true',
    plcUrl: 'http://plc.localhost:1',
    handleResolver: 'http://pds.localhost:1',
  })
  deepEqual([service.offers.title, service.offers.isStream], ['Relay', true])
  equal(service.offers.path, '/xrpc/com.atproto.sync.subscribeRepos')
})

test('hosts are counted by whether they are banned, and how strictly they are held', async context => {
  const network = new FirehoseNetwork(nowMs)
  const [host] = ['a.example.com', 'b.example.com'].map(name => network.host(name))
  const {relay, metrics} = await running(context, network, {
    RELAY_ADMIN_PASSWORD: 'word',
    RELAY_DEFLATE: 'true',
    RELAY_RATCHET: 'false',
  })
  const gauges = [
    'relay_hosts',
    'relay_hosts_banned',
    'relay_events_received',
    'relay_takedowns',
    'relay_hosts_by_stage',
  ]
  const stages = ['observe', 'warn', 'enforce'].map(stage => [stage, stage === 'enforce' ? 2 : 0] as const)
  const counts = () => linesOf(metrics, ...gauges).toSorted()
  const expected = (hosts: number, events: number) =>
    [
      `relay_hosts ${hosts}`,
      `relay_hosts_banned ${2 - hosts}`,
      `relay_events_received ${events}`,
      'relay_takedowns 0',
      ...stages.map(([stage, count]) => `relay_hosts_by_stage{stage="${stage}"} ${count}`),
    ].toSorted()
  deepEqual([counts(), relay.deflates, relay.name], [expected(2, 0), true, 'relay'])
  const headers = {authorization: `Basic ${btoa('admin:word')}`}
  await relay.fetch(new Request('http://relay/admin/pds/block?host=b.example.com', {method: 'POST', headers}))
  await until(async () => host.cursors.length > 0, 'it is connected')
  host.send('text', 'text')
  await until(async () => counts().includes('relay_events_received 2'), 'they came')
  deepEqual(counts(), expected(1, 2))
})
