/**
 * The services of a simulation on their machines, opened as their mains open them: each alone, or the relay and its views in
 * one process. All that this knows of them is how they are set up: around complete PDSes here, and around the servers of
 * a crowd in `crowd/house.ts`.
 */
import {readConfig} from '#std/config.ts'
import type {Prng} from '#std/prng.ts'
import {Metrics} from '#runtime/health/metrics.ts'
import {openAppView} from '#services/appview/appview.ts'
import {appviewConfig} from '#services/appview/config.ts'
import {jetstreamConfig} from '#services/jetstream/config.ts'
import {openJetstream} from '#services/jetstream/jetstream.ts'
import {pdsConfig} from '#services/pds/config.ts'
import {openPds} from '#services/pds/pds.ts'
import {plcConfig} from '#services/plc/config.ts'
import {openPlc} from '#services/plc/plc.ts'
import {relayConfig} from '#services/relay/config.ts'
import {openRelay} from '#services/relay/relay.ts'
import {tapConfig} from '#services/tap/config.ts'
import {openTap} from '#services/tap/tap.ts'
import {Machine, type Ground, type Open} from './ground/machine.ts'
import {openTogether} from './ground/together.ts'

export const addresses = {
  plc: 'http://localhost:2582',
  pds1: 'http://localhost:2583',
  pds2: 'http://localhost:2593',
  relay: 'http://localhost:2470',
  jetstream: 'http://localhost:6008',
  tap: 'http://localhost:2480',
  appview: 'http://localhost:2584',
} as const

export type ServiceName = keyof typeof addresses
const serviceNames = Object.keys(addresses) as ServiceName[]
export const pdsNames = ['pds1', 'pds2'] as const
export type PdsName = (typeof pdsNames)[number]

/** Handles are given out under the name of their server. */
export const handleDomainOf = (pds: PdsName): string => `.${pds}.test`

export const adminPassword = 'of the simulation'

const {plc, pds1, pds2, relay} = addresses

/** How each is opened. A test may put something in the place of one, to see that it is found out. */
export type Openers = Readonly<Record<ServiceName, Open>>

/** What differs from one network to the next. */
export interface Around {
  /** The servers that the relay follows, by their URLs. */
  readonly servers: readonly string[]
  /** Those of them that are asked for handles: they know all. */
  readonly resolvers: readonly string[]
  /** Settings of its own, by their names. */
  readonly settings?: Readonly<Record<string, string>>
}

/** The directory, the relay and the views of it, around some servers. */
export function openersAround({servers, resolvers, settings}: Around): Omit<Openers, PdsName> {
  const env = {
    PLC_DATABASE: 'sqlite:/data/plc.sqlite',
    RELAY_HOSTS: servers.map(url => new URL(url).host).join(),
    RELAY_LOCAL_HOSTS: 'true',
    RELAY_PLC_URL: plc,
    RELAY_HANDLE_RESOLVER: resolvers.join(),
    RELAY_DATABASE: 'sqlite:/data/relay.sqlite',
    RELAY_LOG: 'file:/data/relay-log',
    JETSTREAM_UPSTREAM: relay,
    JETSTREAM_PLC_URL: plc,
    JETSTREAM_LOG: 'file:/data/jetstream-log',
    TAP_RELAY_URL: relay,
    TAP_PLC_URL: plc,
    TAP_HANDLE_RESOLVER: resolvers.join(),
    TAP_LOCAL_HOSTS: 'true',
    TAP_FULL_NETWORK: 'true',
    TAP_DATABASE_URL: 'sqlite:/data/tap.sqlite',
    APPVIEW_RELAYS: relay,
    APPVIEW_PLC_URL: plc,
    APPVIEW_HANDLE_RESOLVER: resolvers.join(),
    APPVIEW_DATABASE: 'sqlite:/data/appview.sqlite',
    ...settings,
  }
  return {
    plc: (world, log) => openPlc(readConfig(plcConfig, {env}), world, log),
    relay: (world, log) => openRelay(readConfig(relayConfig, {env}), world, world, log, new Metrics()),
    jetstream: (world, log, {own}) =>
      openJetstream(readConfig(jetstreamConfig, {env}), world, world, log, new Metrics(), own),
    tap: (world, log, {own}) => {
      const outside = {world, guarded: world, log, metrics: new Metrics(), streams: own, offers: async () => new Map()}
      return openTap(readConfig(tapConfig, {env}), outside)
    },
    appview: (world, log, {own}) =>
      openAppView(readConfig(appviewConfig, {env}), world, world, log, new Metrics(), own),
  }
}

const openPdsOf =
  (name: PdsName): Open =>
  (world, log, {acceptLossTo, folder}) => {
    const env = {
      PDS_PORT: new URL(addresses[name]).port,
      PDS_PLC_URL: plc,
      PDS_DATABASE: 'sqlite:/data/pds.sqlite',
      PDS_BLOBS: 'memory:',
      PDS_SECRETS: `${folder}/${name}-secrets.json`,
      PDS_MAIL_FOLDER: `${folder}/${name}-mail`,
      PDS_HANDLE_DOMAINS: handleDomainOf(name),
      PDS_RELAYS: relay,
      PDS_ADMIN_PASSWORD: adminPassword,
      PDS_RATE_LIMITS: 'false',
      PDS_ACCEPT_LOSS_TO: acceptLossTo === undefined ? undefined : String(acceptLossTo),
    }
    return openPds(readConfig(pdsConfig, {env}), world, world, log, new Metrics())
  }

/** Of a network of complete PDSes. */
export const openers: Openers = {
  ...openersAround({
    servers: [pds1, pds2],
    resolvers: [pds1, pds2],
    settings: {
      JETSTREAM_ARCHIVE: 'file:/data/jetstream-archive',
      // Nobody takes anything before the end, and then all of it.
      TAP_DISABLE_ACKS: 'true',
      APPVIEW_CACHE_SIZE: '8MB',
    },
  }),
  pds1: openPdsOf('pds1'),
  pds2: openPdsOf('pds2'),
}

/** Which services share a machine, a process and a disk, by the name of the machine. */
export type Layout<Name extends string = string> = Readonly<Record<string, readonly Name[]>>

/**
 * Each alone, reached by the network only; or the relay and the views of it in one process, where the views are handed
 * what the relay has verified.
 */
export function layoutOf(isTogether: boolean, hasTap: boolean): Layout<ServiceName> {
  const names = serviceNames.filter(name => hasTap || name !== 'tap')
  if (!isTogether) return Object.fromEntries(names.map(name => [name, [name]]))
  return {plc: ['plc'], pds1: ['pds1'], pds2: ['pds2'], hub: names.filter(name => name !== 'plc' && !isPds(name))}
}

/** The databases of a machine of which an older state may be put back, as its disk names the files. */
export const databasesOf = (services: readonly string[]): string[] =>
  services
    .filter(name => name !== 'jetstream' && name !== 'tap')
    .map(name => `-data-${name.replace(/\d+$/, '')}.sqlite`)

/** A service that is on a machine: its URL, how it is opened, and other names by which its host is reached. */
export interface Resident {
  readonly url: string
  readonly open: Open
  readonly names?: readonly string[]
}

/** Who there is in a network of complete PDSes. */
export const residents = (given: Openers): Readonly<Record<ServiceName, Resident>> =>
  Object.fromEntries(
    serviceNames.map(name => {
      const names = isPds(name) ? [`*${handleDomainOf(name)}`] : undefined
      return [name, {url: addresses[name], open: given[name], names}]
    }),
  ) as Record<ServiceName, Resident>

/** All machines, none of them started, and by which hosts they are reached. */
export function makeMachines<Name extends string>(
  layout: Layout<Name>,
  ground: Ground,
  prng: Prng,
  all: Readonly<Record<Name, Resident>>,
): {machines: Readonly<Record<string, Machine>>; hosts: Map<string, Machine>} {
  const machines: Record<string, Machine> = {}
  const hosts = new Map<string, Machine>()
  for (const [name, services] of Object.entries(layout)) {
    const here = services.map(service => all[service])
    const opens = here.map(({url, open}) => [url, open] as const)
    const machine = new Machine(name, ground, prng.of(name), openTogether(name, opens))
    machines[name] = machine
    for (const {url, names = []} of here) for (const host of [new URL(url).host, ...names]) hosts.set(host, machine)
  }
  return {machines, hosts}
}

export const isPds = (name: string): name is PdsName => pdsNames.some(pds => pds === name)
