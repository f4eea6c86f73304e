/** How a relay is set up. */
import {
  ConfigError,
  configSchema,
  duration,
  flag,
  integer,
  list,
  port,
  size,
  text,
  url,
  urls,
  type ConfigOf,
} from '#std/config.ts'
import {originOf, parseHostname} from './hosts/hostname.ts'

export const relayConfig = configSchema(
  {name: 'relay', envPrefix: 'RELAY', about: 'A relay: one verified firehose from many servers.'},
  {
    host: text({default: '127.0.0.1', help: 'The address to listen on.'}),
    port: port({default: 2470, help: 'The port to listen on.'}),
    adminPassword: list({
      default: [],
      secret: true,
      help: 'The password of the admin API and page at /admin (HTTP Basic as admin), or several, each of which is good. Both are off where there is none.',
    }),
    hosts: list({default: [], help: 'Servers to follow from the start, such as pds.example.com or localhost:2583.'}),
    fanOutOf: text({
      optional: true,
      help: 'Give out the firehose of this relay again, as it comes and under its numbers, and follow nobody else: wss://relay.example.com.',
    }),
    deflate: flag({
      default: false,
      help: 'Whether consumers that ask for it get their frames compressed (permessage-deflate), each once for all of them.',
    }),
    siblingRelays: list({
      default: [],
      help: 'Other relays of the same operator, which are told of takedowns, bans and hosts: relay2.example.com, or a URL.',
    }),
    bannedDomains: list({default: [], help: 'Domains whose servers, subdomains included, are never followed.'}),
    requestCrawl: flag({default: true, help: 'Whether servers may ask to be followed.'}),
    localHosts: flag({default: false, help: 'Whether localhost:<port> may ask too.'}),
    newHostsPerDayMax: integer({default: 50, help: 'How many servers a day are followed because they asked.'}),
    trustedDomains: list({
      default: [],
      help: 'Domains whose servers, subdomains included, get the rate limits of trusted hosts, as those of RELAY_HOSTS do.',
    }),
    hostEventsPerSecond: integer({
      default: 50,
      min: 1,
      help: 'Events per second from one host, plus 1 for each 1,000 accounts.',
    }),
    hostEventsPerHour: integer({
      default: 2_500,
      min: 1,
      help: 'Events per hour from one host, plus 1 for each account.',
    }),
    hostEventsPerDay: integer({
      default: 20_000,
      min: 1,
      help: 'Events per day from one host, plus 10 for each account.',
    }),
    hostBytesPerSecond: size({default: '1MB', help: 'Bytes per second from one host.'}),
    hostAccountsPerHour: integer({default: 100, min: 1, help: 'New accounts per hour from one host.'}),
    hostAccountsPerDay: integer({default: 1_000, min: 1, help: 'New accounts per day from one host.'}),
    hostAccountsMax: integer({
      default: 100,
      min: 1,
      help: 'Active accounts of one host that are passed on at first; doubled each day once it keeps Sync 1.1. Trusted hosts have no such limit.',
    }),
    hostLookupsPerSecond: integer({default: 10, min: 1, help: 'Identity lookups per second for one host.'}),
    trustedFactor: integer({
      default: 100,
      min: 1,
      help: 'How many times higher the limits per second are for trusted hosts; those per hour and day do not apply to them.',
    }),
    plcUrl: url({default: 'http://localhost:2582', help: 'The PLC directory that keeps the identities.'}),
    plcFeed: flag({
      default: false,
      help: 'Whether to follow what changes in the PLC directory, by its /export and its stream, and ask for a known identity once a day then.',
    }),
    handleResolver: urls({
      optional: true,
      help: 'PDSes to ask for handles instead of DNS, for a network on one machine.',
    }),
    identitiesMax: integer({default: 200_000, min: 1, help: 'Identities kept in memory.'}),
    reposMax: integer({default: 200_000, min: 1, help: 'Repositories whose last commit is kept in memory.'}),
    lenient: flag({
      default: false,
      help: 'Whether to pass on commits from before Sync 1.1, which have no prevData, of every host for ever.',
    }),
    ratchet: flag({
      default: true,
      help: 'Whether to pass on such commits of a host until it has shown that it keeps Sync 1.1; without, no host may send them.',
    }),
    database: text({
      default: 'sqlite:data/relay/relay.sqlite',
      help: 'Where the state of hosts and repositories is stored: `sqlite:<file>`, or `memory:` for a try.',
    }),
    log: text({
      default: 'file:data/relay/log',
      help: 'Where verified events are stored: `file:<folder>`, or `memory:` for a try.',
    }),
    replayWindow: duration({default: '72h', help: 'How long events are kept, for consumers to resume from a cursor.'}),
    logSizeMax: size({default: '500GB', help: 'Above this size the oldest events are deleted.'}),
  },
)

export type RelayConfig = ConfigOf<typeof relayConfig>

/** The URLs of the other relays. Throws `ConfigError` with each text that is none. */
export function siblingsOf({siblingRelays}: Pick<RelayConfig, 'siblingRelays'>): readonly string[] {
  const urls = siblingRelays.map(text => {
    const hostname = parseHostname(text)
    const url = text.includes('://') ? URL.parse(text) : URL.parse(hostname === undefined ? '' : originOf(hostname))
    return url && /^https?:$/.test(url.protocol) ? url.origin : undefined
  })
  const faults = siblingRelays.filter((_, i) => urls[i] === undefined)
  if (faults.length > 0) {
    const form = 'Expected a hostname such as relay2.example.com, or a URL.'
    throw new ConfigError(
      'relay',
      faults.map(text => `RELAY_SIBLING_RELAYS has "${text}". ${form}`),
    )
  }
  return urls.flatMap(url => url ?? [])
}

/** The servers of `RELAY_HOSTS` by their hostnames. Throws `ConfigError` with each text that is none. */
export function hostnamesOf({hosts}: Pick<RelayConfig, 'hosts'>): readonly string[] {
  const form = 'Expected a hostname such as pds.example.com, or localhost:<port>.'
  const faults = hosts.filter(text => parseHostname(text) === undefined)
  if (faults.length > 0) {
    throw new ConfigError(
      'relay',
      faults.map(text => `RELAY_HOSTS has "${text}". ${form}`),
    )
  }
  return hosts.flatMap(text => parseHostname(text) ?? [])
}

/** The relay of which the firehose is to be given out again, as an HTTP URL. Throws `ConfigError` for a text that is none. */
export function fanOutOf({fanOutOf}: Pick<RelayConfig, 'fanOutOf'>): string | undefined {
  if (fanOutOf === undefined) return undefined
  const url = URL.parse(fanOutOf)
  if (url && /^(http|ws)s?:$/.test(url.protocol)) return `${url.protocol.replace('ws', 'http')}//${url.host}`
  throw new ConfigError('relay', [`RELAY_FAN_OUT_OF is "${fanOutOf}". Expected a URL such as wss://relay.example.com.`])
}
