/** How a relay is set up. */
import {configSchema, duration, flag, integer, list, port, size, text, url, urls, type ConfigOf} from '#std/config.ts'

export const relayConfig = configSchema(
  {name: 'relay', envPrefix: 'RELAY', about: 'A relay: one verified firehose out of those of many servers.'},
  {
    host: text({default: '127.0.0.1', help: 'The address to listen on.'}),
    port: port({default: 2470, help: 'The port to listen on.'}),
    hosts: list({default: [], help: 'Servers to follow from the start, such as pds.example.com or localhost:2583.'}),
    bannedDomains: list({default: [], help: 'Domains whose servers, and those below them, are not followed.'}),
    requestCrawl: flag({default: true, help: 'Whether servers may ask to be followed.'}),
    localHosts: flag({default: false, help: 'Whether localhost:<port> may ask to be followed too.'}),
    newHostsPerDayMax: integer({default: 50, help: 'Servers that are taken on a day because they asked.'}),
    trustedDomains: list({
      default: [],
      help: 'Domains whose servers, and those below them, have the budget of trusted hosts, as those of RELAY_HOSTS have.',
    }),
    hostEventsPerSecond: integer({default: 50, min: 1, help: 'Events a second of one host, and 1 for 1,000 accounts.'}),
    hostEventsPerHour: integer({default: 2_500, min: 1, help: 'Events an hour of one host, and 1 for each account.'}),
    hostEventsPerDay: integer({default: 20_000, min: 1, help: 'Events a day of one host, and 10 for each account.'}),
    hostBytesPerSecond: size({default: '1MB', help: 'Bytes a second of one host.'}),
    hostAccountsPerHour: integer({default: 100, min: 1, help: 'Accounts of one host that are new here, an hour.'}),
    hostAccountsPerDay: integer({default: 1_000, min: 1, help: 'Accounts of one host that are new here, a day.'}),
    hostLookupsPerSecond: integer({default: 10, min: 1, help: 'Look-ups of identities a second, for one host.'}),
    trustedFactor: integer({
      default: 100,
      min: 1,
      help: 'How many times as much a second a trusted host may do; what is bounded by hour and day is not for it.',
    }),
    plcUrl: url({default: 'http://localhost:2582', help: 'The PLC directory that keeps the identities.'}),
    handleResolver: urls({
      optional: true,
      help: 'PDSes that are asked for handles in place of DNS: for a network that lives on one machine.',
    }),
    identitiesMax: integer({default: 200_000, min: 1, help: 'Identities held in memory.'}),
    reposMax: integer({default: 200_000, min: 1, help: 'Repositories whose last commit is held in memory.'}),
    lenient: flag({default: false, help: 'Whether commits from before Sync 1.1, without prevData, are passed on.'}),
    database: text({default: 'sqlite:data/relay/relay.sqlite', help: 'Where hosts and repositories are noted.'}),
    log: text({default: 'file:data/relay/log', help: 'Where the verified events are kept.'}),
    replayWindow: duration({default: '72h', help: 'How long events are kept for consumers to come back to.'}),
    logSizeMax: size({default: '500GB', help: 'The oldest events go when all take more than this.'}),
  },
)

export type RelayConfig = ConfigOf<typeof relayConfig>
