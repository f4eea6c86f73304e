/**
 * The network of a crowd on its machines: the directory, the crowd's servers, a relay and the views of it, opened as
 * their mains open them.
 */
import {readConfig} from '#std/config.ts'
import type {Prng} from '#std/prng.ts'
import {Metrics} from '#runtime/health/metrics.ts'
import {openAppView} from '#services/appview/appview.ts'
import {appviewConfig} from '#services/appview/config.ts'
import {jetstreamConfig} from '#services/jetstream/config.ts'
import {openJetstream} from '#services/jetstream/jetstream.ts'
import {plcConfig} from '#services/plc/config.ts'
import {openPlc} from '#services/plc/plc.ts'
import {relayConfig} from '#services/relay/config.ts'
import {openRelay} from '#services/relay/relay.ts'
import {tapConfig} from '#services/tap/config.ts'
import {openTap} from '#services/tap/tap.ts'
import {Machine, type Ground, type Open} from '../ground/machine.ts'
import {openTogether} from '../ground/together.ts'
import type {Crowd} from './crowd.ts'
import {hostService, type HostLog} from './host.ts'

export const addresses = {
  plc: 'http://localhost:2582',
  relay: 'http://localhost:2470',
  jetstream: 'http://localhost:6008',
  tap: 'http://localhost:2480',
  appview: 'http://localhost:2584',
} as const
type Name = keyof typeof addresses

const firstHostPort = 2_601
export const hostUrl = (number: number): string => `http://localhost:${firstHostPort + number}`
export const hostName = (number: number): string => `host${number + 1}`
/** All of them know every handle; two are enough to ask. */
const resolverOf = (hosts: number): string => Array.from({length: Math.min(2, hosts)}, (_, i) => hostUrl(i)).join()

const {plc, relay} = addresses
const pagesSize = '32MB'

const openersFor = (hosts: number, resolver = resolverOf(hosts)): Readonly<Record<Name, Open>> => ({
  plc: (world, log) => openPlc(readConfig(plcConfig, {env: {PLC_DATABASE: 'sqlite:/data/plc.sqlite'}}), world, log),
  relay: (world, log) => {
    const env = {
      RELAY_HOSTS: Array.from({length: hosts}, (_, i) => new URL(hostUrl(i)).host).join(),
      RELAY_LOCAL_HOSTS: 'true',
      RELAY_PLC_URL: plc,
      RELAY_HANDLE_RESOLVER: resolver,
      RELAY_DATABASE: 'sqlite:/data/relay.sqlite',
      RELAY_LOG: 'file:/data/relay-log',
    }
    return openRelay(readConfig(relayConfig, {env}), world, world, log, new Metrics())
  },
  jetstream: (world, log, {own}) => {
    const env = {JETSTREAM_UPSTREAM: relay, JETSTREAM_PLC_URL: plc, JETSTREAM_LOG: 'file:/data/jetstream-log'}
    return openJetstream(readConfig(jetstreamConfig, {env}), world, world, log, new Metrics(), own)
  },
  tap: (world, log, {own}) => {
    const env = {
      TAP_RELAY_URL: relay,
      TAP_PLC_URL: plc,
      TAP_HANDLE_RESOLVER: resolver,
      TAP_LOCAL_HOSTS: 'true',
      TAP_FULL_NETWORK: 'true',
      TAP_DATABASE_URL: 'sqlite:/data/tap.sqlite',
    }
    const outside = {world, guarded: world, log, metrics: new Metrics(), streams: own, offers: async () => new Map()}
    return openTap(readConfig(tapConfig, {env}), outside)
  },
  appview: (world, log, {own}) => {
    const env = {
      APPVIEW_RELAYS: relay,
      APPVIEW_PLC_URL: plc,
      APPVIEW_HANDLE_RESOLVER: resolver,
      APPVIEW_DATABASE: 'sqlite:/data/appview.sqlite',
      APPVIEW_CACHE_SIZE: pagesSize,
    }
    return openAppView(readConfig(appviewConfig, {env}), world, world, log, new Metrics(), own)
  },
})

/** Which services share a machine, by its name; the servers of the crowd have one each. */
export type CrowdLayout = Readonly<Record<string, readonly string[]>>

/** `isTogether`: the relay and its views in one process, where they are handed what the relay has verified. */
export function crowdLayout(hosts: number, isTogether: boolean): CrowdLayout {
  const views = ['relay', 'jetstream', 'tap', 'appview']
  const servers = Array.from({length: hosts}, (_, i) => hostName(i))
  return Object.fromEntries([
    ['plc', ['plc']],
    ...servers.map(name => [name, [name]] as const),
    ...(isTogether ? [['hub', views] as const] : views.map(name => [name, [name]] as const)),
  ])
}

/** All machines, none of them started, and by which hosts they are reached. */
export function crowdMachines(
  layout: CrowdLayout,
  {ground, prng, crowd, logs}: {ground: Ground; prng: Prng; crowd: Crowd; logs: readonly HostLog[]},
): {machines: Readonly<Record<string, Machine>>; hosts: Map<string, Machine>} {
  const openers: Record<string, Open> = {...openersFor(logs.length)}
  const urls = new Map<string, string>(Object.entries(addresses))
  for (const [i, log] of logs.entries()) {
    urls.set(hostName(i), hostUrl(i))
    const at = new URL(hostUrl(i)).host
    openers[hostName(i)] = async () => hostService({log, crowd, at})
  }
  const machines: Record<string, Machine> = {}
  const hosts = new Map<string, Machine>()
  for (const [name, services] of Object.entries(layout)) {
    const opens = services.map(service => [urls.get(service) as string, openers[service]] as const)
    const machine = new Machine(name, ground, prng.of(name), openTogether(name, opens))
    machines[name] = machine
    for (const [url] of opens) hosts.set(new URL(url).host, machine)
  }
  return {machines, hosts}
}
