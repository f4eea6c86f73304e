/**
 * What relay, Jetstream and AppView together cost in one process: the processor time of all their threads for 1,000
 * commits of one record, from a host's firehose to the log of the one and the tables of the other, all on disk.
 *
 * Then the same for whole networks, each a process of its own, as fast as can be and at 200 a second, where nearly all of
 * it is for being woken, written and synced. `WHOLESKY_OLD` names a checkout of an earlier commit to hold it against.
 */
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {parseArgs} from 'node:util'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {Metrics} from '#runtime/health/metrics.ts'
import {withHosts} from '#runtime/in-process.ts'
import type {Service} from '#runtime/service.ts'
import {appviewConfig} from '#services/appview/config.ts'
import {openAppView} from '#services/appview/appview.ts'
import {jetstreamConfig} from '#services/jetstream/config.ts'
import {openJetstream} from '#services/jetstream/jetstream.ts'
import {relayConfig} from '#services/relay/config.ts'
import {openRelay} from '#services/relay/relay.ts'
import {readConfig} from '#std/config.ts'
import {silentLog} from '#std/log.ts'
import {realWorld} from '#std/world.ts'
import {busyHost} from '../test/busy-host.ts'
import {plcUrl} from '../test/firehose-network.ts'
import {compare, figure, median, ours} from './measure.ts'
import {old, startSides} from './one-stream-servers.ts'

useNativeCrypto()
const warmingCount = 5_000
const hostname = 'pds.example.com'
const relayUrl = 'http://localhost:2470'

const {network, host, firsts: firstsOf, commits} = busyHost(hostname)
const firsts = firstsOf()
const many = commits(150)

const folder = mkdtempSync(join(tmpdir(), 'one-stream-bench-'))
const env = {
  RELAY_DATABASE: `sqlite:${join(folder, 'relay.sqlite')}`,
  RELAY_LOG: `file:${join(folder, 'relay-log')}`,
  RELAY_PLC_URL: plcUrl,
  RELAY_HOSTS: hostname,
  JETSTREAM_LOG: `file:${join(folder, 'jetstream-log')}`,
  JETSTREAM_ARCHIVE: `file:${join(folder, 'jetstream-archive')}`,
  JETSTREAM_UPSTREAM: relayUrl,
  APPVIEW_DATABASE: `sqlite:${join(folder, 'appview.sqlite')}`,
  APPVIEW_RELAYS: relayUrl,
  APPVIEW_PLC_URL: plcUrl,
}
const metrics = new Metrics()
const hosts = new Map<string, Service>()
const world = withHosts({...realWorld, fetch: network.world.fetch, subscribe: network.world.subscribe}, hosts)
const relay = await openRelay(readConfig(relayConfig, {env, args: []}), world, world, silentLog, metrics)
hosts.set(new URL(relayUrl).host, relay)
const own = [relay.verifiedEvents(relayUrl)]
const jetstreamSettings = readConfig(jetstreamConfig, {env, args: []})
const jetstream = await openJetstream(jetstreamSettings, world, world, silentLog, metrics, own)
const appview = await openAppView(readConfig(appviewConfig, {env, args: []}), world, world, silentLog, metrics, own)
const services: Service[] = [relay, jetstream, appview]

/** Whether a view has yet to apply some of what the relay has. */
const isBehind = (): boolean =>
  [...metrics.render().matchAll(/^view_events_behind\{.*\} (\d+)$/gm)].some(([, events]) => events !== '0')

/** Waits until every view has so many events. */
async function taken(count: number): Promise<void> {
  while (own[0].bounds()?.last !== count || isBehind()) await sleep(20)
}

try {
  for (const service of services) await service.start()
  // The other cores' compilers are not what is measured.
  const warming = many.splice(0, warmingCount)
  host.send(...firsts, ...warming)
  await taken(firsts.length + warming.length)
  const before = process.cpuUsage()
  host.send(...many)
  await taken(firsts.length + warming.length + many.length)
  const {user, system} = process.cpuUsage(before)
  const milliseconds = (user + system) / 1000
  figure('relay, Jetstream and AppView, for 1,000 commits', (milliseconds / many.length) * 1000, 'ms', {atMost: 220})
} finally {
  for (const service of services.toReversed()) await service.stop()
  rmSync(folder, {recursive: true})
}

const {values} = parseArgs({options: {rounds: {type: 'string', default: '3'}}, strict: false})
const rounds = Number(values.rounds)
const ways = [
  {title: 'commits for a second of processor time, as fast as can be', count: 4_000, perSecond: 0},
  {title: 'commits for a second of processor time, 200 a second', count: 2_000, perSecond: 200},
]
const sides = await startSides((rounds + 1) * ways.reduce((sum, {count}) => sum + count, 0))
try {
  const found: Record<string, number>[][] = ways.map(() => [])
  // The first round is for the compilers, and is not counted.
  for (let round = 0; round <= rounds; round++)
    for (const [i, {count, perSecond}] of ways.entries()) {
      const costs = await sides.cost(count, perSecond)
      if (round > 0) found[i].push(costs)
    }
  for (const [i, {title, perSecond}] of ways.entries()) {
    const costs = found[i]
    if (process.env.WHOLESKY_OLD) {
      const perCpuSecond = costs.map(each => Object.fromEntries(Object.entries(each).map(([k, ms]) => [k, 1e6 / ms])))
      compare({title, unit: 'commits', claims: {[old]: 1 / 0.7}}, perCpuSecond)
    } else {
      const of = perSecond > 0 ? `at ${perSecond} a second` : 'as fast as can be'
      figure(`a whole network, for 1,000 commits ${of}`, median(costs.map(each => each[ours])), 'ms')
    }
  }
} finally {
  await sides.stop()
}
