/**
 * The network in one process: each service is the one that also runs alone; here they reach each other within the
 * process, by the addresses that the outside reaches them by.
 */
import {readConfig} from '#std/config.ts'
import type {Log} from '#std/log.ts'
import type {World} from '#std/world.ts'
import {version} from '#cli/version.ts'
import {withHealth} from '#runtime/health/health.ts'
import {withHosts} from '#runtime/in-process.ts'
import {Metrics} from '#runtime/health/metrics.ts'
import type {Service} from '#runtime/service.ts'
import {appviewConfig} from '#services/appview/config.ts'
import {openAppView} from '#services/appview/appview.ts'
import {jetstreamConfig} from '#services/jetstream/config.ts'
import {openJetstream} from '#services/jetstream/jetstream.ts'
import {pdsConfig} from '#services/pds/config.ts'
import {openPds} from '#services/pds/pds.ts'
import {plcConfig} from '#services/plc/config.ts'
import {openPlc} from '#services/plc/plc.ts'
import {relayConfig} from '#services/relay/config.ts'
import {openRelay} from '#services/relay/relay.ts'
import {webConfig} from '#services/web/config.ts'
import {openWeb} from '#services/web/web.ts'
import type {VerifiedEvents} from '#stream/verified-events.ts'
import {isDevelopment} from './serve.ts'

export interface Member {
  service: Service
  host: string
  port: number
}

type Env = Readonly<Record<string, string | undefined>>

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
  stream: VerifiedEvents
}

const officialAppView = 'did:web:api.bsky.app'

const at = ({port}: {port: number}): string => `http://localhost:${port}`

/** Where each member is, from its port alone: whoever moves one says so once, and all others find it there. */
export function addresses(env: Env): Record<string, string> {
  const plc = at(readConfig(plcConfig, {env}))
  const pds = at(readConfig(pdsConfig, {env}))
  const relay = at(readConfig(relayConfig, {env}))
  const jetstream = at(readConfig(jetstreamConfig, {env}))
  const appview = at(readConfig(appviewConfig, {env}))
  const appviewDid = `did:web:${encodeURIComponent(new URL(appview).host)}`
  return {
    PDS_PLC_URL: plc,
    PDS_APPVIEW_URL: appview,
    PDS_APPVIEW_DID: appviewDid,
    // What official clients have built in means ours here.
    PDS_SERVICES: ['bsky_appview', 'bsky_notif']
      .map(name => `${officialAppView}#${name} ${appview} ${appviewDid}`)
      .join(),
    PDS_RELAYS: relay,
    RELAY_HOSTS: new URL(pds).host,
    RELAY_LOCAL_HOSTS: 'true',
    RELAY_PLC_URL: plc,
    RELAY_HANDLE_RESOLVER: pds,
    JETSTREAM_UPSTREAM: relay,
    JETSTREAM_PLC_URL: plc,
    APPVIEW_RELAYS: relay,
    APPVIEW_PLC_URL: plc,
    APPVIEW_HANDLE_RESOLVER: pds,
    WEB_PLC_URL: plc,
    WEB_PDS_URL: pds,
    WEB_APPVIEW_URL: appview,
    WEB_RELAY_URL: relay,
    WEB_JETSTREAM_URL: jetstream,
    WEB_METRICS_URL: `http://localhost:${env.METRICS_PORT || metricsPort}`,
  }
}

/**
 * Whether the network that the variables set up lives on this machine alone, so that strangers may name its addresses;
 * see `isDevelopment`. One that the world reaches holds to the same rules as a service that runs alone.
 */
export function isOnThisMachine(given: Env): boolean {
  const env = {...addresses(given), ...given}
  const {host: plc} = readConfig(plcConfig, {env})
  const {host: jetstream} = readConfig(jetstreamConfig, {env})
  const pds = readConfig(pdsConfig, {env})
  const others = [readConfig(relayConfig, {env}), readConfig(appviewConfig, {env}), readConfig(webConfig, {env})]
  return [pds, ...others, {...pds, host: plc}, {...pds, host: jetstream}].every(isDevelopment)
}

interface OutsideOfNetwork {
  world: World
  guarded: World
  log: Log
  /** Where the numbers go. */
  metrics?: Metrics
}

/** Opens all of it. `given` sets up each service by its own variables (`PDS_DATABASE`, …); all of it listens on loopback. */
export async function openNetwork(
  given: Env,
  {world: outer, guarded: outerGuarded, log, metrics = new Metrics()}: OutsideOfNetwork,
): Promise<Network> {
  const hosts = new Map<string, Service>()
  const world = withHosts(outer, hosts)
  const guarded = withHosts(outerGuarded, hosts)
  const logOf = (service: string): Log => log.with({service})

  const env = {...addresses(given), ...given}
  const plcSettings = readConfig(plcConfig, {env})
  const pdsSettings = readConfig(pdsConfig, {env})
  const relaySettings = readConfig(relayConfig, {env})
  const jetstreamSettings = readConfig(jetstreamConfig, {env})
  const appviewSettings = readConfig(appviewConfig, {env})
  const webSettings = readConfig(webConfig, {env})

  const members: Member[] = []
  const join = ({host, port}: {host: string; port: number}, service: Service): void => {
    members.push({service, host, port})
    hosts.set(`localhost:${port}`, withHealth(service, {version}))
  }
  join(plcSettings, await openPlc(plcSettings, world, logOf('plc')))
  join(pdsSettings, await openPds(pdsSettings, world, guarded, logOf('pds'), metrics))
  const relay = await openRelay(relaySettings, world, guarded, logOf('relay'), metrics)
  join(relaySettings, relay)
  // Views read what this relay has verified, unless they are told to follow others.
  const stream = relay.verifiedEvents(at(relaySettings))
  join(jetstreamSettings, await openJetstream(jetstreamSettings, world, guarded, logOf('jetstream'), metrics, [stream]))
  join(appviewSettings, await openAppView(appviewSettings, world, guarded, logOf('appview'), metrics, [stream]))
  join(webSettings, await openWeb(webSettings, world, guarded, logOf('web'), metrics))
  return {members, metrics, world, stream}
}
