/**
 * What relay, Jetstream and AppView together cost in one process: the processor time of all their threads for 1,000
 * commits of one record, from a host's firehose to the log of the one and the tables of the other, all on disk.
 */
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
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
import {figure} from './measure.ts'

useNativeCrypto()
const warmingCount = 1_000
const hostname = 'pds.example.com'
const relayUrl = 'http://localhost:2470'

const {network, host, firsts: firstsOf, commits} = busyHost(hostname)
const firsts = firstsOf()
const many = commits(110)

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
