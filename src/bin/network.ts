/**
 * The network in one process: each service is the one that also runs alone; here they reach each other within the
 * process, by the addresses that the outside reaches them by.
 */
import {ConfigError, environmentFrom, readConfig} from '#std/config.ts'
import type {Log} from '#std/log.ts'
import type {World} from '#std/world.ts'
import {version} from '#cli/version.ts'
import {withHealth} from '#runtime/health/health.ts'
import {withHosts} from '#runtime/in-process.ts'
import {Metrics} from '#runtime/health/metrics.ts'
import type {Service} from '#runtime/service.ts'
import {WhenAsked} from '#runtime/when-asked.ts'
import type {Neighbours, Opened, ServiceRow} from '#services/service-row.ts'
import type {VerifiedEvents} from '#stream/verified-events.ts'
import {portOf, rows, type Env} from './rows.ts'
import type {ServiceName} from './services.ts'
import type {ThreadData} from './thread/messages.ts'
import {addressOf} from './address.ts'
import {isHere, saysItIsHere} from './serve.ts'

export interface Member {
  service: Service
  /** Whether it runs on a thread of its own, and listens there. */
  isOnThread: boolean
  host: string
  port: number
}

/** Where `npm start` shows the numbers of all of it, unless METRICS_PORT says otherwise. */
export const metricsPort = 2581

export interface Network {
  /** In the order in which they are to start. */
  members: Member[]
  /** The numbers of all of them. */
  metrics: Metrics
  /** Reaches the members without a socket. */
  world: World
  /** What the relay has verified, for one more view. */
  streams: readonly VerifiedEvents[]
}

/** What each is told of the others: its own name is for what is said when it asks for one that is not there. */
function neighboursOf(env: Env, all: readonly ServiceRow[]): (asking: string) => Neighbours {
  const ports = new Map<string, string | number>(all.map(row => [row.name, portOf(row, env)]))
  const names = [...ports.keys()]
  ports.set('metrics', env.METRICS_PORT || metricsPort)
  return asking => ({
    names,
    urlOf(name) {
      const port = ports.get(name)
      if (port !== undefined) return `http://localhost:${port}`
      throw new ConfigError(asking, [`${asking} needs "${name}"; there are ${[...ports.keys()].join(', ')}.`])
    },
  })
}

/** Where each member is, from its port alone: whoever moves one says so once, and all others find it there. */
export function addresses(env: Env, all = rows): Record<string, string> {
  const neighbours = neighboursOf(env, all)
  return Object.assign({}, ...all.map(({name, config, needs}) => environmentFrom(config, needs(neighbours(name)))))
}

/**
 * Whether the network that the variables set up lives on this machine alone, so that strangers may name its addresses;
 * see `isDevelopment`. One that the world reaches holds to the same rules as a service that runs alone. A service that
 * has nothing to say so by, such as a Jetstream, is to be on this machine like the others.
 */
export function isOnThisMachine(given: Env, all = rows): boolean {
  const env = {...addresses(given, all), ...given}
  return all.every(({config: schema}) => {
    const config = readConfig(schema, {env})
    const isSilent = !('publicUrl' in schema.settings || 'hosts' in schema.settings)
    return isHere(config) && (isSilent || saysItIsHere(config))
  })
}

/** The services that may run on threads of their own. */
export const canHaveThread: readonly string[] = rows.filter(({thread}) => thread).map(({name}) => name)

/** What runs on threads of its own. */
export interface Threads {
  /** Of `canHaveThread`; as one would set `WHOLESKY_THREADS`. */
  names: readonly string[]
  /** `logs` are those that it reads. */
  open(row: ServiceRow, env: Env, logs: ThreadData['logs']): Service
}

export interface OutsideOfNetwork {
  world: World
  guarded: World
  log: Log
  /** Where the numbers go. */
  metrics?: Metrics
  /** Without it everything runs in this thread. */
  threads?: Threads
  /** The services; all that are listed unless there are more. */
  all?: readonly ServiceRow[]
}

/** Opens all of it. `given` sets up each service by its own variables (`PDS_DATABASE`, …); all of it listens on loopback. */
export async function openNetwork(
  given: Env,
  {world: outer, guarded: outerGuarded, log, metrics = new Metrics(), threads, all = rows}: OutsideOfNetwork,
): Promise<Network> {
  const faults = (threads?.names ?? [])
    .filter(name => !canHaveThread.includes(name))
    .map(name => `WHOLESKY_THREADS has the item "${name}". Expected of: ${canHaveThread.join(', ')}.`)
  if (faults.length > 0) throw new ConfigError('the network', faults)
  const hosts = new Map<string, Service>()
  const world = withHosts(outer, hosts)
  const guarded = withHosts(outerGuarded, hosts)
  const env = {...addresses(given, all), ...given}
  // All of them are read before one is opened.
  const settings = all.map(row => ({row, config: readConfig(row.config, {env})}))
  const members: Member[] = []
  // Views read what the relay has verified, unless they are told to follow others.
  const streams: VerifiedEvents[] = []
  const logs: ThreadData['logs'][number][] = []
  const offers = async () => new Map(all.map(row => [row.name, row.offers]))
  for (const {row, config} of settings) {
    const {name, readsEvents} = row
    const {host, port} = addressOf(config)
    if (threads?.names.includes(name)) {
      // It is reached by its port, and the relay's log is there before it is opened.
      members.push({service: threads.open(row, env, readsEvents ? logs : []), isOnThread: true, host, port})
      continue
    }
    const handed = {world, guarded, log: log.with({service: name}), metrics, offers}
    // Whoever is opened later reads what is there by then.
    const open = () => row.open(config, {...handed, streams: readsEvents ? streams : []})
    const {whenAsked} = row
    const service: Opened = whenAsked?.isIdle(config) ? new WhenAsked({name, ...whenAsked}, open) : await open()
    if (service.name !== name) {
      throw new ConfigError(name, [`What ${name} opens is named "${service.name}": it has the name of its row.`])
    }
    members.push({service, isOnThread: false, host, port})
    hosts.set(`localhost:${port}`, withHealth(service, {version}))
    const url = `http://localhost:${port}`
    if (service.verifiedEvents) streams.push(service.verifiedEvents(url))
    const shared = threads && threads.names.length > 0 ? service.shareLog?.() : undefined
    if (shared) logs.push({...shared, of: name as ServiceName, url})
  }
  return {members, metrics, world, streams}
}
