/** How a Tap is set up: by the settings that the official one has, and some of its own. */
import {
  choice,
  ConfigError,
  configSchema,
  duration,
  flag,
  integer,
  list,
  listenAddress,
  port,
  size,
  text,
  url,
  urls,
  type ConfigOf,
} from '#std/config.ts'
import {logLevels} from '#std/log.ts'
import {filterFault, type FilterSettings} from './filters.ts'

const withoutEffect = 'Taken for the sake of the official Tap; it has no effect here'

export const tapConfig = configSchema(
  {
    name: 'tap',
    envPrefix: 'TAP',
    about: 'A Tap: the repositories that you name, whole and then live, as JSON that is delivered at least once.',
  },
  {
    host: text({default: '127.0.0.1', help: 'The address to listen on.'}),
    port: port({default: 2480, help: 'The port to listen on.'}),
    bind: listenAddress({
      optional: true,
      help: 'Address and port in one, as `:2480` or `0.0.0.0:2480`; it goes before the host and the port.',
    }),
    adminPassword: text({
      optional: true,
      secret: true,
      help: 'The password that every request needs, by HTTP Basic as the user `admin`; none unless set.',
    }),
    databaseUrl: text({
      default: 'sqlite:data/tap/tap.sqlite',
      help: 'Where all is kept: `sqlite:<file>`, or `memory:` for a try.',
    }),
    relayUrl: url({default: 'https://relay1.us-east.bsky.network', help: 'The relay to follow, or a single PDS.'}),
    archive: url({
      optional: true,
      help: 'A Jetstream whose archive is asked for records of repositories that were never fetched, which their servers then need not send; what it says is verified.',
    }),
    archiveTimeout: duration({
      default: '10m',
      help: 'How long the archive may take for some thousand repositories; then they are fetched from their servers.',
    }),
    plcUrl: url({
      default: 'https://plc.directory',
      also: ['ATP_PLC_HOST'],
      help: 'The PLC directory that keeps the identities.',
    }),
    handleResolver: urls({
      optional: true,
      help: 'PDSes that are asked for handles in place of DNS: for a network that lives on one machine.',
    }),
    localHosts: flag({default: false, help: 'Whether servers on this machine are asked for repositories.'}),
    fullNetwork: flag({default: false, help: 'Whether every repository of the network is followed.'}),
    signalCollection: list({
      default: [],
      help: 'Collections, each an NSID: whoever has a record of one of them is followed.',
    }),
    collectionFilters: list({
      default: [],
      help: 'Collections that are told of, such as `app.bsky.feed.post,app.bsky.graph.*`; all unless set.',
    }),
    disableAcks: flag({
      default: false,
      help: 'Whether what was handed to a connection is done with, and not waited for until it is acknowledged.',
    }),
    webhookUrl: url({optional: true, help: 'Where each event is posted to, in place of the WebSocket.'}),
    webhookParallelism: integer({default: 16, min: 1, max: 256, help: 'Posts to the webhook at a time.'}),
    statusEvents: flag({
      default: false,
      help: 'Whether events of the type `repo` tell how each repository gets on. Clients that do not know them fail.',
    }),
    replayWindow: duration({
      default: '0s',
      help: 'How long events are kept to be read again by `/channel?cursor=`. Those that nobody has acknowledged by then are gone, too. Off at 0s.',
    }),
    replaySizeMax: size({default: '10GB', help: 'Above this size the oldest of what is kept to be read again goes.'}),
    outboxCapacity: integer({
      default: 100_000,
      min: 1,
      help: 'About how many events may wait to be acknowledged before nothing new is read.',
    }),
    outboxOnly: flag({default: false, help: 'Whether only what waits already is delivered, and nothing new is read.'}),
    retryTimeout: duration({default: '60s', help: 'After this an event that is not acknowledged is sent again.'}),
    resyncParallelism: integer({default: 5, min: 1, max: 64, help: 'Repositories that are fetched at a time.'}),
    repoFetchTimeout: duration({default: '300s', help: 'How long fetching one repository may take.'}),
    cursorSaveInterval: duration({
      default: '1s',
      help: 'How often the place in the stream is noted where nothing of interest comes.',
    }),
    noReplay: flag({
      default: false,
      help: 'Whether each start begins at what happens then; what was missed is fetched once a repository stirs.',
    }),
    identCacheSize: integer({
      default: 50_000,
      also: ['RELAY_IDENT_CACHE_SIZE'],
      min: 100,
      help: 'Identities that are remembered.',
    }),
    logLevel: choice(logLevels, {
      also: ['LOG_LEVEL'],
      default: 'info',
      help: 'The lowest level that is logged to standard output, where it runs alone.',
    }),
    metricsListen: listenAddress({
      optional: true,
      help: 'Address and port of GET /metrics in one, as `:6009`, where it runs alone; it goes before METRICS_HOST and METRICS_PORT. Keep it private.',
    }),
    env: text({default: 'dev', help: `${withoutEffect}: nothing is told of where it runs.`}),
    firehoseParallelism: integer({default: 10, help: `${withoutEffect}: events are applied together.`}),
    outboxParallelism: integer({
      default: 1,
      help: `${withoutEffect}: deliveries wait for nothing but their consumers.`,
    }),
    maxDbConns: integer({default: 32, help: `${withoutEffect}: the database is in the program.`}),
  },
)

export type TapConfig = ConfigOf<typeof tapConfig>

/** The filters that are configured. Throws `ConfigError`. */
export function filtersOf({collectionFilters, signalCollection, fullNetwork, noReplay}: TapConfig): FilterSettings {
  const settings = {collections: collectionFilters, signals: signalCollection, fullNetwork}
  const fault = filterFault(settings)
  const faults = fault === undefined ? [] : [`The filters hold ${fault}.`]
  if (noReplay && fullNetwork) faults.push('TAP_NO_REPLAY cannot be used with TAP_FULL_NETWORK.')
  if (faults.length > 0) throw new ConfigError('tap', faults)
  return settings
}

/** Whether there is anything to follow, or to deliver, before anybody asks for it. */
export const followsUnasked = ({fullNetwork, signalCollection, webhookUrl}: TapConfig): boolean =>
  fullNetwork || signalCollection.length > 0 || webhookUrl !== undefined

/** `sqlite://./tap.db`, as the official Tap has it, is a path from here; with three slashes it is one from the root. */
export const databaseOf = ({databaseUrl}: Pick<TapConfig, 'databaseUrl'>): string =>
  databaseUrl.replace(/^sqlite:\/\/(?!\/)/, 'sqlite:')
